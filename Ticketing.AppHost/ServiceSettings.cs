using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Ticketing.AppHost;

/// <summary>Settings of a service that are given to the AppHost.</summary>
internal static class ServiceSettings
{
    private static readonly string[] Secrets = ["Payments:Stripe:ApiKey", "Payments:Stripe:WebhookSecrets", "Accounts:Mail:Password", "Notifications:Mail:Password"];

    /// <summary>
    /// Hands a section of the AppHost's configuration on. Secrets become parameters: the dashboard hides them, and what is published asks for them and
    /// does not have them.
    /// </summary>
    public static void WithSettings<T>(this IResourceBuilder<T> service, string section)
        where T : IResourceWithEnvironment
    {
        foreach (var (name, value) in service.ApplicationBuilder.Configuration.GetSection(section).AsEnumerable().Where(setting => setting.Value is not null))
        {
            var variable = name.Replace(":", "__", StringComparison.Ordinal);
            if (Array.Exists(Secrets, secret => name.Equals(secret, StringComparison.OrdinalIgnoreCase) || name.StartsWith($"{secret}:", StringComparison.OrdinalIgnoreCase)))
                service.WithEnvironment(variable, Parameter(service.ApplicationBuilder, name));
            else
                service.WithEnvironment(variable, value);
        }
    }

    /// <summary>The parameter of a secret, the same for each instance: <c>payments-stripe-api-key</c> is <c>Payments:Stripe:ApiKey</c>.</summary>
    private static IResourceBuilder<ParameterResource> Parameter(IDistributedApplicationBuilder builder, string setting)
    {
        var name = string.Join('-', setting.Split(':').Select(JsonNamingPolicy.KebabCaseLower.ConvertName));
        return builder.Resources.OfType<ParameterResource>().FirstOrDefault(parameter => parameter.Name == name) is { } known
            ? builder.CreateResourceBuilder(known)
            : builder.AddParameterFromConfiguration(name, setting, secret: true);
    }
}
