namespace Ticketing.UnitTests.Simulation;

/// <summary>The kinds of step that a random history is made of.</summary>
internal enum StepKind
{
    ListTicket, ChangeTicket, PauseTicket, CancelTicket, RefundOrder, PlaceOrder, PlaceOrderAgain, CancelOrder, GiveBack, PayOrder,
    Publish, PublishAndCrash, Deliver, Rewind, RepeatOldEvent, ForgeOrder, LoseTopic,
    BlockSeats,
    Work, TimePasses, FireTimer, EndOverdue, Revoke, ClaimEffect, GatewayPerforms, GatewayAnswers, CallBreaks,
    BuyerConfirms, ProviderTells, RefundFails, ChargeIsDisputed, DisputeEnds, RefundIsRetried,
}

/// <summary>One step. The numbers choose among what there is at that moment; a step that finds nothing does nothing.</summary>
internal readonly record struct Step(StepKind Kind, int A, int B);

/// <summary>Any order of anything that may happen.</summary>
internal sealed partial class World
{
    public void Do(Step step)
    {
        var (kind, a, b) = step;
        switch (kind)
        {
            case StepKind.ListTicket: ListTicket(a, b); break;
            case StepKind.ChangeTicket: ChangeTicket(a, b); break;
            case StepKind.PauseTicket: PauseTicket(a, b); break;
            case StepKind.CancelTicket: CancelTicket(a, b); break;
            case StepKind.RefundOrder: OnOne(TakenTickets, a, ticket => RefundOrder(ticket, b)); break;
            case StepKind.PlaceOrder: PlaceOrder(a, b); break;
            case StepKind.PlaceOrderAgain: PlaceOrderAgain(a, b); break;
            case StepKind.CancelOrder: CancelOrder(a); break;
            case StepKind.GiveBack: OnOne(b % 8 == 0 ? DecidedOrders : CompletedOrders, a, order => GiveBack(order, b)); break;
            case StepKind.PayOrder: PayOrder(a, b); break;
            case StepKind.Publish: OnOne(Unpublished, a, box => Publish(box, box.Events.Count, isAcknowledged: true)); break;
            case StepKind.PublishAndCrash: OnOne(Unpublished, a, box => Publish(box, 1 + (b % box.Events.Count), false)); break;
            case StepKind.Deliver: OnOne(Waiting, a, Deliver); break;
            case StepKind.Rewind: OnOne(_readers.FindAll(r => r.Position > 0), a, r => Rewind(r, 1 + (b % r.Position))); break;
            case StepKind.RepeatOldEvent: OnOne(_written, a, log => Repeat(log, b % log.Count)); break;
            case StepKind.ForgeOrder: ForgeOrder(a, b); break;
            case StepKind.LoseTopic: LoseTopic(TheShop.Topics[a % TheShop.Topics.Count]); break;
            case StepKind.BlockSeats: OnOne(SoldSeats, a, sold => Block(sold.Ticket, sold.Order, b % 3 > 0)); break;
            case StepKind.Work: Work(1 + (a % 30)); break;
            case StepKind.TimePasses: PassTime(b % 8 == 0 ? UntilNextHoldEnds : TimeSpan.FromSeconds(1 + (a % 60))); break;
            case StepKind.FireTimer: OnOne(b % 8 == 0 ? SetTimers : DueTimers, a, Fire); break;
            case StepKind.EndOverdue: OnOne(OverdueOrders, a, EndOverdue); break;
            case StepKind.Revoke: OnOne(RevokingTickets, a, Revoke); break;
            case StepKind.ClaimEffect: OnOne(DuePayments, a, Claim); break;
            case StepKind.GatewayPerforms: OnOne(_calls, a, Perform); break;
            case StepKind.GatewayAnswers: OnOne(_calls, a, Answer); break;
            case StepKind.CallBreaks: OnOne(_calls, a, Break); break;
            case StepKind.BuyerConfirms: OnOne(Bank.Waiting, a, account => Confirm(account, b % 3 > 0)); break;
            case StepKind.ProviderTells: Hear(a, b); break;
            case StepKind.RefundFails: OnOne(Bank.Captured, a, FailRefund); break;
            case StepKind.ChargeIsDisputed: OnOne(Bank.Captured, a, account => Dispute(account, b)); break;
            case StepKind.DisputeEnds: OnOne(Bank.Disputed, a, account => EndDispute(account, b % 2 == 0)); break;
            case StepKind.RefundIsRetried: OnOne(FailedRefunds, a, RetryRefund); break;
            default: throw new ArgumentOutOfRangeException(nameof(step), kind, null);
        }
    }

    private List<Outbox> Unpublished => Outboxes.FindAll(outbox => outbox.Events.Count > 0);

    private List<Reader> Waiting => _readers.FindAll(reader => reader.HasNext);

    private static void OnOne<T>(List<T> options, int which, Action<T> act)
    {
        if (options.Count > 0)
            act(options[which % options.Count]);
    }
}
