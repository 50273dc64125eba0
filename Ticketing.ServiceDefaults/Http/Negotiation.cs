using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Ticketing.ServiceDefaults;

/// <summary>Whether a request's body can be read (415), and its answer be what the caller accepts (406; RFC 9110, section 12.5.1).</summary>
internal static class Negotiation
{
    private const string Json = "application/json";

    /// <summary>Carries the request out, or says why not.</summary>
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var (request, response, metadata) = (context.Request, context.Response, context.GetEndpoint()?.Metadata);
        if (metadata?.GetMetadata<IAcceptsMetadata>() is not null)
        {
            if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } coding && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers.AcceptEncoding = "identity";
                return Refuse(StatusCodes.Status415UnsupportedMediaType, $"The body must have no content coding, not '{coding}'.");
            }
            if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && HeaderUtilities.RemoveQuotes(type.Charset) is { Length: > 0 } charset)
            {
                if (!IsKnown(charset))
                {
                    response.Headers.Accept = Json;
                    return Refuse(StatusCodes.Status415UnsupportedMediaType, $"The body must be in UTF-8 (charset=utf-8), not in '{charset}'.");
                }
                // The framework reads no charset that is in quotes.
                type.Charset = charset;
                request.ContentType = type.ToString();
            }
        }
        var made = metadata?.GetOrderedMetadata<IProducesResponseTypeMetadata>()
            .Where(answer => answer.StatusCode is >= 200 and < 300).SelectMany(answer => answer.ContentTypes).Distinct().ToArray() ?? [];
        if (made.Length == 0)
            return next(context);
        response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        return made.Any(type => IsAccepted(type, request.Headers.Accept))
            ? next(context)
            : Refuse(StatusCodes.Status406NotAcceptable, $"The answer is {string.Join(" or ", made)}, which Accept excludes.");

        Task Refuse(int status, string why) => TypedResults.Problem(why, statusCode: status).ExecuteAsync(context);
    }

    /// <summary>Whether a caller accepts a media type. The most specific range that matches it counts, and <c>q=0</c> excludes.</summary>
    internal static bool IsAccepted(string mediaType, StringValues accept)
    {
        // What cannot be read says nothing.
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var ranges))
            return true;
        // It is sent with its charset, so a range may name that.
        var type = new MediaTypeHeaderValue(mediaType) { Charset = "utf-8" };
        return ranges.Where(type.IsSubsetOf).OrderByDescending(Specificity).ThenByDescending(range => range.Quality ?? 1).FirstOrDefault()
            is { Quality: null or > 0 };
    }

    private static int Specificity(MediaTypeHeaderValue range) =>
        range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2 + range.Parameters.Count(parameter => !parameter.Name.Equals("q", StringComparison.OrdinalIgnoreCase));

    private static bool IsKnown(StringSegment charset)
    {
        try
        {
            return Encoding.GetEncoding(charset.Value!) is not null;
        }
        // The two ways in which it says that it does not know one, or wants none of it.
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
