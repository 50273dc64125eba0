using Ticketing.Expiration;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(ExpirationService.Value.Name);
builder.AddMessaging(ExpirationService.Value);

var app = builder.Build();
app.UseServiceDefaults();
app.Run();
