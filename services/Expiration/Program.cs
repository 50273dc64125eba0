using Ticketing.Contracts;
using Ticketing.Expiration;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("expiration");
builder.AddMessaging("expiration").Publishes(Topics.Expiration).Documents(OrderTimer.Documents, timer => timer.Tell()).Groups().Timers();

var app = builder.Build();
app.UseServiceDefaults();
app.Run();
