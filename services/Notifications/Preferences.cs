using System.ComponentModel.DataAnnotations;

namespace Ticketing.Notifications;

/// <summary>How a user is told, besides in the inbox and its stream.</summary>
/// <param name="Email">By mail.</param>
/// <param name="Language">The language of texts and mails.</param>
/// <example>{"email":{"enabled":true,"kinds":["order_approved","payment_refunded"]},"language":"de"}</example>
public sealed record Preferences([property: RequiredField] EmailPreferences? Email, [property: Language(Required = true)] string? Language)
{
    /// <summary>What a user has chosen.</summary>
    public static Preferences Of(Inbox? inbox) => new(
        new(inbox is not { NoMails: true }, inbox?.MailKinds?.Select(Texts.NameOf).ToArray()), inbox?.Language ?? Texts.Default);
}

/// <summary>Which notifications come by mail.</summary>
/// <param name="Enabled">Whether any do.</param>
/// <param name="Kinds">Only these kinds; all but <c>order_received</c> if it is missing.</param>
public sealed record EmailPreferences([property: RequiredField] bool? Enabled, [property: Kinds] IReadOnlyList<string?>? Kinds)
{
    /// <summary>The kinds as an inbox keeps them.</summary>
    public IReadOnlyList<NotificationKind>? ToKinds() => Kinds?.Select(kind => KindsAttribute.Known[kind!]).Distinct().ToArray();
}

/// <summary>A field that must be given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredFieldAttribute() : ValidationAttribute("must be given.")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is not null;
}

/// <summary>Kinds of notifications, by their names.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KindsAttribute : ValidationAttribute
{
    internal static readonly IReadOnlyDictionary<string, NotificationKind> Known = Enum.GetValues<NotificationKind>().ToDictionary(Texts.NameOf);

    /// <summary>None that is not known.</summary>
    public KindsAttribute()
        : base($"must have only {string.Join(", ", Known.Keys)}.")
    {
    }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is not IEnumerable<string?> kinds || kinds.All(kind => kind is not null && Known.ContainsKey(kind));
}

/// <summary>A language that there are texts in.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LanguageAttribute : ValidationAttribute
{
    /// <summary>Whether it must be given.</summary>
    public bool Required { get; set; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is not null || !Required;

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var languages = validationContext.GetRequiredService<Texts>().Languages;
        return (value is null ? !Required : languages.Contains(value))
            ? ValidationResult.Success
            : new($"must be one of {string.Join(", ", languages)}.", [validationContext.MemberName!]);
    }
}
