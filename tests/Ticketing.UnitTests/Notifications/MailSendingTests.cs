using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Documents.Memory;
using Ticketing.Mail;
using Ticketing.Messaging;
using Ticketing.Notifications;
using Ticketing.Testing;
using Ticketing.Testing.Brokers;
using Ticketing.UnitTests.Payments.Webhooks;

namespace Ticketing.UnitTests.Notifications;

/// <summary>Mails over SMTP, to a server that is slow to one address and refuses another.</summary>
public sealed class MailSendingTests : IDisposable
{
    private readonly SmtpServer _server = new();
    private readonly MemoryDatabase _database = new();
    private readonly WebhookService.MovableClock _clock = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_slow_or_refused_address_delays_or_fails_only_its_own_mails()
    {
        var slow = new TaskCompletionSource<string>();
        _server.Answer = to => to.StartsWith("slow", StringComparison.Ordinal) ? slow.Task
            : Task.FromResult(to.StartsWith("refused", StringComparison.Ordinal) ? $"550 no such user: {to}" : "250 welcome");
        using var host = await StartAsync();
        foreach (var user in (string[])["slow", "refused", "fine"])
            await TellAsync(host, user, "o1", "o2");

        await IsAsync(() => TakenBy("fine") == 2);
        // The others' second mails wait for nothing but their own first.
        Assert.Equal((0, 1), (TakenBy("slow"), _server.Tried.Count(to => to == "slow@example.com")));
        await IsAsync(() => _server.Tried.Count(to => to == "refused@example.com") == 2);
        slow.SetResult("250 at last");
        await IsAsync(() => TakenBy("slow") == 2);

        // A day later the others are listed for operators, with why, but not with whom.
        await EventuallyAsync(async () => (await InboxAsync(host, "refused")).Sending.IsEmpty);
        _clock.Ahead += TimeSpan.FromHours(25);
        await EventuallyAsync(async () => (await InboxAsync(host, "refused")).FailedMails.Length == 2);
        var failed = await InboxAsync(host, "refused");
        Assert.All(failed.FailedMails, mail => Assert.Contains("no such user: the address", mail.Error, StringComparison.Ordinal));
        Assert.Empty(failed.Mails);

        _server.Answer = _ => Task.FromResult("250 welcome");
        await Inboxes(host).ExecuteAsync("refused", inbox => Inbox.RetryMails(inbox, _clock.GetUtcNow()), TestContext.Current.CancellationToken);
        await IsAsync(() => TakenBy("refused") == 2);
        Assert.Equal(["fine.1", "fine.2", "refused.1", "refused.2", "slow.1", "slow.2"], Ids().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_server_that_was_away_gets_each_mail_once_from_whichever_instance()
    {
        _server.Answer = _ => Task.FromResult("451 not now");
        using (var host = await StartAsync())
        {
            await TellAsync(host, "ann", "o1");
            await EventuallyAsync(async () => (await InboxAsync(host, "ann")).Mails is [{ Error: not null }]);
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
        _server.Answer = _ => Task.FromResult("250 welcome");
        _clock.Ahead += TimeSpan.FromMinutes(1);

        using var one = await StartAsync();
        using var other = await StartAsync();

        await EventuallyAsync(async () => (await InboxAsync(one, "ann")).Mails.IsEmpty);
        Assert.Equal(["ann.1"], Ids());
    }

    private int TakenBy(string user) => _server.Taken.Count(mail => mail.To == $"{user}@example.com");

    private IEnumerable<string> Ids() => _server.Taken.Select(mail => Regex.Match(mail.Mail, @"(?m)^Message-Id: <(.+)@ticketing\.example>", RegexOptions.IgnoreCase).Groups[1].Value);

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = EmbeddedBroker.Start().BootstrapServers,
            ["Notifications:Mail:Host"] = "127.0.0.1",
            ["Notifications:Mail:Port"] = $"{_server.Port}",
            ["Notifications:Mail:Security"] = "None",
        });
        builder.Services.AddSingleton<IDocumentDatabase>(_database).AddSingleton<TimeProvider>(_clock);
        builder.AddMessaging(new Service("notifications").Documents(Inbox.Documents)
            .WhenDue<Inbox, Mails>("mail_due", (mails, due, cancellation) => mails.RunAsync(due, cancellation)));
        builder.AddMail<NotificationMailOptions>("Notifications:Mail");
        builder.Services.AddSingleton(new Texts(Texts.Folder));
        builder.Services.AddSingleton<Mails>().AddHostedService(services => services.GetRequiredService<Mails>());
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private async Task TellAsync(IHost host, string user, params string[] orders)
    {
        await DecideAsync(inbox => Inbox.AccountChanged(inbox, new AccountUpdated { Id = user, Email = $"{user}@example.com", Version = 1 }, _clock.GetUtcNow()));
        foreach (var order in orders)
            await DecideAsync(inbox => Inbox.OrderChanged(inbox, Some.Is<OrderCancelled>(3, "seller_cancelled") with { Id = order, OrderId = order, UserId = user }, _clock.GetUtcNow(), TimeSpan.FromSeconds(30)));

        async Task DecideAsync(Func<Inbox?, Decision<Inbox>> decide) => await Inboxes(host).ExecuteAsync(user, decide, TestContext.Current.CancellationToken);
    }

    private static Repository<Inbox> Inboxes(IHost host) => host.Services.GetRequiredService<Repository<Inbox>>();

    private static async Task<Inbox> InboxAsync(IHost host, string user) => (await Inboxes(host).ViewAsync(user, TestContext.Current.CancellationToken))!;

    private Task IsAsync(Func<bool> condition) => Eventually.IsAsync(condition, Seen);

    private Task EventuallyAsync(Func<ValueTask<bool>> condition) => Eventually.IsAsync(condition, Seen);

    private string Seen() => $"tried {string.Join(", ", _server.Tried)}; taken {string.Join(", ", _server.Taken.Select(mail => mail.To))}";
}
