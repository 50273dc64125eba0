using System.ComponentModel.DataAnnotations;

namespace Ticketing.Contracts;

/// <summary>The id of a document, which events carry, too.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class IdAttribute : StringLengthAttribute
{
    private const int MaxLength = 100;

    /// <summary>1 to 100 characters.</summary>
    public IdAttribute()
        : base(MaxLength)
    {
        MinimumLength = 1;
        ErrorMessage = "must have {2} to {1} characters and no control characters.";
    }

    /// <summary>Whether it must be given.</summary>
    public bool Required { get; set; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is string id ? base.IsValid(id) && !id.Any(char.IsControl) : value is null && !Required;
}

/// <summary>A number of seats.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public class SeatsAttribute : RangeAttribute
{
    /// <summary>More are not taken.</summary>
    public const int Max = 10_000;

    /// <summary>At most 10,000.</summary>
    /// <param name="min">The fewest that there may be.</param>
    public SeatsAttribute(int min = 1)
        : base(min, Max) => ErrorMessage = PageSizeAttribute.Rule;

    /// <summary>Whether it must be given.</summary>
    public bool Required { get; set; }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is null ? !Required : base.IsValid(value);
}

/// <summary>How many items of a list are wanted.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class PageSizeAttribute : RangeAttribute
{
    /// <summary>The size of a page if none is named.</summary>
    public const int Default = 50;

    internal const string Rule = "must be a whole number from {1:N0} to {2:N0}.";

    private const int Max = 200;

    /// <summary>1 to 200.</summary>
    public PageSizeAttribute()
        : base(1, Max) => ErrorMessage = Rule;
}
