using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Ticketing.Messaging;

namespace Ticketing.Notifications;

/// <summary>Which notifications go out as mails, and what became of them.</summary>
public sealed partial record Inbox
{
    // News travels from Accounts in no time; this is for what is read in another order.
    private static readonly TimeSpan AddressPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WorthSending = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromHours(1);

    /// <summary>Mails that are not sent yet.</summary>
    public ImmutableArray<DueMail> Mails { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Mails that could not be sent for a day.</summary>
    public ImmutableArray<FailedMail> FailedMails { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The numbers of the mails that an instance sends now, the oldest first.</summary>
    public ImmutableArray<int> Sending { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Until when that instance has them. Nobody else sends mails of this inbox before.</summary>
    public DateTimeOffset? SendingUntil { get; init; }

    /// <summary>When the next mails are due.</summary>
    [JsonIgnore]
    public DateTimeOffset? MailDueAt => Email is null || Mails.IsEmpty ? null
        : Mails.Min(mail => mail.DueAt) is var due && SendingUntil > due ? SendingUntil : due;

    /// <summary>An instance sends the mails that are due. Those that it does not send are due again later; one that could not be sent for a day has failed.</summary>
    public static Decision<Inbox> ClaimMails(Inbox inbox, DateTimeOffset now, TimeSpan lease)
    {
        if (inbox.MailDueAt is not { } due || due > now)
            return Decision<Inbox>.Nothing;
        var (next, sending) = (inbox with { SendingUntil = null }, ImmutableArray.CreateBuilder<int>());
        foreach (var mail in inbox.Mails.Where(mail => mail.DueAt <= now))
        {
            if (now - mail.At >= WorthSending)
            {
                next = next with { Mails = next.Mails.Remove(mail), FailedMails = next.FailedMails.Add(new(mail.Number, now, mail.Error)) };
                continue;
            }
            // A try that an instance died with is repeated when its lease ends, one that was refused after half of it.
            var backoff = lease / 2 * Math.Pow(2, mail.Tries);
            next = next with { Mails = next.Mails.Replace(mail, mail with { DueAt = now + (backoff < LongestBackoff ? backoff : LongestBackoff), Tries = mail.Tries + 1 }) };
            sending.Add(mail.Number);
        }
        return new(next with { Sending = sending.ToImmutable(), SendingUntil = sending.Count > 0 ? now + lease : null });
    }

    /// <summary>An instance has sent what it could of the mails that it had.</summary>
    /// <param name="inbox">The inbox.</param>
    /// <param name="claimed">The inbox as the instance claimed them.</param>
    /// <param name="errors">Why each that was tried could not be sent; null if it was. The others are due at once.</param>
    /// <param name="now">The time.</param>
    public static Decision<Inbox> MailsDone(Inbox? inbox, Inbox claimed, IReadOnlyDictionary<int, string?> errors, DateTimeOffset now)
    {
        if (inbox is null)
            return Decision<Inbox>.Nothing;
        // If its lease is over, another one may have them now, and what was not tried is that one's.
        var isOurs = inbox.SendingUntil == claimed.SendingUntil;
        var mails = inbox.Mails.RemoveAll(mail => errors.TryGetValue(mail.Number, out var error) && error is null);
        for (var i = 0; i < mails.Length; i++)
        {
            var mail = mails[i];
            if (errors.GetValueOrDefault(mail.Number) is { } error)
                mails = mails.SetItem(i, mail with { Error = error });
            else if (isOurs && inbox.Sending.Contains(mail.Number))
                mails = mails.SetItem(i, mail with { DueAt = now, Tries = mail.Tries - 1 });
        }
        var next = isOurs ? inbox with { Sending = [], SendingUntil = null } : inbox;
        return !isOurs && mails.SequenceEqual(inbox.Mails) ? Decision<Inbox>.Nothing : new(next with { Mails = mails });
    }

    /// <summary>An operator wants the mails to be sent after all.</summary>
    public static Decision<Inbox> RetryMails(Inbox? inbox, DateTimeOffset now) => inbox is null or { FailedMails.IsEmpty: true }
        ? Decision<Inbox>.Refuse(RefusalKind.NotFound, "No mail to this user has failed.")
        : new(inbox with { FailedMails = [], Mails = [.. inbox.Mails, .. inbox.FailedMails.Select(failed => new DueMail(failed.Number, now, now, 0))] });

    /// <summary>With the mail of the newest notification, if there is to be one. Mails of notifications that are no longer kept are given up.</summary>
    private Inbox WithMail(NotificationKind kind, DateTimeOffset now)
    {
        var next = WithoutOldMails(now);
        next = next with { Mails = next.Mails.RemoveAll(mail => mail.Number < Oldest), FailedMails = FailedMails.RemoveAll(mail => mail.Number < Oldest) };
        return IsMailed(kind) ? next with { Mails = next.Mails.Add(new(Next - 1, now, now, 0)) } : next;
    }

    // Unless its user chooses otherwise, an order is one mail: whoever has just placed it looks at it.
    private bool IsMailed(NotificationKind kind) => !NoMails && (MailKinds?.Contains(kind) ?? kind != NotificationKind.OrderReceived);

    /// <summary>Who has no address gets no mails, unless it is just not known yet.</summary>
    private Inbox WithoutOldMails(DateTimeOffset now) => Email is null ? this with { Mails = Mails.RemoveAll(mail => now - mail.At > AddressPatience) } : this;
}

/// <summary>A mail that is not sent yet.</summary>
/// <param name="Number">Its notification.</param>
/// <param name="At">Since when it is due.</param>
/// <param name="DueAt">When it is sent, or tried again.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="Error">Why it could not be sent, if it could not.</param>
public sealed record DueMail(int Number, DateTimeOffset At, DateTimeOffset DueAt, int Tries, string? Error = null);

/// <summary>A mail that could not be sent.</summary>
/// <param name="Number">Its notification.</param>
/// <param name="FailedAt">When it was given up.</param>
/// <param name="Error">Why, as it was last said.</param>
public sealed record FailedMail(int Number, DateTimeOffset FailedAt, string? Error);
