using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Documents;
using Text = Ticketing.ServiceDefaults.Text;

namespace Ticketing.Notifications;

/// <summary>What one user was told, and what is known of their orders and tickets so that each cause is told once.</summary>
public sealed partial record Inbox
{
    /// <summary>How many notifications are kept, the newest ones.</summary>
    public const int MaxItems = 200;

    /// <summary>How many orders are known, the newest ones.</summary>
    public const int MaxOrders = 200;

    /// <summary>How many tickets are known, the newest ones.</summary>
    public const int MaxTickets = 2000;

    private const int MaxTitle = 100;
    private const int MaxWhat = 500;

    // So many in a slot are some 1,700 bytes.
    private static readonly Ring<Notification> NoItems = new(NotificationsJson.Default.Notification, MaxItems, perSlot: 8);
    private static readonly Ring<KnownOrder> NoOrders = new(NotificationsJson.Default.KnownOrder, MaxOrders, perSlot: 16);
    private static readonly Ring<KnownTicket> NoTickets = new(NotificationsJson.Default.KnownTicket, MaxTickets, perSlot: 20);

    /// <summary>The user; the document's id is the same.</summary>
    public required string UserId { get; init; }

    /// <summary>The number of the next notification. None is used twice.</summary>
    public int Next { get; init; } = 1;

    /// <summary>The notifications, oldest first. Like all that grows, they are stored beside the inbox, and are not read to show the rest of it.</summary>
    [JsonIgnore]
    public Ring<Notification> Items { get; init; } = NoItems;

    /// <summary>The user has read those up to this number.</summary>
    public int ReadUpTo { get; init; }

    /// <summary>What is known of the user's orders, and of those of the user's tickets with a refund that failed, in the order in which they were heard of.</summary>
    [JsonIgnore]
    public Ring<KnownOrder> Orders { get; init; } = NoOrders;

    /// <summary>The holds whose buyer is to be reminded of them.</summary>
    public ImmutableArray<Reminder> Reminders { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What is known of the tickets that the user sells.</summary>
    [JsonIgnore]
    public Ring<KnownTicket> Tickets { get; init; } = NoTickets;

    /// <summary>How many notifications the user has not read.</summary>
    [JsonIgnore]
    public int Unread => Math.Max(0, Next - Math.Max(Oldest, ReadUpTo + 1));

    /// <summary>The number of the oldest notification that is kept; of the next one if none is.</summary>
    private int Oldest => IsDeleted ? Next : Math.Max(1, Next - MaxItems);

    /// <summary>Inboxes by user, by when the next reminder of a hold or the next mail is due, and those with mails that have failed.</summary>
    public static DocumentType<Inbox> Documents { get; } = new(
        "inboxes", NotificationsJson.Default.Inbox,
        new DocumentIndex<Inbox>("remind_due", inbox => inbox.Reminders.IsEmpty ? null : IndexQuery.Key(inbox.Reminders.Min(reminder => reminder.At))),
        new DocumentIndex<Inbox>("mail_due", inbox => inbox.MailDueAt is { } due ? IndexQuery.Key(due) : null),
        new DocumentIndex<Inbox>("mail_failed", inbox => inbox.FailedMails.IsEmpty ? null : ""))
    {
        Parts = new(PartsOf, WithParts),
    };

    private static Inbox Of(Inbox? inbox, string userId) => inbox ?? new() { UserId = userId };

    // The rings grow each for itself, so their slots take turns.
    private static ReadOnlyMemory<byte>[] PartsOf(Inbox inbox)
    {
        IReadOnlyList<ReadOnlyMemory<byte>>[] rings = [inbox.Items.Parts, inbox.Orders.Parts, inbox.Tickets.Parts];
        var parts = new ReadOnlyMemory<byte>[rings.Length * rings.Max(ring => ring.Count)];
        for (var ring = 0; ring < rings.Length; ring++)
            for (var slot = 0; slot < rings[ring].Count; slot++)
                parts[(slot * rings.Length) + ring] = rings[ring][slot];
        return parts;
    }

    private static Inbox WithParts(Inbox inbox, IReadOnlyList<ReadOnlyMemory<byte>>? parts)
    {
        return inbox with { Items = NoItems.Of(Slots(0)), Orders = NoOrders.Of(Slots(1)), Tickets = NoTickets.Of(Slots(2)) };

        IReadOnlyList<ReadOnlyMemory<byte>>? Slots(int ring) => parts?.Where((_, i) => i % 3 == ring).ToArray();
    }

    /// <summary>With one more notification.</summary>
    private Inbox Tell(NotificationKind kind, DateTimeOffset now, Func<Notification, Notification> with) =>
        (this with { Items = Items.Add(with(new(Next, kind, now))), Next = Next + 1 }).WithMail(kind, now);

    /// <summary>What is known, with what is known of one now.</summary>
    private static Ring<T> With<T>(Ring<T> known, int index, T after)
        where T : class => index < 0 ? known.Add(after) : known.SetItem(index, after);

    private static string WhatOf(OrderEvent order)
    {
        var what = string.Join(", ", order.AllLines.Where(line => line.Kept > 0).Select(line => $"{line.Kept} × {TitleOf(line.Title ?? line.TicketId)}"));
        return Cut(what, MaxWhat);
    }

    /// <summary>A title on one line, whoever published it.</summary>
    private static string TitleOf(string title)
    {
        var plain = Text.IsPlain(title) ? title
            : string.Concat(title.EnumerateRunes().Select(rune => rune == Rune.ReplacementChar || !Text.IsPlain($"{rune}") ? " " : $"{rune}"));
        return Cut(plain, MaxTitle);
    }

    private static string Cut(string text, int max) =>
        text.Length <= max ? text : $"{text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)].TrimEnd()}…";
}

/// <summary>What is known of an order.</summary>
/// <param name="Id">The order.</param>
public sealed record KnownOrder(string Id)
{
    /// <summary>The order's version that was taken over; 0 if none was.</summary>
    public long Version { get; init; }

    /// <summary>Where it stood then.</summary>
    public OrderStatus? Status { get; init; }

    /// <summary>Until when its seats are held, while it waits.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>Whether its buyer was reminded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsReminded { get; init; }

    /// <summary>The version of its payment that was taken over; 0 if none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long PaymentVersion { get; init; }

    /// <summary>How much has gone back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal Refunded { get; init; }

    /// <summary>What became of the dispute.</summary>
    public DisputeState? Dispute { get; init; }

    /// <summary>If the user sells its tickets: the amounts of all failed refunds that were told, together.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal RefundsFailed { get; init; }
}

/// <summary>A hold whose buyer is to be reminded of it.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="At">When.</param>
public sealed record Reminder(string OrderId, DateTimeOffset At);

/// <summary>What is known of a ticket.</summary>
/// <param name="Id">The ticket.</param>
public sealed record KnownTicket(string Id)
{
    /// <summary>Whether its first sale was told, or is none of this service's time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsSold { get; init; }

    /// <summary>The version of the newest <c>ticket.low_stock</c> that was told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long LowStockVersion { get; init; }

    /// <summary>The version of the newest <c>ticket.sold_out</c> that was told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SoldOutVersion { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Inbox))]
[JsonSerializable(typeof(Notification))]
[JsonSerializable(typeof(KnownOrder))]
[JsonSerializable(typeof(KnownTicket))]
internal sealed partial class NotificationsJson : JsonSerializerContext;
