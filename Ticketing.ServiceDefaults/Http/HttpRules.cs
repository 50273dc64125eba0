using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ticketing.ServiceDefaults;

/// <summary>What HTTP's RFCs ask of every service; <c>docs/http.md</c> has the list.</summary>
internal static class HttpRules
{
    public static void AddHttpRules(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Explain);
        // After the framework's own, which is asked first.
        builder.Services.AddSingleton<IProblemDetailsWriter, ProblemsForEveryone>();
        // Routing refuses bodies of another type before it is known who calls. Without this policy the endpoint refuses them itself, after 401.
        builder.Services.Remove(builder.Services.Single(
            service => service.ServiceType == typeof(MatcherPolicy) && service.ImplementationType?.Name == "AcceptsMatcherPolicy"));
        builder.Services.AddSingleton<EventStream>();
        builder.AddOrigins();
    }

    /// <summary>Around the whole of a call.</summary>
    public static void UseResponseHeaders(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
            app.UseHsts();
        app.Use(ResponseHeaders.CompleteAsync);
    }

    /// <summary>Before it is known who calls.</summary>
    public static void UseRoutesAndOrigins(this WebApplication app)
    {
        // Not where it is by default, before everything else: HEAD is routed as GET.
        app.UseRouting();
        app.UseOrigins();
    }

    /// <summary>Before an endpoint is called.</summary>
    public static void UseNegotiation(this WebApplication app)
    {
        app.Use(Negotiation.CheckAsync);
        // A body that cannot be read is looked at again, to say what is wrong with it.
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not null)
                context.Request.EnableBuffering(ServiceDefaultsExtensions.MaxBodySize);
            return next(context);
        });
    }
}
