using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;
using Ticketing.Tickets;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("tickets");
builder.AddMessaging("tickets").Publishes(Topics.Tickets).Documents(Ticket.Documents, ticket => ticket.Tell()).Groups();

var app = builder.Build();
app.UseServiceDefaults();
app.MapTickets();
app.Run();
