using Ticketing.Expiration;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(ExpirationService.Value.Name);
// Here, so that the descriptions are those of this project.
builder.Services.AddOpenApi();
builder.AddMessaging(ExpirationService.Value);

var app = builder.Build();
app.UseServiceDefaults();
app.Run();
