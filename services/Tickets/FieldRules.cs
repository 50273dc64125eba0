using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Ticketing.Contracts;
using Ticketing.ServiceDefaults;

namespace Ticketing.Tickets;

/// <summary>Text of one line that shows something: a title, a venue.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextAttribute : StringLengthAttribute
{
    private const int Max = 200;

    // What people count as one character may be made of any number of code points. The longest emoji have ten.
    private const int MaxCodePoints = 10 * Max;

    /// <summary>1 to 200 characters as people count them.</summary>
    public TextAttribute()
        : base(MaxCodePoints) => MinimumLength = 1;

    /// <summary>Whether it must be given.</summary>
    public bool Required { get; set; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => WhyWrong(value) is null;

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        WhyWrong(value) is { } rule ? new(rule, [validationContext.MemberName!]) : ValidationResult.Success;

    private string? WhyWrong(object? value)
    {
        const string tooMany = "must have at most {0} code points.";
        if ((value is IOptional optional ? optional.Value : value) is not string text)
            return Required ? Rule() : null;
        if (text.Length == 0)
            return Rule();
        if (!Text.IsPlain(text))
            return "must have no control characters, no line breaks and no characters that change the direction of text.";
        // First as it is: what is too long would take long to normalise.
        if (!HasFewCodePoints(text) || !HasFewCodePoints(text = Text.Normalize(text)))
            return string.Format(CultureInfo.InvariantCulture, tooMany, MaxCodePoints);
        return Text.Length(text) > Max ? Rule()
            : !Text.IsVisible(text) ? "must have at least one visible character."
            : null;

        static string Rule() => $"must have 1 to {Max} characters.";

        static bool HasFewCodePoints(string text) => text.EnumerateRunes().Count() <= MaxCodePoints;
    }
}

/// <summary>The price of a seat: not negative, with no more decimals than its currency has.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PriceAttribute : RangeAttribute
{
    private const int Max = 1_000_000_000;

    /// <summary>At most 1,000,000,000.</summary>
    public PriceAttribute()
        : base(0, Max) => ErrorMessage = "must be a number from {1:N0} to {2:N0}.";

    /// <summary>Whether it must be given.</summary>
    public bool Required { get; set; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is null ? !Required : value is decimal and >= 0 and <= Max;

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        // A change names no currency: the ticket has one.
        var currency = (validationContext.ObjectInstance as CreateTicket)?.Currency;
        var rule = !IsValid(value) ? FormatErrorMessage("") : value is decimal price ? Currencies.WhyTooPrecise(price, currency) : null;
        return rule is null ? ValidationResult.Success : new(rule, [validationContext.MemberName!]);
    }
}

/// <summary>A currency of ISO 4217.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CurrencyAttribute : RegularExpressionAttribute
{
    /// <summary>Three letters that are the code of one.</summary>
    public CurrencyAttribute()
        : base("^[A-Z]{3}$") => ErrorMessage = "must be the ISO 4217 code of a currency in capital letters, such as USD.";

    /// <inheritdoc/>
    public override bool IsValid(object? value) => Currencies.DecimalsOf(value as string) is not null;
}

/// <summary>A number of seats that a listing may say, or take back.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SeatsIfGivenAttribute(int min) : SeatsAttribute(min)
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) => base.IsValid(value is IOptional optional ? optional.Value : value);
}

/// <summary>A time that a listing may say, or take back: RFC 3339, to the tick, the seconds at will.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TimeAttribute : RegularExpressionAttribute
{
    /// <summary>With an offset.</summary>
    public TimeAttribute()
        : base(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|[+-][0-9]{2}:[0-9]{2})$") =>
        ErrorMessage = "must be a date and time with an offset, such as 2026-07-01T20:00:00+02:00.";

    /// <inheritdoc/>
    public override bool IsValid(object? value) => (value as IOptional)?.Value is not string text || (base.IsValid(text) && Read(text) is not null);

    /// <summary>The time; null if it is none.</summary>
    internal static DateTimeOffset? Read(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
