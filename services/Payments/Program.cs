using Ticketing.Messaging;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(PaymentsService.Value.Name);
builder.AddMessaging(PaymentsService.Value);
builder.Services.AddSingleton<IPaymentGateway, SimulatedGateway>();
builder.Services.AddSingleton<PaymentEffects>();
builder.Services.AddOptions<PaymentOptions>().BindConfiguration("Payments");

var app = builder.Build();
app.UseServiceDefaults();
app.MapPayments();
app.Run();
