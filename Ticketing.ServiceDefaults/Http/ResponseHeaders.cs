using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Ticketing.ServiceDefaults;

/// <summary>The headers that every answer has, whoever makes it: an endpoint, a check before it, or an error.</summary>
public static class ResponseHeaders
{
    private static readonly object Head = new();

    private const string Realm = "Bearer realm=\"ticketing\"";

    /// <summary>Lets caches keep the answers of a call, which are the same for everyone. They must ask each time whether theirs is still right.</summary>
    public static TBuilder AllowCaching<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new CachingAllowed());

    /// <summary>Whether the caller wants no more than the headers, for an answer that has no end.</summary>
    internal static bool IsHead(HttpContext context) => context.Items.ContainsKey(Head);

    /// <summary>Also answers HEAD where GET is answered: the server sends no body then.</summary>
    internal static async Task CompleteAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(static state => Complete((HttpContext)state), context);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }
        context.Request.Method = HttpMethods.Get;
        context.Items[Head] = true;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
        }
    }

    /// <summary>Whether the caller sent a token, and it is not good.</summary>
    internal static bool IsTokenRefused(HttpContext context) =>
        context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null;

    // Not when the request comes: an error takes the headers away that are there already.
    private static Task Complete(HttpContext context)
    {
        var (status, headers) = (context.Response.StatusCode, context.Response.Headers);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        // A page says itself what it needs.
        if (headers.ContentSecurityPolicy.Count == 0)
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers.CacheControl = status < StatusCodes.Status400BadRequest && context.GetEndpoint()?.Metadata.GetMetadata<CachingAllowed>() is not null
            ? CacheControlHeaderValue.NoCacheString
            : CacheControlHeaderValue.NoStoreString;
        if (status == StatusCodes.Status401Unauthorized)
        {
            // RFC 6750, section 3.
            headers.WWWAuthenticate = IsTokenRefused(context)
                ? $"{Realm}, error=\"invalid_token\", error_description=\"The access token is not valid, or has expired.\""
                : Realm;
        }
        if (status == StatusCodes.Status405MethodNotAllowed && headers.Allow.ToString() is var allowed && allowed.Split(", ").Contains(HttpMethods.Get))
            headers.Allow = $"{allowed}, {HttpMethods.Head}";
        return Task.CompletedTask;
    }

    private sealed class CachingAllowed;
}
