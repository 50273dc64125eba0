using System.Globalization;
using Ticketing.Accounts;
using Ticketing.Contracts;
using Ticketing.Orders;
using Ticketing.Tickets;

namespace Ticketing.UnitTests.Requests;

/// <summary>What requests may say, at the edges.</summary>
public sealed class ValidationTests
{
    [Theory]
    [InlineData("0.01", true)]
    [InlineData("1.23", true)]
    [InlineData("1.230", true)]
    [InlineData("1000000000", true)]
    [InlineData("0.0001", true)]
    [InlineData("0.00001", false)]
    [InlineData("0", true)]
    [InlineData("-0.01", false)]
    [InlineData("1000000000.01", false)]
    [InlineData(null, false)]
    public void A_price_is_not_negative(string? price, bool holds) =>
        Assert.Equal(holds, new PriceAttribute { Required = true }.BrokenBy(Amount(price)) is null);

    [Theory]
    [InlineData("10", "JPY", null)]
    [InlineData("10.00", "JPY", null)]
    [InlineData("10.55", "JPY", "must have at most 0 decimals in JPY.")]
    [InlineData("10.55", "USD", null)]
    [InlineData("10.555", "USD", "must have at most 2 decimals in USD.")]
    [InlineData("1.005", "KWD", null)]
    [InlineData("1.0055", "KWD", "must have at most 3 decimals in KWD.")]
    [InlineData("1.0055", "CLF", null)]
    [InlineData("1.0055", "???", null)]
    [InlineData("-1", "JPY", "must be a number from 0 to 1,000,000,000.")]
    public void A_price_has_the_decimals_of_its_currency(string price, string currency, string? rule) =>
        Assert.Equal(rule, Rules.BrokenBy(new CreateTicket("x", Amount(price), currency)).GetValueOrDefault("Price"));

    [Theory]
    [InlineData(1, true)]
    [InlineData(10_000, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(10_001, false)]
    [InlineData(null, false)]
    public void A_quantity_is_from_1_to_10000(int? quantity, bool holds) =>
        Assert.Equal(holds ? null : "must be a whole number from 1 to 10,000.", new SeatsAttribute { Required = true }.BrokenBy(quantity));

    [Theory]
    [InlineData(1, true)]
    [InlineData(200, true)]
    [InlineData(0, false)]
    [InlineData(201, false)]
    public void A_title_has_1_to_200_characters(int length, bool holds) =>
        Assert.Equal(holds ? null : "must have 1 to 200 characters.", new TextAttribute().BrokenBy(new string('x', length)));

    [Theory]
    [InlineData("USD", true)]
    [InlineData("JPY", true)]
    [InlineData("XOF", true)]
    [InlineData("ZZZ", false)]
    [InlineData("XXX", false)]
    [InlineData("XTS", false)]
    [InlineData("XAU", false)]
    [InlineData("XDR", false)]
    [InlineData("HRK", false)]
    [InlineData("usd", false)]
    [InlineData("US", false)]
    [InlineData("USDT", false)]
    [InlineData("U5D", false)]
    [InlineData("USD\n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_currency_is_one_of_ISO_4217(string? currency, bool holds) => Assert.Equal(holds, new CurrencyAttribute().BrokenBy(currency) is null);

    [Theory]
    [InlineData("x", 1, true)]
    [InlineData("x", 100, true)]
    [InlineData("x", 0, false)]
    [InlineData("x", 101, false)]
    [InlineData("\n", 1, false)]
    public void An_id_has_1_to_100_characters(string character, int length, bool holds) => Assert.Equal(
        holds ? null : "must have 1 to 100 characters and no control characters.",
        new IdAttribute().BrokenBy(string.Concat(Enumerable.Repeat(character, length))));

    [Fact]
    public void Everything_wrong_is_named_at_once()
    {
        Assert.Equal(["Price", "Quantity", "Title"], Rules.BrokenBy(new CreateTicket("", -1, "USD", 0)).Keys.Order());
        Assert.Equal(["Currency", "Price", "Quantity", "Title"], Rules.BrokenBy(new CreateTicket(null, null, null!, 0)).Keys.Order());
        Assert.Equal(["Email", "Password"], Rules.BrokenBy(new NewCredentials(null, null)).Keys.Order());
    }

    [Fact]
    public void What_is_missing_from_a_change_breaks_no_rule()
    {
        Assert.Empty(Rules.BrokenBy(new ChangeTicket(null, null, null)));
        Assert.Equal(["Price", "Quantity", "Title"], Rules.BrokenBy(new ChangeTicket("", -1, 0)).Keys.Order());
    }

    [Fact]
    public void An_order_is_for_one_ticket_or_for_lines()
    {
        Assert.Equal("must have 1 to 100 characters and no control characters.", Rules.BrokenBy(new PlaceOrder(null, null, null))["TicketId"]);
        Assert.Equal("must not come with a ticketId or a quantity.", Rules.BrokenBy(new PlaceOrder(null, 1, [new("a")]))["Lines"]);
        Assert.Equal("must have 1 to 10 items.", Rules.BrokenBy(new KeepSeats(null))["Lines"]);
        Assert.Equal("must have 1 to 10 items.", Rules.BrokenBy(new PlaceOrder(null, null, []))["Lines"]);
        Assert.Equal("must name each ticket once.", Rules.BrokenBy(new PlaceOrder(null, null, [new("a"), new("a", 2)]))["Lines"]);
        Assert.Empty(Rules.BrokenBy(new PlaceOrder(null, null, [new("a"), new("b", 2)])));
        Assert.Empty(Rules.BrokenBy(new PlaceOrder("a", null, null)));
    }

    [Theory]
    [InlineData("correct horse", null)]
    [InlineData("1234567", "must have 8 to 128 characters.")]
    [InlineData("Password1", "must not be one of the most common passwords.")]
    public void A_new_password_is_long_and_uncommon(string password, string? rule) =>
        Assert.Equal(rule, Rules.BrokenBy(new NewCredentials("ann@example.com", password)).GetValueOrDefault("Password"));

    [Fact]
    public void Who_signed_up_under_an_older_rule_still_signs_in()
    {
        Assert.Empty(Rules.BrokenBy(new Credentials("a\u200bnn@example.com", "x")));
        Assert.Equal(["Email"], Rules.BrokenBy(new NewCredentials("a\u200bnn@example.com", "correct horse")).Keys);
        Assert.Equal("must have 1 to 128 characters.", Rules.BrokenBy(new Credentials("ann@example.com", ""))["Password"]);
    }

    private static decimal? Amount(string? amount) => amount is null ? null : decimal.Parse(amount, CultureInfo.InvariantCulture);
}
