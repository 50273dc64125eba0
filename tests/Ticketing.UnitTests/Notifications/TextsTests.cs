using Ticketing.Contracts;
using Ticketing.Notifications;

namespace Ticketing.UnitTests.Notifications;

public sealed class TextsTests
{
    private static readonly Texts Texts = new(Texts.Folder);

    // Everything that can be known.
    private static Notification Full(NotificationKind kind) => new(1, kind, Some.Noon)
    {
        OrderId = "o",
        TicketId = "t",
        What = "2 × Front row",
        Amount = 1234.5m,
        Currency = "EUR",
        HeldUntil = new(2025, 2, 13, 14, 0, 0, TimeSpan.FromHours(2)),
        AttemptsLeft = 4,
        Reason = "seller_cancelled",
        Dispute = DisputeState.Won,
        Seats = 2,
    };

    [Fact]
    public void Every_language_says_the_same_of_everything()
    {
        Assert.Equal(["de", "en"], Texts.Languages);
        foreach (var kind in Enum.GetValues<NotificationKind>())
        {
            var (title, text) = Texts.Render(Full(kind), "en");
            var (titel, german) = Texts.Render(Full(kind), "de");
            Assert.NotEqual(title, titel);
            Assert.NotEqual(text, german);
            Assert.Equal(text.Split('\n').Length, german.Split('\n').Length);
            Assert.DoesNotContain('{', title + text + titel + german);
            Assert.DoesNotContain('\n', title + titel);
            // A notification of which little is known says something, too.
            Assert.NotEmpty(Texts.Render(new(1, kind, Some.Noon), "en").Title);
        }
    }

    [Fact]
    public void Values_are_spelled_as_the_language_spells_them()
    {
        Assert.Equal("We have your order of 2 × Front row for 1234.50 EUR.\nThe seats are held until 2025-02-13 12:00 UTC. Please pay by then.",
            Texts.Render(Full(NotificationKind.OrderReceived), "en").Text);
        Assert.Equal("Wir haben Ihre Bestellung über 2 × Front row für 1234,50 EUR.\nDie Plätze sind bis 13.02.2025 12:00 UTC reserviert. Bitte bezahlen Sie bis dahin.",
            Texts.Render(Full(NotificationKind.OrderReceived), "de").Text);
        Assert.Equal("You have paid 20 USD.", Texts.Render(Full(NotificationKind.OrderApproved) with { What = null, Amount = 20.00m, Currency = "USD" }, null).Text);
        Assert.Equal(
            "A refund for your tickets did not reach its buyer. An operator of the shop decides when it is sent again.\nOrder: o.\nWhat was ordered: 2 × Front row.\nAmount: 1234.50 EUR.",
            Texts.Render(Full(NotificationKind.RefundFailed), "en").Text);
        Assert.EndsWith("\nBestellung: o.\nBetrag: 1234,50 EUR.", Texts.Render(Full(NotificationKind.RefundFailed) with { What = null }, "de").Text, StringComparison.Ordinal);
        // A language that is no longer there.
        Assert.Equal("Refund", Texts.Render(Full(NotificationKind.PaymentRefunded), "xx").Title);
    }

    [Fact]
    public void A_title_that_looks_like_a_value_stays_as_it_is() => Assert.Equal(
        "Your order of {amount} [x] <b> was not paid in time. The seats are free again.", Texts.Render(Full(NotificationKind.OrderExpired) with { What = "{amount} [x] <b>" }, "en").Text);

    [Fact]
    public void A_reason_that_no_language_knows_is_left_out() => Assert.Equal(
        "Your order was cancelled. What you have paid goes back to you.\nYour order: 2 × Front row.", Texts.Render(Full(NotificationKind.OrderCancelled) with { Reason = "unknown" }, "en").Text);

    [Theory]
    [InlineData("time = HH:mm\ndecimals = .\n", "order_received")]
    [InlineData("", "order_received")]
    public void A_file_that_lacks_a_text_is_an_error_that_names_it(string file, string missing)
    {
        var folder = Directory.CreateTempSubdirectory("ticketing-texts-");
        File.WriteAllText(Path.Combine(folder.FullName, "en.txt"), file);
        Assert.Contains($"lacks '{missing}'", Assert.Throws<InvalidOperationException>(() => new Texts(folder.FullName)).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(folder.FullName, "en.txt"));
        Assert.Contains("en.txt", Assert.Throws<InvalidOperationException>(() => new Texts(folder.FullName)).Message, StringComparison.Ordinal);
        folder.Delete();
    }
}
