using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Orders;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("orders");
builder.AddMessaging("orders").Publishes(Topics.Orders).Documents(Order.Documents, order => order.Tell()).Documents(TicketReplica.Documents).Groups();
builder.Services.AddOptions<OrderOptions>().BindConfiguration("Orders")
    .Validate(options => options.HoldDuration > TimeSpan.Zero, "Orders:HoldDuration must be longer than nothing.").ValidateOnStart();

var app = builder.Build();
app.UseServiceDefaults();
app.MapOrders();
app.Run();
