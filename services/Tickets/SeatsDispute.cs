using System.Globalization;
using Ticketing.Contracts;

namespace Ticketing.Tickets;

/// <summary>A buyer's dispute with the bank over paid seats.</summary>
/// <param name="State">What became of it.</param>
/// <param name="OrderVersion">The version of the order that said so first. An older one that is read again says nothing.</param>
/// <param name="IsBlocked">The seller does not let anybody in with these tickets.</param>
public readonly record struct SeatsDispute(DisputeState State, long OrderVersion, bool IsBlocked = false)
{
    // By DisputeState.
    private const string Letters = "dwl";
    private const char Blocked = '#';

    /// <summary>As ASCII text: the first letter of <c>disputed</c>, <c>won</c> or <c>lost</c>, the version, and <c>#</c> if they are blocked.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Letters[(int)State]}{OrderVersion}{(IsBlocked ? Blocked : null)}");

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    internal static SeatsDispute Parse(string text)
    {
        var (state, isBlocked) = (text.Length == 0 ? -1 : Letters.IndexOf(text[0], StringComparison.Ordinal), text.EndsWith(Blocked));
        return state >= 0
            ? new((DisputeState)state, long.Parse(text.AsSpan(1, text.Length - (isBlocked ? 2 : 1)), NumberStyles.None, CultureInfo.InvariantCulture), isBlocked)
            : throw new FormatException("This is no dispute.");
    }
}
