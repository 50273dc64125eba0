namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// Everybody who was told to have signed up is told once, with the address. The last word on an account that someone was told to be deleted is that it is,
/// and does not say whose it was.
/// </summary>
internal static class AccountsAreTold
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var told = facts.AccountStates.ToLookup(e => e.Id);
        return facts.Snapshot.People.SelectMany(person => OfPerson(facts, person, [.. told[person.UserId]]));
    }

    private static IEnumerable<Violation> OfPerson(Facts facts, SignedUp person, IReadOnlyList<LogRecord> told)
    {
        var created = told.Where(e => e.Type == "account.created" && e.Version == 1 && e.Text("email") == person.Email).DistinctBy(e => e.CloudEventId).Count();
        var last = told.LastOrDefault(facts.IsPresent);
        if (created != 1 && !facts.HasLost("accounts"))
            yield return new(nameof(AccountsAreTold), person.UserId, $"has signed up, which is told {created} times with the address.");
        // It may have been told in the lost log only. What is told again is how the account is now.
        if (last is null || (last.Type != "account.deleted" && last.Text("email") != person.Email))
            yield return new(nameof(AccountsAreTold), person.UserId, $"has signed up, and the last that is told of it is {last?.Value ?? "nothing"}.");
        if (person.IsDeleted && last is not { Type: "account.deleted" })
            yield return new(nameof(AccountsAreTold), person.UserId, $"is deleted, and the last that is told of it is {last?.Value ?? "nothing"}.");
        foreach (var deletion in told.Where(e => e.Type == "account.deleted" && (e.Value!.Contains('@') || e.Headers.Values.Any(value => value.Contains('@')))))
            yield return new(nameof(AccountsAreTold), deletion.Place, $"says whose the account was: {deletion.Value}.");
    }
}
