using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Ticketing.ServiceDefaults;

/// <summary>Links between the pages of a list.</summary>
public static class Links
{
    /// <summary>Says where the next page is (RFC 8288, relation <c>next</c>): the same call with these query parameters.</summary>
    public static void LinkNext(this HttpResponse response, Dictionary<string, string?> query)
    {
        var parameters = new QueryBuilder(query.Where(q => q.Value is not null).Select(q => KeyValuePair.Create(q.Key, q.Value!)));
        response.Headers.Link = $"<{response.HttpContext.Request.Path}{parameters.ToQueryString()}>; rel=\"next\"";
    }
}
