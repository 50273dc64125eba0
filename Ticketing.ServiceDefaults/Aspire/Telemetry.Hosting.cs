using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;

namespace Ticketing.ServiceDefaults;

/// <content>The builder of OpenTelemetry.Extensions.Hosting, which what other packages add to telemetry needs.</content>
internal static partial class Telemetry
{
    static partial void AddHosted(WebApplicationBuilder builder, Action<IOpenTelemetryBuilder> configure, ref bool added)
    {
        configure(builder.Services.AddOpenTelemetry());
        added = true;
    }
}
