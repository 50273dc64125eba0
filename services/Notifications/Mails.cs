using Microsoft.Extensions.Options;
using MimeKit;
using Ticketing.Documents;
using Ticketing.Mail;
using Ticketing.Messaging;

namespace Ticketing.Notifications;

/// <summary>
/// Sends the mails that inboxes record as due, and records them as sent. If the process dies in between, they are sent again with the same
/// <c>Message-ID</c>. So many inboxes' are sent at a time, those of one inbox one after the other, so that a server or an address that is slow or refuses
/// delays only its own.
/// </summary>
public sealed partial class Mails(
    Repository<Inbox> inboxes, IMailTransport transport, Texts texts, IOptions<NotificationMailOptions> options, TimeProvider time, ILogger<Mails> logger) : IHostedService, IDisposable
{
    private const int AtATime = 16;

    // A stop has little time.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _slots = new(AtATime);
    private volatile bool _isStopping;

    /// <summary>Claims the mails that are due, and starts to send those that no other instance claimed first. Does not wait for them.</summary>
    public async Task RunAsync(IReadOnlyList<DocumentView<Inbox>> due, CancellationToken cancellation)
    {
        for (var next = 0; next < due.Count;)
        {
            // As many at once as can be sent now: a lease that nobody uses is time in which nobody else sends.
            await _slots.WaitAsync(cancellation);
            var slots = 1;
            while (slots < due.Count - next && _slots.Wait(TimeSpan.Zero, CancellationToken.None))
                slots++;
            IReadOnlyCollection<Inbox> claimed = [];
            try
            {
                claimed = await ClaimAsync([.. due.Skip(next).Take(slots).Select(document => document.Id)]);
            }
            finally
            {
                if (slots > claimed.Count)
                    _slots.Release(slots - claimed.Count);
            }
            next += slots;
            foreach (var inbox in claimed)
                _ = SendAsync(inbox);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // What is being sent is recorded as sent, so that it is not sent again; the rest is given back.
    async Task IHostedService.StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(DrainTimeout);
        for (var slot = 0; slot < AtATime; slot++)
            await _slots.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<IReadOnlyCollection<Inbox>> ClaimAsync(string[] ids)
    {
        var claimed = new Dictionary<string, Inbox>();
        var changed = await inboxes.UpdateManyAsync(
            ids,
            (inbox, now) =>
            {
                var claim = Inbox.ClaimMails(inbox, now, options.Value.Lease);
                if (claim.State is { Sending.IsEmpty: false } mine)
                    claimed[inbox.UserId] = mine;
                return claim;
            },
            // What is claimed is sent or given back; one that is given up half-way would be neither.
            CancellationToken.None);
        foreach (var id in changed)
            claimed.Remove(id);
        return claimed.Values;
    }

    private async Task SendAsync(Inbox inbox)
    {
        // The caller goes on meanwhile.
        await Task.Yield();
        Moments.Reached(Moments.MailClaimed);
        var errors = new Dictionary<int, string?>();
        try
        {
            // All of them end before the lease does.
            using var deadline = new CancellationTokenSource(options.Value.Lease / 2, time);
            foreach (var number in inbox.Sending)
            {
                errors[number] = await TryAsync(inbox, number, deadline.Token);
                if (deadline.IsCancellationRequested || _isStopping)
                    break;
            }
            await inboxes.ExecuteAsync(inbox.UserId, current => Inbox.MailsDone(current, inbox, errors, time.GetUtcNow()), CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            LogFailed(inbox.UserId, e.Message);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <returns>Why it could not be sent; null if it was.</returns>
    private async Task<string?> TryAsync(Inbox inbox, int number, CancellationToken deadline)
    {
        try
        {
            using var mail = Write(inbox, inbox.Items.Single(item => item.Number == number), texts, options.Value);
            await transport.SendAsync(mail, deadline);
            Moments.Reached(Moments.MailSent);
            return null;
        }
        catch (Exception e)
        {
            // Mail servers repeat the address in their answers.
            var error = e.Message.Replace(inbox.Email!, "the address", StringComparison.OrdinalIgnoreCase);
            LogFailed(inbox.UserId, error);
            return error;
        }
    }

    /// <summary>The mail of a notification. Its <c>Message-ID</c> is always the same.</summary>
    public static MimeMessage Write(Inbox inbox, Notification notification, Texts texts, NotificationMailOptions options)
    {
        var (from, (title, text)) = (MailboxAddress.Parse(options.From), texts.Render(notification, inbox.Language));
        var mail = new MimeMessage(
            [from], [new MailboxAddress(null, inbox.Email!)], title, new BodyBuilder { TextBody = $"{text}\n", HtmlBody = texts.ToHtml(title, text, inbox.Language) }.ToMessageBody())
        {
            // Whoever published the user's id.
            MessageId = $"{Uri.EscapeDataString(inbox.UserId)}.{notification.Number}@{from.Domain}",
            Date = notification.At,
        };
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        if (options.Unsubscribe is { } unsubscribe)
            mail.Headers.Add(HeaderId.ListUnsubscribe, $"<{unsubscribe.AbsoluteUri}>");
        return mail;
    }

    [LoggerMessage(LogLevel.Warning, "A mail to user {UserId} could not be sent; it is tried again: {Error}")]
    private partial void LogFailed(string userId, string error);
}
