using System.Diagnostics;

namespace Ticketing.Messaging;

/// <summary>
/// Points between two steps that no transaction joins, as events of the <see cref="DiagnosticListener"/> <c>Ticketing.Messaging</c>: a fault
/// harness ends the process right there. They cost a comparison while nobody listens.
/// </summary>
public static class Moments
{
    /// <summary>Documents are stored; their events are not published yet.</summary>
    public const string DocumentsWritten = nameof(DocumentsWritten);

    /// <summary>The broker has acknowledged events; they are still in their outboxes.</summary>
    public const string EventsAcknowledged = nameof(EventsAcknowledged);

    /// <summary>A batch's effects are stored; its offsets are not.</summary>
    public const string BatchProcessed = nameof(BatchProcessed);

    /// <summary>The payment gateway answered; its answer is not recorded yet.</summary>
    public const string EffectPerformed = nameof(EffectPerformed);

    /// <summary>The payment provider said how a charge is; that is not taken over yet.</summary>
    public const string ProviderAsked = nameof(ProviderAsked);

    /// <summary>What the payment provider told by itself is stored; it is not handled yet, nor acknowledged.</summary>
    public const string NewsStored = nameof(NewsStored);

    /// <summary>A mail is claimed; it is not sent yet.</summary>
    public const string MailClaimed = nameof(MailClaimed);

    /// <summary>A mail is sent; that is not recorded yet.</summary>
    public const string MailSent = nameof(MailSent);

    private static readonly DiagnosticListener Listener = new("Ticketing.Messaging");

    /// <summary>This point is reached now.</summary>
    public static void Reached(string moment)
    {
        if (Listener.IsEnabled(moment))
            Listener.Write(moment, null);
    }
}
