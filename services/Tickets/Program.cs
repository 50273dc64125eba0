using Ticketing.Messaging;
using Ticketing.ServiceDefaults;
using Ticketing.Tickets;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(TicketsService.Value.Name);
// Called here, so that this project's XML comments become the descriptions.
builder.Services.AddOpenApi();
builder.AddMessaging(TicketsService.Value);

var app = builder.Build();
app.UseServiceDefaults();
app.MapTickets();
app.Run();
