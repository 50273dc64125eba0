using Ticketing.Expiration;

namespace Ticketing.UnitTests.Simulation;

/// <summary>How everything ends when people stop and nothing goes wrong any more.</summary>
internal sealed partial class World
{
    private const int MostMoves = 20_000;

    /// <summary>Lets everything happen that must happen some day.</summary>
    public void ComeToRest()
    {
        Tell("-- from here on, only what must happen some day --");
        for (var moves = 0; Move() || Wait(); moves++)
            Law.Check(moves < MostMoves, "The system comes to rest.");
    }

    /// <summary>Nothing goes wrong and nobody does anything for a while. Most paid orders come from such times.</summary>
    private void Work(int most)
    {
        for (var moves = 0; moves < most && Move(); moves++)
        {
        }
    }

    private bool Move()
    {
        if (Unpublished is [var outbox, ..])
            Publish(outbox, outbox.Events.Count, isAcknowledged: true);
        else if (Waiting is [var reader, ..])
            Deliver(reader);
        else if (_calls is [var call, ..])
            Answer(call);
        else if (DueTimers is [var timer, ..])
            Fire(timer);
        else if (DuePayments is [var payment, ..])
            Claim(payment);
        else if (OverdueOrders is [var order, ..])
            EndOverdue(order);
        else if (RevokingTickets is [var ticket, ..])
            Revoke(ticket);
        else
            return FindMissed() || EndDisputes();
        return true;
    }

    /// <summary>What no webhook brought is found when somebody looks, and what failed is tried again when somebody says so.</summary>
    private bool FindMissed()
    {
        foreach (var found in Bank.All.ToList())
            if (Take(found))
                return true;
        if (FailedRefunds is not [var failed, ..])
            return false;
        RetryRefund(failed);
        return true;
    }

    private bool EndDisputes()
    {
        if (Bank.Disputed is not [var account, ..])
            return false;
        EndDispute(account, isWon: account.Id.Length % 2 == 0);
        return true;
    }

    private bool Wait()
    {
        var next = Timers.All.Where(timer => timer.Status == TimerStatus.Set).Select(timer => (DateTimeOffset?)timer.ExpiresAt)
            .Concat(Payments.All.Select(payment => payment.Payment?.DueAt))
            .Concat(Tickets.All.Select(ticket => ticket.RevokeAt))
            .Concat(LivingOrders.Select(order => (DateTimeOffset?)order.OverdueAt)).Min();
        if (next is not null)
            PassTime(next.Value - Now);
        return next is not null;
    }
}
