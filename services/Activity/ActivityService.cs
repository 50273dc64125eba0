using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Activities;

/// <summary>Activity keeps what services did and what programs log, for operators.</summary>
public static class ActivityService
{
    /// <summary>What the service is made of.</summary>
    public static Service Value { get; } = new Service("activity")
        .Appends<Recorder>("all", [new(Topics.Activity), new(Topics.Logs, Topics.LogPartitions, Topics.LogRetention)], (recorder, records, cancellation) => recorder.AppendAsync(records, cancellation))
        .HearsOfEndedSessions();
}
