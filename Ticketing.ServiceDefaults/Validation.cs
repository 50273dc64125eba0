using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ticketing.ServiceDefaults;

/// <summary>Collects what is wrong with a request, by field, for a validation problem that names all of it at once.</summary>
public sealed class Validation
{
    private const decimal MaxPrice = 1_000_000_000m;
    private const int MaxQuantity = 10_000;
    private const int MaxTitle = 200;
    private const int MaxId = 100;

    // What people count as one character may be made of any number of code points. The longest emoji have ten.
    private const int MaxCodePoints = 10;

    private readonly Dictionary<string, string[]> _errors = [];

    /// <summary>The answer 400, or null if nothing is wrong.</summary>
    public ValidationProblem? Problem => _errors.Count == 0 ? null : TypedResults.ValidationProblem(_errors);

    /// <summary>A rule of any kind.</summary>
    /// <param name="holds">Whether the field keeps it.</param>
    /// <param name="field">The field as the caller spells it.</param>
    /// <param name="message">A sentence that names the field and the rule.</param>
    public Validation Check(bool holds, string field, string message)
    {
        if (!holds)
            _errors.TryAdd(field, [message]);
        return this;
    }

    /// <summary>Text of one line that shows something: 1 to <paramref name="max"/> characters as people count them.</summary>
    public Validation Text(string? text, string field, int max)
    {
        var bound = max * MaxCodePoints;
        Check(!string.IsNullOrEmpty(text), field, $"{field} must have 1 to {max} characters.");
        if (string.IsNullOrEmpty(text))
            return this;
        if (!ServiceDefaults.Text.IsPlain(text))
            return Check(false, field, $"{field} must have no control characters, no line breaks and no characters that change the direction of text.");
        // First as it is: what is too long would take long to normalise.
        if (!HasAtMost(bound, text) || !HasAtMost(bound, text = ServiceDefaults.Text.Normalize(text)))
            return Check(false, field, $"{field} must have at most {bound} code points.");
        return Check(ServiceDefaults.Text.Length(text) <= max, field, $"{field} must have 1 to {max} characters.")
            .Check(ServiceDefaults.Text.IsVisible(text), field, $"{field} must have at least one visible character.");

        static bool HasAtMost(int codePoints, string text) => text.EnumerateRunes().Count() <= codePoints;
    }

    /// <summary>A title: text of 1 to 200 characters.</summary>
    public Validation Title(string? title) => Text(title, "title", MaxTitle);

    /// <summary>A price: not negative, with no more decimals than its currency has.</summary>
    /// <param name="price">The price.</param>
    /// <param name="currency">Null if it is not known yet. What is no currency, as some old tickets have, is not this rule's to refuse.</param>
    public Validation Price(decimal? price, string? currency = null)
    {
        Check(price is >= 0 and <= MaxPrice, "price", "price must be a number from 0 to 1,000,000,000.");
        return Currencies.WhyTooPrecise(price ?? 0, currency) is { } rule ? Check(false, "price", rule) : this;
    }

    /// <summary>A number of seats: 1 to 10,000.</summary>
    public Validation Quantity(int? quantity, string field = "quantity") =>
        Check(quantity is >= 1 and <= MaxQuantity, field, $"{field} must be a whole number from 1 to 10,000.");

    /// <summary>A currency of ISO 4217.</summary>
    public Validation Currency(string? currency) => Check(
        Currencies.DecimalsOf(currency) is not null, "currency", "currency must be the ISO 4217 code of a currency in capital letters, such as USD.");

    /// <summary>The size of a page: 1 to <paramref name="max"/>.</summary>
    public Validation Limit(int limit, int max) => Check(limit >= 1 && limit <= max, "limit", $"limit must be a whole number from 1 to {max}.");

    /// <summary>The id of something: present, and short enough to be one.</summary>
    public Validation Id(string? id, string field) => Check(
        id is { Length: > 0 and <= MaxId } && !id.Any(char.IsControl), field, $"{field} must have 1 to {MaxId} characters and no control characters.");
}
