using Ticketing.Messaging;
using Ticketing.ServiceDefaults;
using Ticketing.Tickets;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(TicketsService.Value.Name);
// Called here, so that what is generated for this project is found: its XML comments, which become the descriptions, and the rules of its requests.
builder.Services.AddOpenApi();
builder.Services.AddValidation();
builder.AddMessaging(TicketsService.Value);

var app = builder.Build();
app.UseServiceDefaults();
app.MapTickets();
app.Run();
