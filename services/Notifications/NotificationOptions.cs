using Ticketing.Mail;

namespace Ticketing.Notifications;

/// <summary>Settings under <c>Notifications:</c>.</summary>
public sealed class NotificationOptions
{
    /// <summary>How long before its hold ends a buyer is reminded of an order.</summary>
    public TimeSpan RemindBefore { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream that has nothing to say is silent.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>Settings under <c>Notifications:Mail:</c>.</summary>
public sealed class NotificationMailOptions : MailOptions
{
    /// <summary>Where its reader can say that no more mails are wanted (<c>List-Unsubscribe</c>, RFC 2369): a <c>mailto:</c> or <c>https:</c> address.</summary>
    public Uri? Unsubscribe { get; set; }

    /// <summary>How long one try to send a mail may take; the next one comes after it, by whichever instance.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether <see cref="Unsubscribe"/> can be an address.</summary>
    public bool CanUnsubscribe => Unsubscribe is null or { IsAbsoluteUri: true, Scheme: "mailto" or "https" or "http" };
}
