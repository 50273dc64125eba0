using System.ComponentModel.DataAnnotations;

namespace Ticketing.UnitTests.Requests;

/// <summary>Asks the rules of a request what is wrong with it.</summary>
internal static class Rules
{
    /// <summary>The rules that are broken, without their subjects, by field as C# names it.</summary>
    public static Dictionary<string, string> BrokenBy(object request)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(request, new(request), results, validateAllProperties: true);
        return results.ToDictionary(result => result.MemberNames.Single(), result => result.ErrorMessage!);
    }

    /// <summary>The rule that a value breaks; null if it breaks none.</summary>
    public static string? BrokenBy(this ValidationAttribute rule, object? value) =>
        rule.GetValidationResult(value, new(new object()) { MemberName = "it" })?.ErrorMessage;
}
