using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ticketing.ServiceDefaults;

/// <summary>Where calls come from.</summary>
public static class ClientAddresses
{
    /// <summary>
    /// Who is counted as one client: an IPv4 address, or the first 64 bits of an IPv6 address, as whoever has one has all the others of its network (RFC 6177).
    /// </summary>
    public static string ClientAddress(this HttpContext http) => Of(http.Connection.RemoteIpAddress);

    /// <inheritdoc cref="ClientAddress"/>
    public static string Of(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => $"{address.MapToIPv4()}",
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"{new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), .. new byte[8]])}/64",
        _ => $"{address}",
    };

    /// <summary>
    /// Believes <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> of the proxies that <c>ForwardedHeaders:KnownProxies</c> and <c>:KnownNetworks</c> name,
    /// and of nobody else.
    /// </summary>
    internal static void AddForwardedHeaders(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("ForwardedHeaders");
        var proxies = settings.GetSection("KnownProxies").Get<string[]>() ?? [];
        var networks = settings.GetSection("KnownNetworks").Get<string[]>() ?? [];
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var proxy in proxies)
                options.KnownProxies.Add(IPAddress.TryParse(proxy, out var address) ? address : throw Invalid("KnownProxies", "IP addresses", proxy));
            foreach (var network in networks)
                options.KnownIPNetworks.Add(System.Net.IPNetwork.TryParse(network, out var parsed) ? parsed : throw Invalid("KnownNetworks", "networks such as 10.0.0.0/8", network));
            options.ForwardLimit = settings.GetValue("ForwardLimit", 1);
            // Without a known one, the middleware would believe all.
            options.ForwardedHeaders = proxies.Length + networks.Length > 0
                ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
                : ForwardedHeaders.None;
        });
    }

    private static InvalidOperationException Invalid(string setting, string rule, string value) =>
        new($"ForwardedHeaders:{setting} must be {rule}, not '{value}'.");
}
