using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Ticketing.Messaging;

/// <summary>Counts the producer's answers: one count of many events costs no more than one of one. For one thread at a time.</summary>
internal sealed class OutboxTelemetry(KafkaSettings settings)
{
    private readonly Dictionary<(string Type, string Topic, ErrorCode Error), long> _events = [];

    /// <summary>What a wave sent at once is answered.</summary>
    public void Answered(OutboxWave wave)
    {
        var error = wave.Error?.Code ?? ErrorCode.NoError;
        for (var i = wave.From; i < wave.To; i++)
            CollectionsMarshal.GetValueRefOrAddDefault(_events, (wave.Events[i].Type, settings.Name(wave.Events[i].Topic), error), out _)++;
        if (MessagingMetrics.OperationDuration.Enabled)
            MessagingMetrics.OperationDuration.Record(wave.Duration.TotalSeconds, Tags(settings.Name(wave.Events[wave.From].Topic), error));
    }

    /// <summary>Adds what was answered since the last time to the counters.</summary>
    public void Count()
    {
        foreach (var ((type, topic, error), events) in _events)
        {
            (error == ErrorCode.NoError ? MessagingMetrics.Published : MessagingMetrics.PublishFailures)
                .Add(events, EventTelemetry.Of(type, topic).CountTags);
            MessagingMetrics.Sent.Add(events, Tags(topic, error));
        }
        _events.Clear();
    }

    private static KeyValuePair<string, object?>[] Tags(string topic, ErrorCode error)
    {
        KeyValuePair<string, object?>[] tags =
            [new("messaging.system", "kafka"), new("messaging.operation.name", "send"), new("messaging.destination.name", topic)];
        return error == ErrorCode.NoError ? tags : [.. tags, new("error.type", error.ToString())];
    }
}
