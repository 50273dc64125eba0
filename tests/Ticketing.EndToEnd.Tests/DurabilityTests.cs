using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests;

/// <summary>What a run leaves for the next one in the same directory.</summary>
public sealed class DurabilityTests
{
    private static readonly string[] Options = ["--store", "postgres", "--hold", "00:00:08"];

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task The_next_run_finds_everything_again_and_what_ran_out_meanwhile_expires(string signal)
    {
        Assert.SkipUnless(ProcessTree.IsAvailable, ProcessTree.Needed);
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var first = AppHostProcess.Start(Options);
        using var shop = new Shop(await first.ReadyAsync());
        var (seller, buyer) = (await shop.SellerAsync(), await shop.SignUpAsync());
        var ticket = await seller.ListTicketAsync(quantity: 5);
        await shop.SettleAsync();
        var bought = await buyer.BuyAsync(ticket, 2);
        var reserved = await buyer.ReserveAsync(ticket);

        await EndAsync(first, signal);
        await using var second = await first.ContinueAsync(Options);
        await second.ReadyAsync();

        // The session goes on, and so does everything it was about.
        Assert.Equal(bought, await buyer.OrderAsync(bought.Id));
        Assert.Equal("succeeded", (await buyer.PaymentAsync(bought)).Status);
        Assert.Equal("expired", (await buyer.WaitForAsync(reserved.Id, order => order.IsDead)).Reason);
        await Eventually.IsAsync(async () => (await buyer.TicketAsync(ticket.Id)).Available == 3, () => "the seat is not free");
        var signedIn = await shop.Anyone.PostAsync("/api/users/signin", new { email = buyer.Session.Email, password = Shop.Password });
        Assert.Equal(buyer.Id, signedIn.Read<Session>().Id);
        Assert.Equal(Order.Completed, (await buyer.BuyAsync(ticket)).Status);
    }

    /// <summary>Asks the AppHost to stop, or kills it and everything that it started, all at once.</summary>
    private static async Task EndAsync(AppHostProcess apphost, string signal)
    {
        var descendants = apphost.Descendants();
        await ProcessTree.SignalAsync(signal == "KILL" ? [apphost.Id, .. descendants] : [apphost.Id], signal);
        await apphost.ExitAsync(3 * AppHostProcess.StopLimit);
        await Eventually.IsAsync(
            () => !descendants.Any(ProcessTree.IsRunning), () => $"running: {string.Join(", ", descendants.Where(ProcessTree.IsRunning))}",
            3 * AppHostProcess.StopLimit);
    }
}
