using FsCheck;
using FsCheck.Fluent;
using Ticketing.Contracts;
using Ticketing.Payments;

namespace Ticketing.UnitTests.Simulation;

/// <summary>The system as a whole keeps its promises whatever happens in whatever order, however often.</summary>
public sealed class SystemTests
{
    private const int Histories = 1000;

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
        var seen = new HashSet<string>();
        foreach (var world in History.Any.Sample(200).Select(history => history.Run()))
        {
            seen.UnionWith(world.Orders.All.Select(order => $"{order.Status} {order.Reason}".Trim()));
            seen.UnionWith(world.Orders.All.Where(order => order.Price == 0).Select(order => $"free {order.Status}"));
            seen.UnionWith(world.Payments.All.Select(payment => $"payment {payment.Payment?.Status}".Trim()));
            if (world.Versions.Retold > 0)
                seen.Add("an end told again");
        }

        string[] wanted =
        [
            $"{OrderStatus.Completed}", "Cancelled sold_out", "Cancelled price_changed", "Cancelled not_on_sale", $"free {OrderStatus.Completed}", "Cancelled expired",
            "Cancelled cancelled_by_user", "Cancelled unknown_order", "Failed card_declined", "an end told again", "payment",
            $"payment {PaymentStatus.Succeeded}", $"payment {PaymentStatus.Failed}", $"payment {PaymentStatus.Refunded}",
        ];
        Assert.Empty(wanted.Except(seen));
    }
}
