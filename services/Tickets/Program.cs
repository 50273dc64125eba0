using Ticketing.Messaging;
using Ticketing.ServiceDefaults;
using Ticketing.Tickets;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(TicketsService.Value.Name);
// Here, so that the descriptions are those of this project.
builder.Services.AddOpenApi();
builder.AddMessaging(TicketsService.Value);

var app = builder.Build();
app.UseServiceDefaults();
app.MapTickets();
app.Run();
