using Ticketing.Messaging;
using Ticketing.Payments;
using Ticketing.Payments.Gateway;
using Ticketing.Payments.Webhooks;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(PaymentsService.Value.Name);
// Called here, so that what is generated for this project is found: its XML comments, which become the descriptions, and the rules of its requests.
builder.Services.AddOpenApi();
builder.Services.AddValidation();
var isStripe = builder.Configuration["Payments:Stripe:ApiKey"] is { Length: > 0 };
builder.AddMessaging(isStripe ? PaymentsService.Value.HearsOfProvider() : PaymentsService.Value);
builder.Services.AddProviderInquiry();
if (isStripe)
{
    builder.Services.AddStripeGateway();
    builder.Services.AddStripeWebhooks();
    builder.Services.AddHostedService<MissedEvents>();
}
else
{
    builder.Services.AddSingleton<IPaymentGateway, SimulatedGateway>();
}
// Behind the runtime, so that it is stopped first: what it records is told.
builder.Services.AddSingleton<PaymentEffects>().AddHostedService(services => services.GetRequiredService<PaymentEffects>());
builder.Services.AddOptions<PaymentOptions>().BindConfiguration("Payments")
    .Validate(options => options.MaxAttempts is >= 1 and <= 100, "Payments:MaxAttempts must be from 1 to 100.")
    .Validate(options => options.AnswerTimeout >= TimeSpan.Zero, "Payments:AnswerTimeout must not be negative.")
    .Validate(
        options => options.AskAfter > TimeSpan.Zero && options.AskForRefundAfter > TimeSpan.Zero && options.LookEvery > TimeSpan.Zero,
        "Payments:AskAfter, Payments:AskForRefundAfter and Payments:LookEvery must be positive.").ValidateOnStart();

var app = builder.Build();
app.UseServiceDefaults();
app.MapPayments();
app.MapRefundFailures();
if (isStripe)
    app.MapStripeWebhooks();
app.Run();
