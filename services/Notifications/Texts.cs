using System.Globalization;
using System.Text.Json;
using Ticketing.Mail;

namespace Ticketing.Notifications;

/// <summary>What users read, by the files in <c>Templates</c>.</summary>
/// <param name="folder">Where they are.</param>
public sealed class Texts(string folder)
{
    /// <summary>The language of those who have not chosen one.</summary>
    public const string Default = "en";

    private readonly TextFiles _files = new(folder, Default, [.. Enum.GetValues<NotificationKind>().Select(NameOf)], ["time", "decimals"]);

    /// <summary>The templates that come with the service.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Templates");

    /// <summary>The languages that there are.</summary>
    public IReadOnlyList<string> Languages => _files.Languages;

    /// <summary>A notification's title and text, which may have several lines.</summary>
    public (string Title, string Text) Render(Notification notification, string? language) =>
        _files.Fill(language, NameOf(notification.Kind), name => ValueOf(name, notification, _files.WordsOf(language)));

    /// <summary>The same as HTML. Nothing in it is markup.</summary>
    public string ToHtml(string title, string text, string? language) => _files.ToHtml(language, title, text);

    /// <summary>How something is spelled in events and answers, and so in the files.</summary>
    internal static string NameOf<T>(T value)
        where T : struct, Enum => JsonSerializer.SerializeToElement(value).GetString()!;

    private static string? ValueOf(string name, Notification about, IReadOnlyDictionary<string, string> words) => name switch
    {
        "orderId" => about.OrderId,
        "what" => about.What is { Length: > 0 } what ? what : null,
        "amount" => about.Amount is { } amount ? $"{Spell(amount, words["decimals"])} {about.Currency}" : null,
        "heldUntil" => about.HeldUntil?.ToUniversalTime().ToString(words["time"], CultureInfo.InvariantCulture),
        "attemptsLeft" => about.AttemptsLeft?.ToString(CultureInfo.InvariantCulture),
        "seats" => about.Seats?.ToString(CultureInfo.InvariantCulture),
        "reason" => words.GetValueOrDefault(about.Reason ?? ""),
        "dispute" => about.Dispute is { } dispute ? words.GetValueOrDefault(NameOf(dispute)) : null,
        _ => null,
    };

    private static string Spell(decimal amount, string decimals) =>
        amount.ToString(amount == Math.Truncate(amount) ? "0" : "0.00##", new NumberFormatInfo { NumberDecimalSeparator = decimals });
}
