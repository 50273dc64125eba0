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
    [InlineData("1.234", false)]
    [InlineData("0.001", false)]
    [InlineData("0", true)]
    [InlineData("-0.01", false)]
    [InlineData("1000000000.01", false)]
    [InlineData(null, false)]
    public void A_price_is_not_negative_and_has_at_most_two_decimals(string? price, bool holds) =>
        Holds(holds, v => v.Price(price is null ? null : decimal.Parse(price, CultureInfo.InvariantCulture)));

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
    [InlineData(null)]
    [InlineData("   ")]
    [InlineData("\n\t")]
    public void A_title_is_more_than_space(string? title) => Holds(false, v => v.Title(title));

    [Theory]
    [InlineData("USD", true)]
    [InlineData("usd", false)]
    [InlineData("US", false)]
    [InlineData("USDT", false)]
    [InlineData("U5D", false)]
    [InlineData("USD\n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_currency_is_three_capital_letters(string? currency, bool holds) => Holds(holds, v => v.Currency(currency));

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

    private static void Holds(bool expected, Func<Validation, Validation> rule) =>
        Assert.Equal(expected, rule(new Validation()).Problem is null);
}
