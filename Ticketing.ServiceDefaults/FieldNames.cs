#pragma warning disable ASP0029 // Parts of .NET's validation that may change in a later version. Only this file uses them.
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Validation;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// Names what is wrong as callers spell it: .NET's validation names fields as C# does. A rule's message has no subject, such as "must have 1 to 200
/// characters.", and the field's name is put before it.
/// </summary>
internal sealed class FieldNames(IList<IValidatableInfoResolver> resolvers) : IValidatableInfoResolver
{
    /// <summary>Adds .NET's validation, with these names.</summary>
    public static void AddTo(IServiceCollection services) => services.AddValidation().PostConfigure<ValidationOptions>(options =>
    {
        IValidatableInfoResolver[] others = [.. options.Resolvers];
        options.Resolvers.Insert(0, new FieldNames(others));
    });

    public bool TryGetValidatableTypeInfo(Type type, [NotNullWhen(true)] out IValidatableInfo? validatableInfo)
    {
        validatableInfo = null;
        return false;
    }

    public bool TryGetValidatableParameterInfo(ParameterInfo parameterInfo, [NotNullWhen(true)] out IValidatableInfo? validatableInfo)
    {
        validatableInfo = null;
        foreach (var resolver in resolvers)
            if (resolver.TryGetValidatableParameterInfo(parameterInfo, out var found))
            {
                validatableInfo = new Named(found, parameterInfo.GetCustomAttributes().OfType<IFromHeaderMetadata>().FirstOrDefault()?.Name);
                return true;
            }
        return false;
    }

    private sealed class Named(IValidatableInfo info, string? header) : IValidatableInfo
    {
        public async Task ValidateAsync(object? value, ValidateContext context, CancellationToken cancellationToken)
        {
            var own = new ValidateContext { ValidationContext = context.ValidationContext, ValidationOptions = context.ValidationOptions };
            await info.ValidateAsync(value, own, cancellationToken);
            foreach (var (path, rules) in own.ValidationErrors ?? [])
            {
                var field = header ?? string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
                (context.ValidationErrors ??= [])[field] = [.. rules.Select(rule => $"{field} {rule}")];
            }
        }
    }
}
