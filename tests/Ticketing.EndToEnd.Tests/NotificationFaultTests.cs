using System.Collections.Concurrent;
using System.Net;
using MimeKit;
using Ticketing.Messaging;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Notifications dies again and again: everybody is told everything once.</summary>
public sealed class NotificationFaultTests
{
    private const string Notifications = "Notifications";

    // The one kind that is not mailed unless somebody wants that.
    private const string Received = "order_received";

    private const int Deaths = 20;

    // Events are read before the first of them, and whatever it left is mailed before the others.
    private static readonly string[] Points = [Moments.BatchProcessed, Moments.MailClaimed, Moments.MailSent, Moments.DocumentsWritten, Moments.MailSent];

    // Whoever dies keeps its partitions, and the mail that it had, for no longer than this.
    private static readonly (string Name, string? Value)[] ShortLived =
        [("Notifications__Mail__Lease", "00:00:01"), ("Kafka__SessionTimeoutMs", "3000"), ("Kafka__HeartbeatIntervalMs", "500")];

    [Fact]
    public async Task However_often_it_is_killed_each_cause_is_told_once_in_the_inbox_on_the_stream_and_by_mail()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var postgres = await PostgresServer.StartAsync("fsync=off");
        await using var services = await ShopProcesses.StartAsync([Notifications], ("Documents__Store", "postgres"), ("ConnectionStrings__postgres", postgres.ConnectionString));
        var (shop, received) = (services.Shop, new ConcurrentDictionary<string, int>());
        using var watcher = new FileSystemWatcher(services.MailFolder, "*.eml");
        watcher.Renamed += (_, mail) => received.AddOrUpdate(mail.Name!, 1, (_, count) => count + 1);
        watcher.EnableRaisingEvents = true;
        var (seller, buyer) = (await shop.SellerAsync(), await shop.SignUpAsync());
        var few = (await seller.PostAsync("/api/tickets", new { title = "Few", price = 10, quantity = 3, lowStockAt = 2 })).Read<Ticket>(HttpStatusCode.Created);
        var many = await seller.ListTicketAsync(quantity: 500, title: "Many");
        var causes = new List<(string Kind, string? Id)>();

        for (var death = 0; death < Deaths; death++)
            await services.DieAsync(Notifications, () => ShopAsync(death),
                [.. ShortLived, ("DOTNET_STARTUP_HOOKS", ChildProgram.BuiltPath("Ticketing.Faults.Hook")), ("TICKETING_KILL_AT", $"{Points[death % Points.Length]}:1")]);
        await services.RestartAsync(Notifications, ShortLived);
        await ShopAsync(Deaths);

        await shop.SettleAsync();
        var last = (await ToldAsync(buyer, causes))[^1];
        await ToldAsync(seller, [("ticket_low_stock", few.Id), ("ticket_first_sale", few.Id), ("ticket_sold_out", few.Id)]);
        Assert.Equal(causes.Count(cause => cause.Kind != Received) + 3, services.Mails.Count);
        // One comes again only if its sender died, and that happens with the first one that it sends.
        Assert.InRange(received.Values.Sum() - received.Count, Deaths * 2 / 5, Deaths * 2);
        Assert.Equal(1, received[last]);

        // Three orders are paid, one of them after a decline, and leave no seats; the others are given up.
        async Task ShopAsync(int number)
        {
            if (number % 7 != 0)
            {
                var order = await buyer.CancelAsync(await buyer.ReserveAsync(many));
                causes.AddRange([("order_received", order.Id), ("order_cancelled", order.Id)]);
                return;
            }
            var paid = await buyer.ReserveAsync(few);
            if (number == 7)
            {
                await buyer.PayAsync(paid, "pm_card_chargeDeclined");
                causes.Add(("payment_declined", paid.Id));
            }
            await buyer.PayAsync(paid);
            await buyer.WaitForStatusAsync(paid.Id, Order.Completed);
            causes.AddRange([("order_received", paid.Id), ("order_approved", paid.Id)]);
        }

        async Task<string[]> ToldAsync(Caller user, IReadOnlyCollection<(string Kind, string? Id)> expected)
        {
            var inbox = (await user.NotificationsAsync("?after=0&limit=200")).Items;
            Assert.Equal(expected.Order(), inbox.Select(item => (item.Kind, item.OrderId ?? item.TicketId)).Order());
            await using var stream = await shop.StreamAsync(user, last: 0);
            foreach (var item in inbox)
                Assert.Equal(item, await stream.NextAsync());
            Assert.Equal(Enumerable.Range(1, inbox.Count), inbox.Select(item => item.Number));
            var mailed = inbox.Where(item => item.Kind != Received).ToArray();
            var mails = mailed.Select(item => $"{user.Id}.{item.Number}.eml").ToArray();
            await Eventually.IsAsync(() => mails.All(received.ContainsKey), () => $"{string.Join(", ", mails.Except(received.Keys))} did not come");
            foreach (var item in mailed)
            {
                using var mail = await MimeMessage.LoadAsync(Path.Combine(services.MailFolder, $"{user.Id}.{item.Number}.eml"));
                Assert.Equal(
                    ($"{user.Id}.{item.Number}@ticketing.example", user.Session.Email, item.Title), (mail.MessageId, mail.To.Mailboxes.Single().Address, mail.Subject));
            }
            return mails;
        }
    }
}
