using Ticketing.Messaging;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(PaymentsService.Value.Name);
builder.AddMessaging(PaymentsService.Value);
builder.Services.AddSingleton<IPaymentGateway, SimulatedGateway>();
builder.Services.AddSingleton<PaymentEffects>();
builder.Services.AddOptions<PaymentOptions>().BindConfiguration("Payments")
    .Validate(options => options.MaxAttempts is >= 1 and <= 100, "Payments:MaxAttempts must be from 1 to 100.")
    .Validate(options => options.AnswerTimeout >= TimeSpan.Zero, "Payments:AnswerTimeout must not be negative.").ValidateOnStart();

var app = builder.Build();
app.UseServiceDefaults();
app.MapPayments();
app.Run();
