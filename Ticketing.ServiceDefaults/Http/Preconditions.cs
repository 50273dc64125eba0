using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Ticketing.Messaging;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// <c>If-Match</c> and <c>If-None-Match</c> (RFC 9110, section 13). No resource has a date of its last change, so these are all there are. What is
/// malformed was refused by <see cref="HeaderRules"/> before.
/// </summary>
public static class Preconditions
{
    /// <summary>The <c>ETag</c> of a version. All that callers see follows from the version, so it is a strong one.</summary>
    public static string ETag(long version) => $"\"{version}\"";

    /// <summary>
    /// The decision on a document, or 412 if the caller's preconditions do not hold for it. What does not exist, or is not the caller's to change, is
    /// said first (section 13.2.1).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="document">The document as it is.</param>
    /// <param name="etag">Its <c>ETag</c>.</param>
    /// <param name="decision">What was decided on it.</param>
    public static Decision<T> Check<T>(this HttpRequest request, T? document, Func<T, string> etag, Decision<T> decision)
        where T : class
    {
        if (document is null || decision.Refusal is { Kind: RefusalKind.NotFound or RefusalKind.Forbidden })
            return decision;
        return WhyFailed(request, etag(document)) is { } why ? Decision<T>.Refuse(RefusalKind.Stale, why) : decision;
    }

    /// <summary>What the caller knows (<c>If-None-Match</c>), and whether that is whatever there is (<c>*</c>).</summary>
    public static (IReadOnlyList<EntityTagHeaderValue> Tags, bool Any) Known(this HttpRequest request) =>
        Read(request.Headers.IfNoneMatch) is { } tags ? ([.. tags], tags.Any(IsAny)) : ([], false);

    /// <summary>Why the request must not be carried out; null if nothing is against it.</summary>
    internal static string? WhyFailed(HttpRequest request, string etag) =>
        Read(request.Headers.IfMatch) is { } expected && !expected.Any(tag => IsAny(tag) || tag.Compare(Parse(etag), useStrongComparison: true))
            ? $"If-Match does not name the present version, which is {etag}."
        : !IsRead(request) && IsKnown(request, etag) ? $"If-None-Match names the present version, which is {etag}."
        : null;

    /// <summary>Whether the caller has what it asks for.</summary>
    internal static bool IsNotModified(HttpRequest request, string etag) => IsRead(request) && IsKnown(request, etag);

    /// <summary>Whether this is missing, or well-formed: <c>*</c>, or a list of tags.</summary>
    internal static bool IsWellFormed(StringValues header) =>
        header.Count == 0 || (EntityTagHeaderValue.TryParseStrictList(header, out var tags) && (tags.Count == 1 || !tags.Any(IsAny)));

    private static bool IsKnown(HttpRequest request, string etag) =>
        Read(request.Headers.IfNoneMatch) is { } known && known.Any(tag => IsAny(tag) || tag.Compare(Parse(etag), useStrongComparison: false));

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static IList<EntityTagHeaderValue>? Read(StringValues header) =>
        header.Count > 0 && EntityTagHeaderValue.TryParseStrictList(header, out var tags) ? tags : null;

    private static EntityTagHeaderValue Parse(string etag) => EntityTagHeaderValue.Parse(etag);

    private static bool IsAny(EntityTagHeaderValue tag) => tag.Equals(EntityTagHeaderValue.Any);
}
