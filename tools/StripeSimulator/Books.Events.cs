using System.Threading.Channels;

namespace Ticketing.Tools.Stripe;

/// <summary>Without a call: what banks, cardholders and the operator do, and how events are delivered.</summary>
public sealed partial class Books
{
    private readonly Queue<(DateTimeOffset Due, string Id)> _unsettled = [];
    private readonly Channel<string> _undelivered = Channel.CreateUnbounded<string>();
    private readonly Dictionary<string, List<Delivery>> _deliveries = [];

    /// <summary>The events that must be delivered, among them those that were not when this process started.</summary>
    internal ChannelReader<string> Undelivered => _undelivered.Reader;

    /// <summary>Lets the banks do what is due: open disputes, and settle or fail refunds.</summary>
    public void Settle()
    {
        lock (_lock)
        {
            while (_unsettled.TryPeek(out var next) && next.Due <= _time.GetUtcNow())
            {
                _unsettled.Dequeue();
                var changes = _objects[next.Id] switch
                {
                    Charge charge => OpenDispute(charge),
                    Refund refund => SettleRefund(refund),
                    _ => [],
                };
                if (changes.Length > 0)
                    Commit(changes, new());
            }
        }
    }

    /// <summary>Ends a step of authentication.</summary>
    /// <returns>The intent afterwards; null if it does not wait at this step.</returns>
    internal PaymentIntent? Authenticate(string id, string step, bool isApproved)
    {
        lock (_lock)
        {
            if (WaitingAt(id, step) is not { } waiting)
                return null;
            Commit(Authenticate(waiting, isApproved).Changes, new());
            return IntentOrNull(id);
        }
    }

    /// <summary>The intent whose cardholder is at a step; null if there is none.</summary>
    internal PaymentIntent? WaitingAt(string id, string step) =>
        IntentOrNull(id) is { NextAction: { } action } waiting && action.Url.EndsWith($"/{step}", StringComparison.Ordinal) ? waiting : null;

    internal PaymentIntent? IntentOrNull(string id)
    {
        lock (_lock)
            return _objects.GetValueOrDefault(id) as PaymentIntent;
    }

    /// <summary>Decides a dispute for the account or against it.</summary>
    internal Answer Decide(string dispute, bool isWon) => Answered(() =>
    {
        var (answer, changes) = Decide(Find<Dispute>(dispute), isWon);
        Commit(changes, new());
        return answer;
    });

    /// <summary>Writes down how an event was delivered.</summary>
    internal void Add(Delivery delivery)
    {
        lock (_lock)
            Write(new() { Delivery = delivery });
    }

    /// <summary>How an event was delivered so far.</summary>
    internal IReadOnlyList<Delivery> DeliveriesOf(string id)
    {
        lock (_lock)
            return [.. _deliveries.GetValueOrDefault(id) ?? []];
    }

    private void Enter(Delivery delivery)
    {
        if (!_deliveries.TryGetValue(delivery.Event, out var deliveries))
            _deliveries[delivery.Event] = deliveries = [];
        deliveries.Add(delivery);
        if (delivery.IsLast && _objects[delivery.Event] is Event told)
            Put(told with { PendingWebhooks = 0 });
    }
}

/// <summary>One try to deliver an event.</summary>
/// <param name="Event">The event's id.</param>
/// <param name="At">When it ended.</param>
/// <param name="Answer">The status of the answer, or what came instead.</param>
/// <param name="IsLast">Whether it is not tried again.</param>
internal sealed record Delivery(string Event, DateTimeOffset At, string Answer, bool IsLast);
