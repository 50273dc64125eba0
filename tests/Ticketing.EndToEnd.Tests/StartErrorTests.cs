using System.Net;
using System.Net.Sockets;
using Ticketing.Scenarios.Launching;

namespace Ticketing.EndToEnd.Tests;

/// <summary>What keeps the AppHost from starting is told in one line, and nothing was started.</summary>
public sealed class StartErrorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(3, "orders")]
    [InlineData(5, "expiration")]
    [InlineData(6, "notifications")]
    [InlineData(7, "activity")]
    [InlineData(9, "stripe")]
    public async Task A_port_that_is_in_use_is_named(int offset, string resource)
    {
        var portBase = AppHostProcess.FreePortBase();
        using var other = new TcpListener(IPAddress.Loopback, portBase + offset);
        other.Start();
        await using var apphost = AppHostProcess.StartOn(portBase);

        Assert.Equal(1, await apphost.ExitAsync(Patience));
        Assert.Equal($"error: Port {portBase + offset}, for {resource}, is in use. Choose other ports with --port-base.", apphost.Output);
        if (ProcessTree.IsAvailable)
            Assert.Empty(apphost.Descendants());
    }

    [Theory]
    [InlineData("--hold '5'", "--hold", "5")]
    [InlineData("--hold '-00:00:05'", "--hold", "-00:00:05")]
    [InlineData("--replicas 'sales=2'", "--replicas", "sales=2")]
    [InlineData("--replicas 'orders=0'", "--replicas", "tickets=2,orders=0", "--store", "postgres")]
    [InlineData("--replicas 'accounts=2'", "--replicas", "accounts=2", "--store", "postgres")]
    [InlineData("--replicas names 'orders' twice", "--replicas", "orders=2,orders=3", "--store", "postgres")]
    [InlineData("--replicas needs a store", "--replicas", "orders=2")]
    [InlineData("--replicas needs a store", "--replicas", "orders=2", "--store", "memory")]
    [InlineData("--kafka 'nowhere'", "--kafka", "nowhere")]
    [InlineData("--store 'http://nowhere'", "--store", "http://nowhere")]
    [InlineData("--mode 'cloud'", "--mode", "cloud")]
    [InlineData("'--colour'", "--colour", "red")]
    [InlineData("'surplus'", "surplus")]
    public async Task A_bad_option_is_an_error_of_one_line_that_names_it(string named, params string[] options)
    {
        await using var apphost = AppHostProcess.Start(options);
        Assert.Equal(2, await apphost.ExitAsync(Patience));
        Assert.Matches($@"^error: .*{named}.*\(see --help\)$", apphost.Output);
    }

    [Fact]
    public async Task A_mode_that_cannot_be_had_is_an_error_that_says_why()
    {
        Assert.SkipUnless(ContainerShop.Missing is not null, "This machine runs containers.");
        await using var apphost = AppHostProcess.Start("--mode", "containers");
        Assert.Equal(1, await apphost.ExitAsync(Patience));
        Assert.Matches("^error: .*containers.*$", apphost.Output);
    }
}
