using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ticketing.Insights;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(InsightsService.Value.Name);
// Called here, so that what is generated for this project is found: its XML comments, which become the descriptions, and the rules of its requests.
builder.Services.AddOpenApi();
builder.Services.AddValidation();
builder.Services.AddOptions<InsightsOptions>().BindConfiguration("Insights")
    .Validate(options => options.AreValid, "Insights:Lateness, Insights:Poll, Insights:CommitInterval and Insights:Heartbeat must be greater than zero.").ValidateOnStart();
// It says much of what it does, and all of it with the level that others keep for what operators should know.
builder.Logging.AddFilter("Streamiz", LogLevel.Warning);
// It warns of each record whose time is before that of the last one. Here the newest record counts, whatever its time is.
builder.Logging.AddFilter("Streamiz.Kafka.Net.Processors.KTableSourceProcessor", LogLevel.Error);
builder.AddMessaging(InsightsService.Value);
builder.Services.AddSingleton<InsightsView>();
builder.Services.AddSingleton<Lag>();
builder.Services.AddSingleton<SalesStreams>();
builder.Services.AddHostedService(services => services.GetRequiredService<SalesStreams>());
builder.Services.AddHealthChecks().AddCheck<SalesStreams>("streams", HealthStatus.Degraded);

var app = builder.Build();
app.UseServiceDefaults();
app.MapInsights();
app.MapPage<InsightsView>("insights");
app.Run();
