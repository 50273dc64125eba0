using System.Diagnostics;
using Confluent.Kafka;
using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>
/// The trace that a decision continues. One order is one trace, so a document that belongs to a trace (<see cref="DocumentType{T}.Trace"/>)
/// stays in it: a later request, which pays or cancels, has a trace of its own in which its caller finds it, yet what it makes of the
/// document goes on in the document's trace, linked with the request's span. Were the order's events in the payer's trace instead, an order
/// would fall apart into as many traces as it had requests, and a timer would have none. An event, however, continues its cause's trace
/// whatever document it changes: of a ticket's thousand events each belongs to the order that caused it.
/// </summary>
/// <param name="Context">The span that is the parent of what follows.</param>
/// <param name="Linked">The span of another trace that asked for it; the default if none did.</param>
internal readonly record struct Origin(ActivityContext Context, ActivityContext Linked = default)
{
    private readonly string? _text;

    /// <summary>
    /// Whether spans of what follows are worth starting: below a span of ours that a sampler left out they would be left out as well, be it
    /// for their parent or for their trace's id, and only cost their making.
    /// </summary>
    public bool IsTraced { get; private init; }

    /// <summary><see cref="Context"/> as a header.</summary>
    public string TraceParent
    {
        get => _text ?? Messaging.TraceParent.Format(Context);
        private init => _text = value;
    }

    /// <summary>Of what is decided on an event.</summary>
    public static Origin OfEvent(Cause @event, TraceContext? document)
    {
        if (@event.Process is { } process)
            return new(process.Context) { IsTraced = process.Recorded };
        var (cause, text) = Messaging.TraceParent.Read(@event.Headers);
        if (text is not null)
            return new(cause) { TraceParent = text, IsTraced = true };
        return new(OfDocument(document) is var own && own != default ? own : Messaging.TraceParent.New()) { IsTraced = true };
    }

    /// <summary>Of what a command decides, or work that fell due.</summary>
    public static Origin OfCommand(TraceContext? document)
    {
        var current = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Context : default;
        var own = OfDocument(document);
        if (own == default || own.TraceId == current.TraceId)
            return new(current != default ? current : Messaging.TraceParent.New()) { IsTraced = true };
        return new(own, current) { IsTraced = true };
    }

    public TraceContext ToTrace() => new(TraceParent, Context.TraceState);

    private static ActivityContext OfDocument(TraceContext? document) => document is null ? default : Messaging.TraceParent.Parse(document.Parent, document.State);
}

/// <summary>An event that is decided on.</summary>
/// <param name="Process">Its process span; null if nobody listens.</param>
/// <param name="Headers">The record's headers.</param>
internal readonly record struct Cause(Activity? Process, Headers? Headers);
