using Microsoft.AspNetCore.Http;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.UnitTests.Requests;

public sealed class PreconditionTests
{
    private const string Present = "\"3\"";
    private static readonly Decision<string> Changed = new("changed");

    [Theory]
    [InlineData("If-Match", "\"3\"", true)]
    [InlineData("If-Match", "\"2\", \"3\"", true)]
    [InlineData("If-Match", "*", true)]
    [InlineData("If-Match", "W/\"3\"", false)]
    [InlineData("If-Match", "\"2\", \"x\"", false)]
    [InlineData("If-None-Match", "\"2\"", true)]
    [InlineData("If-None-Match", "\"3\"", false)]
    [InlineData("If-None-Match", "W/\"3\"", false)]
    [InlineData("If-None-Match", "*", false)]
    public void A_change_is_made_if_the_preconditions_hold(string header, string tags, bool isMade)
    {
        var request = Request("PUT", (header, tags));
        var decision = request.Check("document", _ => Present, Changed);
        Assert.Equal(isMade ? null : RefusalKind.Stale, decision.Refusal?.Kind);
        Assert.Equal(isMade ? "changed" : null, decision.State);
        // A change that would be refused, too, and one that changes nothing.
        Assert.Equal(isMade ? RefusalKind.Conflict : RefusalKind.Stale, request.Check("document", _ => Present, Refuse(RefusalKind.Conflict)).Refusal?.Kind);
        Assert.Equal(isMade ? null : RefusalKind.Stale, request.Check("document", _ => Present, Decision<string>.Nothing).Refusal?.Kind);
    }

    [Fact]
    public void What_the_caller_may_not_know_goes_first()
    {
        var request = Request("PUT", ("If-Match", "\"2\""));
        foreach (var kind in (RefusalKind[])[RefusalKind.NotFound, RefusalKind.Forbidden])
            Assert.Equal(kind, request.Check("document", _ => Present, Refuse(kind)).Refusal?.Kind);
        Assert.Equal(RefusalKind.NotFound, request.Check(null, _ => throw new InvalidOperationException(), Refuse(RefusalKind.NotFound)).Refusal?.Kind);
    }

    [Fact]
    public void If_Match_is_looked_at_before_If_None_Match()
    {
        var refusal = Request("PUT", ("If-Match", "\"2\""), ("If-None-Match", "\"3\"")).Check("document", _ => Present, Changed).Refusal!;
        Assert.Equal("If-Match does not name the present version, which is \"3\".", refusal.Detail);
    }

    private static Decision<string> Refuse(RefusalKind kind) => Decision<string>.Refuse(kind, "Refused.");

    private static HttpRequest Request(string method, params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        foreach (var (name, value) in headers)
            request.Headers.Append(name, value);
        return request;
    }
}
