using System.Globalization;
using Ticketing.ServiceDefaults;

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
    public void A_price_is_not_negative(string? price, bool holds) => Holds(holds, v => v.Price(Amount(price)));

    [Theory]
    [InlineData("10", "JPY", null)]
    [InlineData("10.00", "JPY", null)]
    [InlineData("10.55", "JPY", "price must have at most 0 decimals in JPY.")]
    [InlineData("10.55", "USD", null)]
    [InlineData("10.555", "USD", "price must have at most 2 decimals in USD.")]
    [InlineData("1.005", "KWD", null)]
    [InlineData("1.0055", "KWD", "price must have at most 3 decimals in KWD.")]
    [InlineData("1.0055", "CLF", null)]
    [InlineData("1.0055", "???", null)]
    [InlineData("-1", "JPY", "price must be a number from 0 to 1,000,000,000.")]
    public void A_price_has_the_decimals_of_its_currency(string price, string currency, string? refusal) =>
        Assert.Equal(refusal, new Validation().Price(Amount(price), currency).Problem?.ProblemDetails.Errors["price"].Single());

    [Theory]
    [InlineData(1, true)]
    [InlineData(10_000, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(10_001, false)]
    [InlineData(null, false)]
    public void A_quantity_is_from_1_to_10000(int? quantity, bool holds) => Holds(holds, v => v.Quantity(quantity));

    [Theory]
    [InlineData(1, true)]
    [InlineData(200, true)]
    [InlineData(0, false)]
    [InlineData(201, false)]
    public void A_title_has_1_to_200_characters(int length, bool holds) => Holds(holds, v => v.Title(new string('x', length)));

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
    public void A_currency_is_one_of_ISO_4217(string? currency, bool holds) => Holds(holds, v => v.Currency(currency));

    [Theory]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(0, false)]
    [InlineData(101, false)]
    public void An_id_has_1_to_100_characters(int length, bool holds) => Holds(holds, v => v.Id(new string('x', length), "ticketId"));

    [Fact]
    public void Everything_wrong_is_named_at_once() => Assert.Equal(
        ["title", "price", "quantity"],
        new Validation().Title("").Price(-1).Quantity(0).Currency("USD").Problem!.ProblemDetails.Errors.Keys);

    [Fact]
    public void Every_refusal_is_a_sentence_that_names_its_field() => Assert.All(
        new Validation().Title(null).Price(null).Quantity(null).Currency(null).Limit(0, 1).Id(null, "ticketId").Problem!.ProblemDetails.Errors,
        error => Assert.Matches($"^{error.Key} must .*\\.$", error.Value.Single()));

    private static decimal? Amount(string? amount) => amount is null ? null : decimal.Parse(amount, CultureInfo.InvariantCulture);

    private static void Holds(bool expected, Func<Validation, Validation> rule) =>
        Assert.Equal(expected, rule(new Validation()).Problem is null);
}
