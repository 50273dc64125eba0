using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ticketing.ServiceDefaults;

/// <summary>Collects what is wrong with a request, by field, for a validation problem that names all of it at once.</summary>
public sealed partial class Validation
{
    private const decimal MaxPrice = 1_000_000_000m;
    private const int MaxQuantity = 10_000;
    private const int MaxTitle = 200;
    private const int MaxId = 100;

    private readonly Dictionary<string, string[]> _errors = [];

    /// <summary>The answer 400, or null if nothing is wrong.</summary>
    public ValidationProblem? Problem => _errors.Count == 0 ? null : TypedResults.ValidationProblem(_errors);

    /// <summary>A rule of any kind.</summary>
    /// <param name="holds">Whether the field keeps it.</param>
    /// <param name="field">The field as the caller spells it.</param>
    /// <param name="message">The rule in words.</param>
    public Validation Check(bool holds, string field, string message)
    {
        if (!holds)
            _errors.TryAdd(field, [message]);
        return this;
    }

    /// <summary>A title: 1 to 200 characters, no control characters, not only spaces.</summary>
    public Validation Title(string? title) => Check(
        !string.IsNullOrWhiteSpace(title) && title.Length <= MaxTitle && !title.Any(char.IsControl), "title",
        "Has 1 to 200 characters, no control characters, and not only spaces.");

    /// <summary>A price: not negative, at most two decimals.</summary>
    public Validation Price(decimal? price) => Check(
        price is >= 0 and <= MaxPrice && decimal.Round(price.Value, 2) == price, "price",
        "Is a number from 0 to 1,000,000,000 with at most two decimals.");

    /// <summary>A number of seats: 1 to 10,000.</summary>
    public Validation Quantity(int? quantity) => Check(quantity is >= 1 and <= MaxQuantity, "quantity", "Is a whole number from 1 to 10,000.");

    /// <summary>A currency: three capital letters (ISO 4217).</summary>
    public Validation Currency(string? currency) =>
        Check(currency is not null && CurrencyCode().IsMatch(currency), "currency", "Is an ISO 4217 code such as USD.");

    /// <summary>The size of a page: 1 to <paramref name="max"/>.</summary>
    public Validation Limit(int limit, int max) => Check(limit >= 1 && limit <= max, "limit", $"Is a whole number from 1 to {max}.");

    /// <summary>The id of something: present, and short enough to be one.</summary>
    public Validation Id(string? id, string field) => Check(
        id is { Length: > 0 and <= MaxId } && !id.Any(char.IsControl), field, "Is an id.");

    [GeneratedRegex(@"^[A-Z]{3}\z")]
    private static partial Regex CurrencyCode();
}
