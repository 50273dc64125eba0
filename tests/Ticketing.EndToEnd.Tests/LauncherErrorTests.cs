using System.Net;
using System.Net.Sockets;
using Ticketing.EndToEnd.Tests.Launching;

namespace Ticketing.EndToEnd.Tests;

public sealed class LauncherErrorTests
{
    [Fact]
    public async Task A_port_that_is_in_use_is_named()
    {
        var portBase = PortRange.Base();
        using var other = new TcpListener(IPAddress.Loopback, portBase + 3);
        other.Start();
        await using var launcher = LauncherProcess.StartOn(portBase);

        Assert.Equal(1, await launcher.ExitAsync(LauncherProcess.StopLimit));
        Assert.Equal($"error: port {portBase + 3}, for orders, is in use; choose other ports with --port-base", launcher.Output);
    }

    [Theory]
    [InlineData("--hold '5'", "--hold", "5")]
    [InlineData("--replicas 'sales=2'", "--replicas", "sales=2")]
    [InlineData("--replicas 'orders=0'", "--replicas", "tickets=2,orders=0", "--store", "postgres")]
    [InlineData("--replicas 'accounts=2'", "--replicas", "accounts=2", "--store", "postgres")]
    [InlineData("--replicas names 'orders' twice", "--replicas", "orders=2,orders=3", "--store", "postgres")]
    [InlineData("--replicas needs a store", "--replicas", "orders=2")]
    [InlineData("--replicas needs a store", "--replicas", "orders=2", "--store", "memory")]
    [InlineData("--hold '-00:00:05'", "--hold", "-00:00:05")]
    [InlineData("--kafka 'nowhere'", "--kafka", "nowhere")]
    [InlineData("--store 'http://nowhere'", "--store", "http://nowhere")]
    [InlineData("'--port-base'", "--port-base", "5100")]
    [InlineData("'--colour'", "--colour", "red")]
    [InlineData("'surplus'", "surplus")]
    public async Task A_bad_option_is_an_error_of_one_line_that_names_it(string named, params string[] options)
    {
        // The tests' own options come first: --port-base is there once already.
        await using var launcher = LauncherProcess.Start(options);
        Assert.Equal(2, await launcher.ExitAsync(LauncherProcess.StopLimit));
        Assert.Matches($@"^error: .*{named}.*\(see --help\)$", launcher.Output);
    }

    [Fact]
    public async Task A_kafka_that_does_not_answer_is_an_error()
    {
        await using var launcher = LauncherProcess.Start("--kafka", $"127.0.0.1:{PortRange.Base() + 1}");
        Assert.Equal(1, await launcher.ExitAsync(2 * LauncherProcess.StopLimit));
        Assert.StartsWith("error: Kafka at 127.0.0.1:", launcher.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mongodb_without_its_packages_is_an_error()
    {
        // A service's program, as it lies beside these tests, tells whether it has them.
        var orders = Path.Combine(AppContext.BaseDirectory, "..", "..", "Orders", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));
        Assert.SkipWhen(File.Exists(Path.Combine(orders, "MongoDB.Driver.dll")), "This build has the MongoDB packages.");
        await using var launcher = LauncherProcess.Start("--store", "mongodb://127.0.0.1:1");
        Assert.Equal(1, await launcher.ExitAsync(LauncherProcess.StopLimit));
        Assert.StartsWith("error: this build has no MongoDB store", launcher.Output, StringComparison.Ordinal);
    }
}
