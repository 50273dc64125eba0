using Microsoft.AspNetCore.Http.HttpResults;
using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Receipts;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("receipts");
builder.AddMessaging(new Service("receipts")
    .Documents(Receipt.Documents)
    .On<OrderCompleted, Receipt>(order => order.OrderId, Receipt.Write));

var app = builder.Build();
app.UseServiceDefaults();
app.MapGet("/api/receipts/{orderId}", async Task<Results<Ok<Receipt>, ProblemHttpResult>> (string orderId, Repository<Receipt> receipts) =>
    await receipts.ViewAsync(orderId) is { } receipt ? TypedResults.Ok(receipt) : Refusals.NotFound("receipt of order", orderId))
    .Refuses(StatusCodes.Status404NotFound);
app.Run();
