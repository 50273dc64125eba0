using System.Net;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;
using Ticketing.Testing.Stores;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Two instances of Notifications, of which one restarts: nobody misses anything, and nothing comes twice.</summary>
public sealed class NotificationTests
{
    [Fact]
    public async Task A_stream_goes_on_where_it_was_after_a_restart_and_on_another_instance_and_each_mail_comes_once()
    {
        Assert.SkipUnless(PostgresServer.IsAvailable, PostgresServer.Missing);
        await using var postgres = await PostgresServer.StartAsync();
        await using var services = await ShopProcesses.StartAsync(["Notifications"], ("Documents__Store", "postgres"), ("ConnectionStrings__postgres", postgres.ConnectionString));
        var (shop, one) = (services.Shop, services.Shop.Endpoints.Notifications!);
        var other = await services.AddAsync("Notifications", "Notifications-2");
        var (seller, buyer) = (await shop.SellerAsync(), await shop.SignUpAsync());
        var ticket = await seller.ListTicketAsync(quantity: 5);
        await using var first = await shop.StreamAsync(buyer, service: one);
        await using var second = await shop.StreamAsync(buyer, service: other);

        var order = await buyer.ReserveAsync(ticket);
        Assert.Equal((1, 1), ((await first.NextAsync())?.Number, (await second.NextAsync())?.Number));
        var restarting = services.RestartAsync("Notifications");
        // It ends, and does not break.
        Assert.Null(await first.NextAsync());
        await buyer.CancelAsync(order);
        var cancelled = await second.NextAsync();
        Assert.Equal((2, "order_cancelled"), (cancelled?.Number, cancelled?.Kind));
        await restarting;

        await using var resumed = await shop.StreamAsync(buyer, last: 1, service: one);
        await using var moved = await shop.StreamAsync(buyer, last: 1, service: other);
        await buyer.OrderAsync(ticket);
        foreach (var stream in (NotificationStream[])[resumed, moved])
            Assert.Equal([(2, "order_cancelled"), (3, "order_received")], [await ReadAsync(stream), await ReadAsync(stream)]);
        Assert.Equal((3, "order_received"), await ReadAsync(second));

        await shop.SettleAsync();
        await Eventually.IsAsync(() => MailsTo(buyer) == 1, () => $"{MailsTo(buyer)} mails");
        Assert.Equal(3, (await buyer.GetAsync(new Uri(one, "/api/notifications"))).Is(HttpStatusCode.OK).Read<NotificationPage>().Items.Count);

        int MailsTo(Caller caller) => services.Mails.Count(mail => mail.Name.StartsWith(caller.Id, StringComparison.Ordinal));

        static async Task<(int, string)> ReadAsync(NotificationStream stream) => await stream.NextAsync() is { } told ? (told.Number, told.Kind) : default;
    }
}
