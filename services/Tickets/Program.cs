using Ticketing.Messaging;
using Ticketing.ServiceDefaults;
using Ticketing.Tickets;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(TicketsService.Value.Name);
builder.AddMessaging(TicketsService.Value);

var app = builder.Build();
app.UseServiceDefaults();
app.MapTickets();
app.Run();
