namespace Ticketing.Messaging.Consuming;

/// <summary>A decider does not accept an event. It is pure, so no later try would end otherwise.</summary>
#pragma warning disable CA1032, RCS1194 // Its reason is all that it says.
internal sealed class EventRefusedException(string message) : Exception(message);
#pragma warning restore CA1032, RCS1194
