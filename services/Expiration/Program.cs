using Ticketing.Expiration;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(ExpirationService.Value.Name);
// Called here, so that this project's XML comments become the descriptions.
builder.Services.AddOpenApi();
builder.AddMessaging(ExpirationService.Value);

var app = builder.Build();
app.UseServiceDefaults();
app.Run();
