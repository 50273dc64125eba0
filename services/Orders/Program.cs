using Ticketing.Messaging;
using Ticketing.Orders;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(OrdersService.Value.Name);
// Called here, so that what is generated for this project is found: its XML comments, which become the descriptions, and the rules of its requests.
builder.Services.AddOpenApi();
builder.Services.AddValidation();
builder.AddMessaging(OrdersService.Value);
builder.Services.AddSingleton<ScarceOrders>();
builder.Services.AddSingleton<OpenHolds>();
builder.Services.AddOptions<OrderOptions>().BindConfiguration("Orders")
    .Validate(options => options.HoldDuration > TimeSpan.Zero, "Orders:HoldDuration must be longer than nothing.")
    .Validate(options => options.MaxOpenHolds is > 0 and <= 1_000_000, "Orders:MaxOpenHolds must be 1 to 1,000,000.")
    .Validate(options => options.PlacePerBuyer.IsValid, RateLimit.Rule("Orders:PlacePerBuyer")).ValidateOnStart();
builder.Services.AddRateLimits<OrderOptions>((limits, options) =>
    limits.Add(OrderEndpoints.PlacePerBuyer, options.PlacePerBuyer, http => http.User.Id()));

var app = builder.Build();
app.UseServiceDefaults();
app.UseRateLimiter();
app.MapOrders();
app.Run();
