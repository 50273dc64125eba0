using System.Globalization;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing.Brokers;

namespace Ticketing.Benchmarks.Shops;

/// <summary>The processor time of a running shop, by process: its services, its PostgreSQL if it has one, its broker.</summary>
internal sealed class ProcessorTimes
{
    /// <summary>The services that a shop has.</summary>
    public static readonly string[] Services = ["Accounts", "Tickets", "Orders", "Payments", "Expiration", "Notifications", "Activity", "Insights"];

    private readonly (string Name, int Id)[] _processes;

    public ProcessorTimes(AppHostProcess apphost, RealKafka kafka)
    {
        var started = apphost.Descendants().ToLookup(NameOf);
        _processes =
        [
            .. Services.Select(service => (service, started[service].Single())),
            .. started["postgres"].Select(id => ("PostgreSQL", id)),
            ("Kafka", kafka.IdOf(1)),
        ];
    }

    /// <summary>What each has used since it was started.</summary>
    public IReadOnlyList<(string Name, TimeSpan Used)> Now() =>
        [.. _processes.Select(process => (process.Name, ProcessTree.ProcessorTimeOf(process.Id)))];

    /// <summary>The program that a process runs; nothing for those that a server forks, which count as the server's.</summary>
    private static string NameOf(int id) => ProcessTree.CommandLine(id) switch
    {
        [.., var program] when program.EndsWith(".dll", StringComparison.Ordinal) => Path.GetFileNameWithoutExtension(program),
        [var program, "-D", ..] => Path.GetFileName(program),
        _ => "",
    };
}

/// <summary>What a load has cost: milliseconds of processor time per booking.</summary>
internal sealed class BookingCost
{
    private readonly Dictionary<string, TimeSpan> _used = [];

    public void Add(IReadOnlyList<(string Name, TimeSpan Used)> before, IReadOnlyList<(string Name, TimeSpan Used)> after)
    {
        foreach (var ((name, from), (_, to)) in before.Zip(after))
            _used[name] = _used.GetValueOrDefault(name) + (to - from);
    }

    public string Describe(int bookings)
    {
        var each = _used.Select(used => (Name: used.Key, Milliseconds: used.Value.TotalMilliseconds / bookings)).ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"CPU ms per booking {each.Sum(process => process.Milliseconds):0.0}: {string.Join(", ", each.Select(process => string.Create(CultureInfo.InvariantCulture, $"{process.Name} {process.Milliseconds:0.00}")))}");
    }
}
