using System.Globalization;
using Ticketing.Contracts;

namespace Ticketing.UnitTests.Requests;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("299.00", "299")]
    [InlineData("0.10", "0.1")]
    [InlineData("100", "100")]
    [InlineData("1.0050", "1.005")]
    [InlineData("-0", "0")]
    [InlineData("-0.00", "0")]
    [InlineData("1000000000", "1000000000")]
    [InlineData("9999999999999.9999", "9999999999999.9999")]
    public void Equal_amounts_look_equal(string amount, string normal) => Assert.Equal(
        normal, Money.Normalize(decimal.Parse(amount, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture));
}
