namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>No ticket was ever oversold, in any state that anyone could have seen.</summary>
internal static class SeatsAreCounted
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        foreach (var ticket in facts.TicketStates)
        {
            var (held, sold, quantity) = (ticket.Number("held"), ticket.Number("sold"), ticket.Number("quantity"));
            if (held < 0 || sold < 0 || held + sold > quantity)
                yield return new(nameof(SeatsAreCounted), ticket.Id, $"{held} held and {sold} sold of {quantity} at {ticket.Place}.", ticket);
        }
    }
}
