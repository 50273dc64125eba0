namespace Ticketing.Testing.Brokers;

/// <summary>A topic that a test needs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">How many partitions it has; as many as in production unless a test says otherwise.</param>
/// <param name="Config">Settings by the broker's names, for example <c>max.message.bytes</c>; a real broker's only.</param>
public sealed record TestTopic(string Name, int Partitions = 6, Dictionary<string, string>? Config = null);
