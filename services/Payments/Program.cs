using Ticketing.Contracts;
using Ticketing.Messaging;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("payments");
builder.AddMessaging("payments").Publishes(Topics.Payments).Documents(OrderPayment.Documents, payment => payment.Tell()).Groups().Effects();
builder.Services.AddSingleton<IPaymentGateway, SimulatedGateway>();
builder.Services.AddSingleton<PaymentEffects>();
builder.Services.AddOptions<PaymentOptions>().BindConfiguration("Payments");

var app = builder.Build();
app.UseServiceDefaults();
app.MapPayments();
app.Run();
