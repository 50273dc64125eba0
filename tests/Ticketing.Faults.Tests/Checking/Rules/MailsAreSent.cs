namespace Ticketing.Faults.Tests.Checking.Rules;

/// <summary>
/// Every notification that is kept of a user with an address, but that an order is received, has its mail to that address, with its own <c>Message-ID</c>, and there is no other mail. The
/// address is that with which the user has signed up; of a user whose account is deleted nothing is kept.
/// </summary>
internal static class MailsAreSent
{
    public static IEnumerable<Violation> Check(Facts facts)
    {
        var mails = facts.Snapshot.Mails.ToLookup(mail => mail.MessageId.Split('@')[0]);
        foreach (var person in facts.Snapshot.People)
        {
            var inbox = facts.Inboxes.GetValueOrDefault(person.UserId);
            if (person.IsDeleted ? inbox is not { IsDeleted: true, Email: null, Items.Count: 0 } : inbox?.Email != person.Email)
                yield return new(nameof(MailsAreSent), person.UserId, $"has {(person.IsDeleted ? "deleted the account" : $"the address {person.Email}")}, and Notifications has {inbox}.");
        }
        foreach (var inbox in facts.Inboxes.Values.Where(inbox => inbox.Email is not null))
            foreach (var item in inbox.Items.Where(item => item.Kind != "order_received"))
                if (!mails[$"{inbox.UserId}.{item.Number}"].Any(mail => IsOf(mail, inbox, item)))
                    yield return new(nameof(MailsAreSent), inbox.UserId, $"has no mail of {item}.");
        var numbers = facts.Inboxes.Values.SelectMany(inbox => Enumerable.Range(1, inbox.Next - 1).Select(number => (Id: $"{inbox.UserId}.{number}", inbox)))
            .ToDictionary(one => one.Id, one => one.inbox);
        foreach (var same in mails)
        {
            var inbox = numbers.GetValueOrDefault(same.Key);
            if (inbox is null || same.Count() > 1 || same.Any(mail => mail.To != (inbox.Email ?? mail.To)))
                yield return new(nameof(MailsAreSent), inbox?.UserId ?? same.Key, $"has mails that are of no notification or of one that has another: {string.Join(", ", same)}.");
        }
    }

    // Mails know seconds.
    private static bool IsOf(SentMail mail, InboxDocument inbox, ToldNotification item) =>
        mail.To == inbox.Email && (mail.Date - item.At).Duration() < TimeSpan.FromSeconds(1);
}
