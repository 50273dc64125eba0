using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Ticketing.Notifications;

/// <summary>The number of a notification.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class NumberAttribute : RangeAttribute
{
    /// <summary>0 or more.</summary>
    public NumberAttribute()
        : base(0, int.MaxValue) => ErrorMessage = "must be a whole number, 0 or more.";

    /// <summary>Whether it must be given.</summary>
    public bool Required { get; set; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is null ? !Required : base.IsValid(value);
}

/// <summary>The number of a notification, as the text of a header.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class NumberTextAttribute() : ValidationAttribute("must be the number of a notification.")
{
    /// <summary>The number; null if it is none.</summary>
    public static int? Read(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is not string text || Read(text) is not null;
}

/// <summary>The body of <c>POST /api/notifications/read</c>.</summary>
/// <param name="UpTo">The number of the last one that was read.</param>
/// <example>{"upTo":3}</example>
public sealed record ReadNotifications([property: Number(Required = true)] int? UpTo);

/// <summary>How many notifications are not read.</summary>
/// <param name="Unread">So many.</param>
public sealed record UnreadResponse(int Unread);

/// <summary>Notifications of a user.</summary>
/// <param name="Unread">How many of all of them are not read.</param>
/// <param name="Items">A page of them, by their numbers.</param>
public sealed record NotificationsResponse(int Unread, IReadOnlyList<NotificationResponse> Items);

/// <summary>A notification as its user reads it.</summary>
/// <param name="Number">From 1, one more with each. None is used twice.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="At">When it was made.</param>
/// <param name="Title">One line, in the user's language.</param>
/// <param name="Text">Plain text of one or more lines.</param>
/// <param name="OrderId">The order that it is about, if it is about one.</param>
/// <param name="TicketId">The ticket that it is about, if it is about one.</param>
/// <param name="Read">Whether the user has read it.</param>
public sealed record NotificationResponse(
    int Number, NotificationKind Kind, DateTimeOffset At, string Title, string Text, string? OrderId, string? TicketId, bool Read)
{
    /// <summary>What its user reads.</summary>
    public static NotificationResponse Of(Notification notification, Inbox inbox, Texts texts)
    {
        var (title, text) = texts.Render(notification, inbox.Language);
        return new(
            notification.Number, notification.Kind, notification.At, title, text, notification.OrderId, notification.TicketId, notification.Number <= inbox.ReadUpTo);
    }
}
