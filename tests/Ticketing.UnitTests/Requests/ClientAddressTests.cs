using System.Net;
using Ticketing.ServiceDefaults;

namespace Ticketing.UnitTests.Requests;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    [InlineData("::1", "::/64")]
    public void An_address_is_counted_as_a_client(string address, string client) => Assert.Equal(client, ClientAddresses.Of(IPAddress.Parse(address)));

    [Fact]
    public void A_caller_without_an_address_is_counted_too() => Assert.Equal("unknown", ClientAddresses.Of(null));
}
