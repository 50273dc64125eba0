using Ticketing.Standalone.Children;

namespace Ticketing.Standalone.Kafka;

/// <summary>The Kafka of a run, with all topics in place.</summary>
internal interface IKafka : IAsyncDisposable
{
    string BootstrapServers { get; }

    /// <summary>What its clients must be told besides its address.</summary>
    IReadOnlyDictionary<string, string> ClientSettings { get; }

    /// <summary>The processes that this Kafka lives in, as far as they are ours.</summary>
    IReadOnlyList<ChildProcess> Children { get; }
}
