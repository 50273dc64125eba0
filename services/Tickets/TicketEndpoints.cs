using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Ticketing.Documents;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Tickets;

/// <summary>The REST calls on tickets.</summary>
public static class TicketEndpoints
{
    private const int MaxLimit = 200;

    /// <summary>Maps <c>/api/tickets</c>.</summary>
    public static void MapTickets(this IEndpointRouteBuilder app)
    {
        var tickets = app.MapGroup("/api").WithTags("Tickets");
        tickets.MapGet("/tickets", ListAsync);
        tickets.MapGet("/tickets/mine", ListMineAsync).RequireAuthorization();
        tickets.MapGet("/tickets/{id}", GetAsync);
        tickets.MapPost("/tickets", CreateAsync).RequireAuthorization();
        tickets.MapPut("/tickets/{id}", ChangeAsync).RequireAuthorization();
        tickets.MapPost("/tickets/{id}/pause", PauseAsync).RequireAuthorization();
        tickets.MapPost("/tickets/{id}/resume", ResumeAsync).RequireAuthorization();
        tickets.MapDelete("/tickets/{id}", WithdrawAsync).RequireAuthorization();
        tickets.MapPost("/tickets/{id}/cancel", CancelAsync).RequireAuthorization();
        tickets.MapTicketOrders();
    }

    private static async Task<Results<Ok<TicketResponse[]>, ValidationProblem>> ListAsync(
        HttpContext http, Repository<Ticket> tickets, bool available = false, int limit = 50, string? after = null)
    {
        if (new Validation().Limit(limit, MaxLimit).Problem is { } problem)
            return problem;
        var query = IndexQuery.Equal(available ? "available" : "all", "", limit, after);
        var page = await tickets.Store.QueryAsync(query, http.RequestAborted);
        if (page.Count == limit)
            http.Response.LinkNext(new() { ["available"] = available ? "true" : null, ["limit"] = $"{limit}", ["after"] = page[^1].Id });
        return TypedResults.Ok(page.Select(ticket => TicketResponse.Of(ticket.State)).ToArray());
    }

    private static async Task<Results<Ok<OwnTicketResponse[]>, ValidationProblem>> ListMineAsync(
        HttpContext http, ClaimsPrincipal user, Repository<Ticket> tickets, int limit = 50, string? after = null)
    {
        if (new Validation().Limit(limit, MaxLimit).Problem is { } problem)
            return problem;
        var page = await tickets.Store.QueryAsync(IndexQuery.Equal("by_seller", user.Id(), limit, after), http.RequestAborted);
        if (page.Count == limit)
            http.Response.LinkNext(new() { ["limit"] = $"{limit}", ["after"] = page[^1].Id });
        return TypedResults.Ok(page.Select(ticket => OwnTicketResponse.Of(ticket.State)).ToArray());
    }

    private static async Task<Results<Ok<TicketResponse>, ProblemHttpResult>> GetAsync(
        string id, HttpContext http, Repository<Ticket> tickets) =>
        await tickets.ViewAsync(id, http.RequestAborted) is { } ticket ? Answer(http, ticket) : Refusals.NotFound("ticket", id);

    private static async Task<Results<Created<TicketResponse>, ValidationProblem, ProblemHttpResult>> CreateAsync(
        CreateTicket request, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http)
    {
        var validation = new Validation()
            .Title(request.Title).Price(request.Price, request.Currency).Currency(request.Currency).Quantity(request.Quantity);
        var details = request.Read(validation);
        if (validation.Problem is { } problem)
            return problem;
        var id = Guid.CreateVersion7().ToString();
        var (ticket, refusal) = await tickets.ExecuteAsync(
            id,
            _ => Ticket.List(
                id, user.Id(), Text.Normalize(request.Title!), Money.Normalize(request.Price!.Value), request.Currency, request.Quantity,
                details(new() { MaxPerBuyer = TicketDetails.DefaultMaxPerBuyer })),
            http.RequestAborted);
        if (refusal is not null)
            return refusal.ToProblem();
        http.Response.Headers.ETag = ETag(ticket!);
        return TypedResults.Created($"/api/tickets/{id}", TicketResponse.Of(ticket!));
    }

    private static async Task<Results<Ok<TicketResponse>, ValidationProblem, ProblemHttpResult>> ChangeAsync(
        string id, ChangeTicket request, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http)
    {
        var validation = new Validation();
        if (request.Title is not null)
            validation.Title(request.Title);
        if (request.Price is not null)
            validation.Price(request.Price);
        if (request.Quantity is not null)
            validation.Quantity(request.Quantity);
        var details = request.Read(validation);
        var expected = ExpectedVersion(http.Request, validation);
        if (validation.Problem is { } problem)
            return problem;
        var title = request.Title is { } newTitle ? Text.Normalize(newTitle) : null;
        var price = request.Price is { } newPrice ? Money.Normalize(newPrice) : (decimal?)null;
        var (ticket, refusal) = await tickets.ExecuteAsync(
            id, ticket => Ticket.Change(ticket, user.Id(), title, price, request.Quantity, expected, details), http.RequestAborted);
        return refusal is null ? Answer(http, ticket!) : refusal.ToProblem();
    }

    private static Task<Results<Ok<TicketResponse>, ValidationProblem, ProblemHttpResult>> PauseAsync(
        string id, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http) => DecideAsync(Ticket.Pause, id, user, tickets, http);

    private static Task<Results<Ok<TicketResponse>, ValidationProblem, ProblemHttpResult>> ResumeAsync(
        string id, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http) => DecideAsync(Ticket.Resume, id, user, tickets, http);

    private static Task<Results<Ok<TicketResponse>, ValidationProblem, ProblemHttpResult>> WithdrawAsync(
        string id, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http) => DecideAsync(Ticket.Withdraw, id, user, tickets, http);

    private static Task<Results<Ok<TicketResponse>, ValidationProblem, ProblemHttpResult>> CancelAsync(
        string id, ClaimsPrincipal user, Repository<Ticket> tickets, TimeProvider time, HttpContext http) => DecideAsync(
            (ticket, userId, expected) => Ticket.Cancel(ticket, userId, expected, time.GetUtcNow()), id, user, tickets, http);

    private static async Task<Results<Ok<TicketResponse>, ValidationProblem, ProblemHttpResult>> DecideAsync(
        Func<Ticket?, string, long?, Decision<Ticket>> decide, string id, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http)
    {
        var validation = new Validation();
        var expected = ExpectedVersion(http.Request, validation);
        if (validation.Problem is { } problem)
            return problem;
        var (ticket, refusal) = await tickets.ExecuteAsync(id, ticket => decide(ticket, user.Id(), expected), http.RequestAborted);
        return refusal is null ? Answer(http, ticket!) : refusal.ToProblem();
    }

    /// <summary><c>If-Match</c>: the quoted version of the GET, or <c>*</c> for any (RFC 9110, section 13.1.1).</summary>
    private static long? ExpectedVersion(HttpRequest request, Validation validation)
    {
        var match = request.Headers.IfMatch.ToString();
        if (match is "" or "*")
            return null;
        var isVersion = long.TryParse(match.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version);
        validation.Check(isVersion, "If-Match", "If-Match must be the quoted version of the ticket, such as \"3\".");
        return version;
    }

    private static Ok<TicketResponse> Answer(HttpContext http, Ticket ticket)
    {
        http.Response.Headers.ETag = ETag(ticket);
        return TypedResults.Ok(TicketResponse.Of(ticket));
    }

    private static string ETag(Ticket ticket) => $"\"{ticket.Version}\"";
}
