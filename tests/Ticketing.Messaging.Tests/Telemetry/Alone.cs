namespace Ticketing.Messaging.Tests.Telemetry;

/// <summary>What a process exports is of all tests that run in it, so tests that look at all spans run when no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
