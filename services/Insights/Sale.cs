using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Insights;

/// <summary>What can happen to an order that counts.</summary>
internal enum Step
{
    Placed,
    Reserved,
    Paid,
    Declined,
}

/// <summary>Something happened to an order.</summary>
/// <param name="Step">What.</param>
/// <param name="At">When, as the event says that told it first.</param>
/// <param name="Reason">Why a payment was declined.</param>
internal sealed record Moment(Step Step, DateTimeOffset At, string? Reason = null);

/// <summary>
/// What is known of an order, from its events and those of its payment. Whether an event comes once, twice or again in a replay, the same becomes of it: the
/// newest version says how the order is, and the first event that told of a step says when that was.
/// </summary>
internal sealed record OrderFacts
{
    public static OrderFacts Unknown { get; } = new();

    /// <summary>The newest version of the order.</summary>
    public long Version { get; init; }

    /// <summary>The versions of the payment that told of a decline, each once.</summary>
    public ImmutableArray<long> Declines { get; init; } = [];

    public ImmutableArray<Moment> Moments { get; init; } = [];

    public ImmutableArray<Sale> Sales { get; init; } = [];

    /// <summary>What is known after an event.</summary>
    public OrderFacts With(IEvent @event, DateTimeOffset at) => @event switch
    {
        PaymentFailed payment when !Declines.Contains(payment.Version) =>
            (this with { Declines = Declines.Add(payment.Version) }).WithMoment(new(Step.Declined, at, payment.Reason ?? "unknown")).WithSales(null),
        // Orders makes up an order that it does not know, to let it end.
        OrderEvent { Reason: Reasons.UnknownOrder } when Version == 0 => this,
        OrderEvent order when order.Version > Version => (this with { Version = order.Version }).WithSteps(order.Status, at).WithSales(order),
        _ => this,
    };

    private OrderFacts WithSteps(OrderStatus status, DateTimeOffset at)
    {
        var facts = WithMoment(new(Step.Placed, at));
        if (status is OrderStatus.PendingPayment or OrderStatus.Completed)
            facts = facts.WithMoment(new(Step.Reserved, at));
        return status is OrderStatus.Completed ? facts.WithMoment(new(Step.Paid, at)) : facts;
    }

    private OrderFacts WithMoment(Moment moment) =>
        moment.Step != Step.Declined && Moments.Any(known => known.Step == moment.Step) ? this : this with { Moments = Moments.Add(moment) };

    private OrderFacts WithSales(OrderEvent? order) => this with
    {
        Sales =
        [
            .. order is null
                ? Sales.Select(sale => sale with { Revision = Version + Declines.Length, Moments = Moments })
                : order.AllLines.Select(line => new Sale
                {
                    OrderId = order.OrderId,
                    TicketId = line.TicketId,
                    Revision = Version + Declines.Length,
                    Moments = Moments,
                    // Seats of a dead order are given back, and so is all of its money.
                    Seats = order.Status == OrderStatus.Completed ? line.Kept : 0,
                    Revenue = order.Status == OrderStatus.Completed ? Money.Normalize(line.Kept * line.UnitPrice) : 0,
                    Currency = order.Currency,
                }),
        ],
    };
}

/// <summary>What is known of an order as far as it concerns one ticket. A sale with a higher revision takes the place of the earlier one.</summary>
internal sealed record Sale
{
    public string OrderId { get; init; } = "";

    public string TicketId { get; init; } = "";

    /// <summary>It grows with everything that is heard of the order.</summary>
    public long Revision { get; init; }

    public ImmutableArray<Moment> Moments { get; init; } = [];

    /// <summary>Paid seats that were not given back.</summary>
    public int Seats { get; init; }

    /// <summary>What was paid for them.</summary>
    public decimal Revenue { get; init; }

    public string Currency { get; init; } = "";

    /// <summary>What a moment of this sale adds to the numbers.</summary>
    public Totals At(Moment moment)
    {
        var totals = new Totals();
        switch (moment.Step)
        {
            case Step.Placed:
                totals.Placed = 1;
                break;
            case Step.Reserved:
                totals.Reserved = 1;
                break;
            case Step.Declined:
                totals.Declines[moment.Reason!] = 1;
                break;
            default:
                (totals.Paid, totals.Seats) = (1, Seats);
                if (Revenue > 0)
                    totals.Revenue[Currency] = Revenue;
                if (Moments.FirstOrDefault(other => other.Step == Step.Placed) is { } placed)
                    totals.TimeToPay[Totals.BucketOf(moment.At - placed.At)] = 1;
                break;
        }
        return totals;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(OrderFacts))]
[JsonSerializable(typeof(Sale))]
[JsonSerializable(typeof(Listing))]
[JsonSerializable(typeof(Totals))]
[JsonSerializable(typeof(WindowCounted))]
[JsonSerializable(typeof(TicketCounted))]
internal sealed partial class InsightsJson : JsonSerializerContext;
