using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

namespace Ticketing.Tickets;

/// <summary>The REST calls on tickets.</summary>
public static class TicketEndpoints
{
    /// <summary>Maps <c>/api/tickets</c>.</summary>
    public static void MapTickets(this IEndpointRouteBuilder app)
    {
        var tickets = app.MapGroup("/api").WithTags("Tickets").WithHeaderRules();
        tickets.MapGet("/tickets", ListAsync).WithName("ListTickets").AllowCaching().WithSummary("Lists tickets, or with available those that can be ordered now.");
        tickets.MapGet("/tickets/mine", ListMineAsync).WithName("ListOwnTickets").RequireAuthorization().WithSummary("Lists the caller's own tickets, with what is held and sold.");
        tickets.MapGet("/tickets/{id}", GetAsync).WithName("GetTicket").AllowCaching().WithETag().Refuses(StatusCodes.Status404NotFound).WithSummary("Shows a ticket.");
        tickets.MapPost("/tickets", CreateAsync).WithName("CreateTicket").RequireRole(Roles.Seller).WithETag().Refuses(StatusCodes.Status422UnprocessableEntity)
            .WithSummary("Lists a ticket for sale.");
        // A former seller may still take tickets off sale, and refund and block orders.
        MapChange(tickets.MapPut("/tickets/{id}", ChangeAsync).WithName("ChangeTicket").RequireRole(Roles.Seller), "Corrects what a listing says. What is missing stays as it is.");
        MapChange(tickets.MapPost("/tickets/{id}/pause", PauseAsync).WithName("PauseTicket"), "Pauses the sale.");
        MapChange(tickets.MapPost("/tickets/{id}/resume", ResumeAsync).WithName("ResumeTicket").RequireRole(Roles.Seller), "Resumes the sale.");
        MapChange(tickets.MapDelete("/tickets/{id}", WithdrawAsync).WithName("WithdrawTicket"), "Withdraws a ticket for good. Seats that are held or sold stay valid.");
        MapChange(tickets.MapPost("/tickets/{id}/cancel", CancelAsync).WithName("CancelTicket"), "Cancels a ticket: each order for it is refunded.");
        tickets.MapTicketOrders();

        static void MapChange(RouteHandlerBuilder change, string summary) => change.RequireAuthorization().WithETag().WithSummary(summary)
            .Refuses(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<TicketResponse[]>> ListAsync(
        HttpContext http, Repository<Ticket> tickets, [Description("Only tickets that can be ordered now.")] bool available = false,
        [PageSize] int limit = PageSizeAttribute.Default, string? after = null)
    {
        var query = IndexQuery.Equal(available ? "available" : "all", "", limit, after);
        var page = await tickets.Store.QueryAsync(query, http.RequestAborted);
        if (page.Count == limit)
            http.Response.LinkNext(new() { ["available"] = available ? "true" : null, ["limit"] = $"{limit}", ["after"] = page[^1].Id });
        return TypedResults.Ok(page.Select(ticket => TicketResponse.Of(ticket.State)).ToArray());
    }

    private static async Task<Ok<OwnTicketResponse[]>> ListMineAsync(
        HttpContext http, ClaimsPrincipal user, Repository<Ticket> tickets, [PageSize] int limit = PageSizeAttribute.Default, string? after = null)
    {
        var page = await tickets.Store.QueryAsync(IndexQuery.Equal("by_seller", user.Id(), limit, after), http.RequestAborted);
        if (page.Count == limit)
            http.Response.LinkNext(new() { ["limit"] = $"{limit}", ["after"] = page[^1].Id });
        return TypedResults.Ok(page.Select(ticket => OwnTicketResponse.Of(ticket.State)).ToArray());
    }

    private static async Task<Results<Ok<TicketResponse>, ProblemHttpResult>> GetAsync(
        string id, HttpContext http, Repository<Ticket> tickets) =>
        await tickets.ViewAsync(id, http.RequestAborted) is { } ticket ? Answer(http, ticket) : Refusals.NotFound("ticket", id);

    private static async Task<Results<Created<TicketResponse>, ProblemHttpResult>> CreateAsync(
        CreateTicket request, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http,
        [FromHeader(Name = IdempotencyKey.Header), IdempotencyKey.WellFormed] string? key = null)
    {
        key = IdempotencyKey.Of(key);
        var id = key is null ? Guid.CreateVersion7().ToString() : IdempotencyKey.DocumentId(user.Id(), key);
        var listing = Ticket.List(
            id, user.Id(), Text.Normalize(request.Title!), Money.Normalize(request.Price!.Value), request.Currency, request.Quantity,
            request.Change(new() { MaxPerBuyer = TicketDetails.DefaultMaxPerBuyer }));
        var (ticket, refusal) = await tickets.ExecuteAsync(id, ticket => key is null ? listing : Ticket.ListOnce(ticket, listing), http.RequestAborted);
        if (refusal is not null)
            return refusal.ToProblem();
        http.Response.Headers.ETag = ETag(ticket!);
        return TypedResults.Created($"/api/tickets/{id}", TicketResponse.Of(ticket!));
    }

    private static async Task<Results<Ok<TicketResponse>, ProblemHttpResult>> ChangeAsync(
        string id, ChangeTicket request, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http)
    {
        var title = request.Title is { } newTitle ? Text.Normalize(newTitle) : null;
        var price = request.Price is { } newPrice ? Money.Normalize(newPrice) : (decimal?)null;
        var (ticket, refusal) = await tickets.ExecuteAsync(
            id, ticket => http.Request.Check(ticket, ETag, Ticket.Change(ticket, user.Id(), title, price, request.Quantity, request.Change)), http.RequestAborted);
        return refusal is null ? Answer(http, ticket!) : refusal.ToProblem();
    }

    private static Task<Results<Ok<TicketResponse>, ProblemHttpResult>> PauseAsync(
        string id, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http) => DecideAsync(Ticket.Pause, id, user, tickets, http);

    private static Task<Results<Ok<TicketResponse>, ProblemHttpResult>> ResumeAsync(
        string id, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http) => DecideAsync(Ticket.Resume, id, user, tickets, http);

    private static Task<Results<Ok<TicketResponse>, ProblemHttpResult>> WithdrawAsync(
        string id, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http) => DecideAsync(Ticket.Withdraw, id, user, tickets, http);

    private static Task<Results<Ok<TicketResponse>, ProblemHttpResult>> CancelAsync(
        string id, ClaimsPrincipal user, Repository<Ticket> tickets, TimeProvider time, HttpContext http) => DecideAsync(
            (ticket, userId) => Ticket.Cancel(ticket, userId, time.GetUtcNow()), id, user, tickets, http);

    private static async Task<Results<Ok<TicketResponse>, ProblemHttpResult>> DecideAsync(
        Func<Ticket?, string, Decision<Ticket>> decide, string id, ClaimsPrincipal user, Repository<Ticket> tickets, HttpContext http)
    {
        var (ticket, refusal) = await tickets.ExecuteAsync(
            id, ticket => http.Request.Check(ticket, ETag, decide(ticket, user.Id())), http.RequestAborted);
        return refusal is null ? Answer(http, ticket!) : refusal.ToProblem();
    }

    private static Ok<TicketResponse> Answer(HttpContext http, Ticket ticket)
    {
        http.Response.Headers.ETag = ETag(ticket);
        return TypedResults.Ok(TicketResponse.Of(ticket));
    }

    internal static string ETag(Ticket ticket) => Preconditions.ETag(ticket.Version);
}
