using Ticketing.Messaging;
using Ticketing.Orders;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(OrdersService.Value.Name);
builder.AddMessaging(OrdersService.Value);
builder.Services.AddSingleton<ScarceOrders>();
builder.Services.AddOptions<OrderOptions>().BindConfiguration("Orders")
    .Validate(options => options.HoldDuration > TimeSpan.Zero, "Orders:HoldDuration must be longer than nothing.").ValidateOnStart();

var app = builder.Build();
app.UseServiceDefaults();
app.MapOrders();
app.Run();
