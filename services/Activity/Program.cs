using System.Text.Encodings.Web;
using Microsoft.Extensions.Options;
using Ticketing.Activities;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(ActivityService.Value.Name);
// Called here, so that what is generated for this project is found: its XML comments, which become the descriptions, and the rules of its requests.
builder.Services.AddOpenApi();
builder.Services.AddValidation();
builder.AddActivityStore();
builder.AddMessaging(ActivityService.Value);
builder.Services.AddSingleton<Recorder>();
builder.Services.AddSingleton<ActivityStream>();
builder.Services.AddHostedService<Trimming>();

var app = builder.Build();
app.UseServiceDefaults();
app.MapActivity();
var dashboard = app.Services.GetRequiredService<IOptions<ActivityOptions>>().Value.DashboardUrl;
app.MapPage<ActivityOptions>("activity", html => html.Replace("{dashboard}", HtmlEncoder.Default.Encode($"{dashboard}"), StringComparison.Ordinal));
app.Run();
