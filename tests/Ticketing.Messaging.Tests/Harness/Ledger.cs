using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Ticketing.Documents;

namespace Ticketing.Messaging.Tests.Harness;

/// <summary>What came of the events of one key.</summary>
/// <param name="Last">The last version that was taken.</param>
/// <param name="Gaps">How often a version was skipped: an event was lost, or overtaken.</param>
/// <param name="Commands">How many commands were carried out.</param>
/// <param name="Calls">Every version in the order in which it was handled, repetitions included.</param>
public sealed record Ledger(long Last, int Gaps, int Commands, ImmutableArray<long> Calls)
{
    public static DocumentType<Ledger> Type { get; } = new("ledgers", LedgerJson.Default.Ledger);

    private static Ledger Empty { get; } = new(0, 0, 0, []);

    /// <summary>A replica: takes each version once.</summary>
    public static Decision<Ledger> Take(Ledger? ledger, Noted e)
    {
        ledger ??= Empty;
        return e.Version <= ledger.Last
            ? Decision<Ledger>.Nothing
            : new(ledger with { Last = e.Version, Gaps = ledger.Gaps + (e.Version == ledger.Last + 1 ? 0 : 1) });
    }

    /// <summary>Takes each version once, and tells of it.</summary>
    public static Decision<Ledger> TakeAndTell(Ledger? ledger, Noted e) =>
        Take(ledger, e) is { State: { } state } ? new(state, Told(e.Id, e.Version)) : Decision<Ledger>.Nothing;

    /// <summary>Notes every call, repetitions too: for tests that count them.</summary>
    public static Decision<Ledger> Note(Ledger? ledger, Noted e)
    {
        ledger ??= Empty;
        return new(ledger with { Last = e.Version, Calls = ledger.Calls.Add(e.Version) });
    }

    /// <summary>A command, which tells of itself.</summary>
    public static Decision<Ledger> Command(string id, Ledger? ledger)
    {
        ledger ??= Empty;
        return new(ledger with { Commands = ledger.Commands + 1 }, Told(id, -ledger.Commands - 1));
    }

    /// <summary>What is published.</summary>
    public static Told Told(string id, long version) => new(id, version);
}

[JsonSerializable(typeof(Ledger))]
internal sealed partial class LedgerJson : JsonSerializerContext;
