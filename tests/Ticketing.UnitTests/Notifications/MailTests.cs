using MimeKit;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Notifications;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Notifications;

/// <summary>Which notifications become mails, when they are tried, and what is in them.</summary>
public sealed class MailTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    [Fact]
    public void Mails_that_are_due_are_claimed_together_and_what_is_told_meanwhile_waits_until_they_are_sent()
    {
        var claimed = Claim(Ordered("o1", "o2").With(inbox => Assert.Equal((2, Some.Noon), (inbox.Mails.Length, inbox.MailDueAt!.Value))), Some.Noon)
            .With(inbox => Assert.Equal([1, 2], inbox.Sending)).With(inbox => Assert.Equal(Some.Noon + Lease, inbox.MailDueAt));
        claimed.When(inbox => Inbox.ClaimMails(inbox!, Some.Noon, Lease)).ThenNothing();
        claimed.When(inbox => Order(inbox, "o3", Some.Noon)).With(inbox => Assert.Equal(Some.Noon + Lease, inbox.MailDueAt))
            .When(inbox => Inbox.MailsDone(inbox, claimed.State!, Sent(1, 2), Some.Noon))
            .With(inbox => Assert.Equal((0, 1, Some.Noon), (inbox.Sending.Length, inbox.Mails.Length, inbox.MailDueAt!.Value)))
            .When(inbox => Inbox.MailsDone(inbox, claimed.State!, Sent(1, 2), Some.Noon)).ThenNothing();
        claimed.When(inbox => Inbox.MailsDone(inbox, claimed.State!, Sent(1, 2), Some.Noon))
            .With(inbox => Assert.Equal((0, 0, null), (inbox.Mails.Length, inbox.FailedMails.Length, inbox.MailDueAt)));
    }

    [Fact]
    public void Mails_whose_sender_dies_are_sent_by_another_when_the_lease_is_over_and_the_dead_has_no_say()
    {
        var first = Claim(Ordered("o1", "o2"), Some.Noon);
        var second = Claim(first.When(inbox => Inbox.ClaimMails(inbox!, Some.Noon + Lease - TimeSpan.FromTicks(1), Lease)).ThenNothing(), Some.Noon + Lease)
            .With(inbox => Assert.Equal([1, 2], inbox.Sending)).With(inbox => Assert.Equal(2, inbox.Mails[0].Tries));
        // It was only slow. What it has sent is sent; what it has not tried is the other one's.
        second.When(inbox => Inbox.MailsDone(inbox, first.State!, Sent(1), Some.Noon + Lease))
            .With(inbox => Assert.Equal((new DueMail(2, Some.Noon, Some.Noon + (2 * Lease), 2), Some.Noon + (2 * Lease)), (Assert.Single(inbox.Mails), inbox.SendingUntil)));
    }

    [Fact]
    public void A_mail_that_nobody_had_time_for_is_due_at_once_and_not_counted_as_tried()
    {
        var claimed = Claim(Ordered("o1", "o2", "o3"), Some.Noon);
        Claim(
            claimed.When(inbox => Inbox.MailsDone(inbox, claimed.State!, new Dictionary<int, string?> { [1] = null, [2] = "timeout" }, Some.Noon))
                .With(inbox => Assert.Equal(
                    [new(2, Some.Noon, Some.Noon + (Lease / 2), 1, "timeout"), new(3, Some.Noon, Some.Noon, 0)], inbox.Mails)),
            Some.Noon).With(inbox => Assert.Equal([3], inbox.Sending));
    }

    [Fact]
    public void A_mail_that_is_refused_is_tried_for_a_day_and_holds_up_no_other_one()
    {
        var both = Claim(Ordered("o1", "o2"), Some.Noon);
        var refused = both.When(inbox => Inbox.MailsDone(inbox, both.State!, new Dictionary<int, string?> { [1] = "no such user", [2] = null }, Some.Noon))
            .With(inbox => Assert.Equal(1, Assert.Single(inbox.Mails).Number));
        var pauses = new List<TimeSpan>();
        var at = Some.Noon;
        while (refused.State!.MailDueAt is { } due)
        {
            pauses.Add(due - at);
            at = due;
            var claimed = Claim(refused, at);
            refused = claimed.When(inbox => Inbox.MailsDone(inbox, claimed.State!, new Dictionary<int, string?> { [1] = "no such user" }, at));
        }
        Assert.Equal([30, 60, 120, 240, 480, 960, 1920, 3600, 3600], pauses.Take(9).Select(pause => pause.TotalSeconds));
        Assert.InRange(at - Some.Noon, TimeSpan.FromDays(1), TimeSpan.FromHours(25));
        refused.With(inbox => Assert.Equal(new(1, at, "no such user"), Assert.Single(inbox.FailedMails)))
            .With(inbox => Assert.Equal("", FailedKey(inbox)))
            .When(inbox => Inbox.RetryMails(inbox, at)).With(inbox => Assert.Equal((at, null), (inbox.MailDueAt, FailedKey(inbox))))
            .When(inbox => Inbox.RetryMails(inbox, at)).ThenRefused(RefusalKind.NotFound);
    }

    [Fact]
    public void An_address_that_comes_a_moment_later_gets_the_mail_and_one_that_comes_much_later_does_not()
    {
        var unknown = GivenNo<Inbox>().When(inbox => Order(inbox, "o1", Some.Noon)).With(inbox => Assert.Null(inbox.MailDueAt));
        unknown.When(inbox => Account(inbox, Some.Noon.AddSeconds(60))).With(inbox => Assert.Equal(Some.Noon, inbox.MailDueAt));
        unknown.When(inbox => Account(inbox, Some.Noon.AddSeconds(61))).With(inbox => Assert.Null(inbox.MailDueAt));
        unknown.When(inbox => Order(inbox, "o2", Some.Noon.AddSeconds(61))).With(inbox => Assert.Equal(2, Assert.Single(inbox.Mails).Number));
    }

    [Fact]
    public void The_newest_address_counts_whatever_is_read_again() => GivenNo<Inbox>()
        .When(inbox => Account(inbox, Some.Noon, "new@example.com", version: 2))
        .When(inbox => Account(inbox, Some.Noon, "old@example.com", version: 1)).ThenNothing()
        // An event of before Accounts told addresses.
        .When(inbox => Inbox.AccountChanged(inbox, new AccountUpdated { Id = Some.Buyer, Version = 3 }, Some.Noon)).With(inbox => Assert.Equal("new@example.com", inbox.Email))
        .When(inbox => Inbox.AccountDeleted(inbox, new() { Id = Some.Buyer, Version = 4 })).With(inbox => Assert.Null(inbox.Email))
        .When(inbox => Account(inbox, Some.Noon, version: 5)).ThenNothing();

    [Fact]
    public void Only_what_its_user_wants_is_mailed()
    {
        Preferred(new(false, null)).With(inbox => Assert.Empty(inbox.Mails));
        Preferred(new(true, ["order_approved"])).With(inbox => Assert.Empty(inbox.Mails));
        Preferred(new(true, ["order_cancelled"])).With(inbox => Assert.Single(inbox.Mails));
        var placed = Some.Created() with { ExpiresAt = Some.Noon };
        GivenNo<Inbox>().When(inbox => Account(inbox, Some.Noon)).When(inbox => Inbox.OrderChanged(inbox, placed, Some.Noon, TimeSpan.Zero)).With(inbox => Assert.Empty(inbox.Mails));
        Preferred(new(true, null)).With(inbox => Assert.Single(inbox.Mails))
            // What waits is no longer wanted either.
            .When(inbox => Inbox.Choose(inbox, Some.Buyer, new(new(false, null), "de"))).With(inbox => Assert.Empty(inbox.Mails))
            .With(inbox => Assert.Equal(("de", false), (Preferences.Of(inbox).Language, Preferences.Of(inbox).Email!.Enabled)));

        static Scenario<Inbox> Preferred(EmailPreferences email) => GivenNo<Inbox>().When(inbox => Account(inbox, Some.Noon))
            .When(inbox => Inbox.Choose(inbox, Some.Buyer, new(email, "en"))).When(inbox => Order(inbox, "o1", Some.Noon));
    }

    [Fact]
    public void Mails_of_notifications_that_are_no_longer_kept_are_given_up() =>
        Ordered([.. Enumerable.Range(1, Inbox.MaxItems + 5).Select(i => $"o{i}")]).With(inbox => Assert.Equal((6, Inbox.MaxItems), (inbox.Mails[0].Number, inbox.Mails.Length)));

    [Fact]
    public async Task A_mail_has_both_texts_encoded_in_the_users_language_and_always_the_same_id()
    {
        var options = new NotificationMailOptions { From = "Küche <shop@shop.example>", Unsubscribe = new("https://shop.example/mails") };
        var inbox = Ordered("o1").State! with { UserId = "u <1>\r\nx", Language = "de" };
        // As no event can have it.
        var notification = inbox.Items[0] with { What = "<script>alert(1)</script> & \"{text}\"\r\nBcc: all@example.com" };

        var mail = await SentAsync(Mails.Write(inbox, notification, new(Texts.Folder), options));

        Assert.Equal("Bestellung storniert", mail.Subject);
        Assert.Equal(["ann@example.com"], mail.GetRecipients().Select(to => to.Address));
        Assert.Contains("<script>alert(1)</script> & \"{text}\"", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;{text}&quot;", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Equal(("<https://shop.example/mails>", "auto-generated"), (mail.Headers[HeaderId.ListUnsubscribe], mail.Headers["Auto-Submitted"]));
        Assert.Equal("u%20%3C1%3E%0D%0Ax.1@shop.example", mail.MessageId);
        Assert.Equal(mail.MessageId, Mails.Write(inbox, notification, new(Texts.Folder), options).MessageId);
        Assert.Null((await SentAsync(Mails.Write(inbox, notification, new(Texts.Folder), new()))).Headers[HeaderId.ListUnsubscribe]);
    }

    [Theory]
    [InlineData("mailto:no@shop.example", true)]
    [InlineData("https://shop.example/mails", true)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/mails", false)]
    public void What_unsubscribes_is_an_address(string address, bool isOne) =>
        Assert.Equal(isOne, new NotificationMailOptions { Unsubscribe = new(address, UriKind.RelativeOrAbsolute) }.CanUnsubscribe);

    private static async Task<MimeMessage> SentAsync(MimeMessage mail)
    {
        using var written = new MemoryStream();
        await mail.WriteToAsync(written, TestContext.Current.CancellationToken);
        written.Position = 0;
        return await MimeMessage.LoadAsync(written, TestContext.Current.CancellationToken);
    }

    private static Scenario<Inbox> Claim(Scenario<Inbox> scenario, DateTimeOffset now) => scenario.When(inbox => Inbox.ClaimMails(inbox!, now, Lease));

    private static Dictionary<int, string?> Sent(params int[] numbers) => numbers.ToDictionary(number => number, _ => (string?)null);

    private static Scenario<Inbox> Ordered(params string[] orders) => orders.Aggregate(
        GivenNo<Inbox>().When(inbox => Account(inbox, Some.Noon)), (scenario, order) => scenario.When(inbox => Order(inbox, order, Some.Noon)));

    private static Decision<Inbox> Account(Inbox? inbox, DateTimeOffset now, string email = "ann@example.com", long version = 1) =>
        Inbox.AccountChanged(inbox, new AccountUpdated { Id = Some.Buyer, Email = email, Version = version }, now);

    private static Decision<Inbox> Order(Inbox? inbox, string id, DateTimeOffset now) =>
        Inbox.OrderChanged(inbox, Some.Is<OrderCancelled>(3, "seller_cancelled") with { Id = id, OrderId = id, ExpiresAt = now }, now, TimeSpan.FromSeconds(30));

    private static string? FailedKey(Inbox inbox) => Inbox.Documents.Indexes.Single(index => index.Name == "mail_failed").Key(inbox);
}
