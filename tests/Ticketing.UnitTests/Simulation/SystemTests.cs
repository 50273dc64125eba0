using FsCheck;
using FsCheck.Fluent;
using Ticketing.Contracts;
using Ticketing.Payments;

namespace Ticketing.UnitTests.Simulation;

/// <summary>The system as a whole keeps its promises whatever happens in whatever order, however often.</summary>
public sealed class SystemTests
{
    private const int Histories = 1000;
    private const int MostSamples = 200;

    [Fact]
    public void No_history_breaks_a_law()
    {
        History? shortest = null;
        try
        {
            Check.One(Config.QuickThrowOnFailure.WithMaxTest(Histories), Prop.ForAll(History.Arbitrary, Try));
        }
        catch (Exception e) when (shortest is not null)
        {
            // The first line says with which seed.
            Assert.Fail($"{e.Message.Split('\n')[0]}\n{shortest}");
        }

        void Try(History history)
        {
            try
            {
                history.Run();
            }
            catch (Exception)
            {
                // FsCheck goes on to shorten what failed last.
                shortest = history;
                throw;
            }
        }
    }

    // Laws that nothing tries to break prove nothing.
    [Fact]
    public void Histories_get_everywhere()
    {
        HashSet<string> missing =
        [
            $"{OrderStatus.Completed}", "Cancelled sold_out", "Cancelled price_changed", "Cancelled not_on_sale", $"free {OrderStatus.Completed}", "Cancelled expired",
            "Cancelled cancelled_by_user", "Cancelled unknown_order", "Failed card_declined", "an end told again", "payment",
            "completed after its hold", $"payment {PaymentStatus.Succeeded} after a decline", $"payment {PaymentStatus.Failed} after a decline",
            "Cancelled seller_cancelled", "Cancelled limit_per_buyer", "completed with fewer seats", "completed with one ticket fewer",
            $"a ticket {SaleState.Cancelled}", $"payment {PaymentStatus.PartiallyRefunded}", "refunded in two parts",
            "captured after its buyer confirmed", "payment canceled", "a refund that failed", "a refund by hand", $"a dispute {DisputeState.Won}", $"a dispute {DisputeState.Lost}",
            $"payment {PaymentStatus.Succeeded}", $"payment {PaymentStatus.Failed}", $"payment {PaymentStatus.Refunded}",
            $"{OrderStatus.Completed} {DisputeState.Lost}", $"{OrderStatus.Completed} {DisputeState.Won}", $"{OrderStatus.Cancelled} {DisputeState.Lost}", "blocked", "refilled",
        ];
        // Rare ways are found after some thousand histories, most of them much sooner.
        for (var i = 0; i < MostSamples && missing.Count > 0; i++)
        {
            foreach (var world in History.Any.Sample(100).Select(Told))
            {
                missing.ExceptWith(world.Orders.All.Select(order => $"{order.Status} {order.Reason}".Trim()));
                missing.ExceptWith(world.Orders.All.Where(order => order.Price == 0).Select(order => $"free {order.Status}"));
                missing.ExceptWith(world.Payments.All.Select(payment => $"payment {payment.Payment?.Status}".Trim()));
                missing.ExceptWith(world.Payments.All.Where(payment => payment.Payment?.Declined is not null).Select(payment => $"payment {payment.Payment!.Status} after a decline"));
                missing.ExceptWith(world.Payments.All.Select(payment => $"payment {payment.Payment?.Reason}"));
                missing.ExceptWith(world.Payments.All.Select(payment => $"a dispute {payment.Payment?.Dispute}"));
                var refunds = world.Payments.All.SelectMany(payment => payment.Payment?.MadeRefunds ?? []).ToList();
                if (refunds.Exists(refund => refund.Status == RefundStatus.Failed))
                    missing.Remove("a refund that failed");
                if (refunds.Exists(refund => refund.Key is null))
                    missing.Remove("a refund by hand");
                if (world.Payments.All.Any(payment => payment.Payment is { Method: World.AuthenticatedCard, IsCaptured: true }))
                    missing.Remove("captured after its buyer confirmed");
                missing.ExceptWith(world.Tickets.All.Select(ticket => $"a ticket {ticket.State}"));
                if (world.Tickets.All.Any(ticket => ticket.Details.Refill is { Released: > 0 }))
                    missing.Remove("refilled");
                if (world.Payments.All.Any(payment => payment.Payment is { Status: PaymentStatus.Refunded, Refunds: 2 }))
                    missing.Remove("refunded in two parts");
                var fewer = world.Orders.All.Where(order => order.Status == OrderStatus.Completed && order.Lines.Any(line => line.Cancelled > 0)).ToList();
                if (fewer.Count > 0)
                    missing.Remove("completed with fewer seats");
                if (fewer.Any(order => order.Lines.Any(line => line.Kept == 0)))
                    missing.Remove("completed with one ticket fewer");
                if (world.Orders.All.Any(order => order is { IsProlonged: true, Status: OrderStatus.Completed }))
                    missing.Remove("completed after its hold");
                missing.ExceptWith(world.Orders.All.Select(order => $"{order.Status} {order.Dispute}"));
                if (world.Tickets.All.Any(ticket => ticket.Sales.ByOrder.Values.Any(seats => seats.Dispute is { IsBlocked: true })))
                    missing.Remove("blocked");
                if (world.Versions.Retold > 0)
                    missing.Remove("an end told again");
            }
        }
        Assert.Empty(missing);
    }

    private static World Told(History history)
    {
        try
        {
            return history.Run();
        }
        catch (BrokenLawException broken)
        {
            throw new BrokenLawException($"{broken.Message}\n{string.Join('\n', history.ToString().Split('\n').TakeLast(100))}");
        }
    }
}
