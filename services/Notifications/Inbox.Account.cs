using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Notifications;

/// <summary>What the user's account and the user say.</summary>
public sealed partial record Inbox
{
    /// <summary>Whether the account is deleted. Then this says nothing about the person any more, and never will.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsDeleted { get; init; }

    /// <summary>The version of the account's event that was taken over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long AccountVersion { get; init; }

    /// <summary>Where mails go; null if nobody has said so.</summary>
    public string? Email { get; init; }

    /// <summary>The language that the user has chosen; null for the default.</summary>
    public string? Language { get; init; }

    /// <summary>Whether the user wants no mails.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NoMails { get; init; }

    /// <summary>The kinds that the user wants as mails; null for all but <see cref="NotificationKind.OrderReceived"/>.</summary>
    public IReadOnlyList<NotificationKind>? MailKinds { get; init; }

    /// <summary>The account has this address.</summary>
    public static Decision<Inbox> AccountChanged(Inbox? inbox, AccountState account, DateTimeOffset now) => inbox is { IsDeleted: true } || account.Version <= inbox?.AccountVersion
        ? Decision<Inbox>.Nothing
        : new(Of(inbox, account.Id).WithoutOldMails(now) with { AccountVersion = account.Version, Email = account.Email ?? inbox?.Email });

    /// <summary>The user chooses how to be told, and in which language.</summary>
    public static Decision<Inbox> Choose(Inbox? inbox, string userId, Preferences wanted) => inbox is { IsDeleted: true } ? Decision<Inbox>.Nothing
        : new(Of(inbox, userId) with
        {
            Language = wanted.Language,
            NoMails = wanted.Email!.Enabled == false,
            MailKinds = wanted.Email.ToKinds(),
            Mails = wanted.Email.Enabled == false || inbox is null ? [] : inbox.Mails,
        });

    /// <summary>The account is deleted, and with it everything that is here.</summary>
    public static Decision<Inbox> AccountDeleted(Inbox? inbox, AccountDeleted account) =>
        inbox is { IsDeleted: true } ? Decision<Inbox>.Nothing
        : inbox is null ? new(new Inbox { UserId = account.Id, IsDeleted = true })
        : new(new Inbox { UserId = account.Id, Next = inbox.Next, IsDeleted = true, Items = inbox.Items.Clear(), Orders = inbox.Orders.Clear(), Tickets = inbox.Tickets.Clear() });

    /// <summary>The user has read the notifications up to this number.</summary>
    public static Decision<Inbox> Read(Inbox? inbox, int upTo) => inbox is { IsDeleted: false } && Math.Min(upTo, inbox.Next - 1) is var read && read > inbox.ReadUpTo
        ? new(inbox with { ReadUpTo = read })
        : Decision<Inbox>.Nothing;
}
