using Ticketing.Mail;
using Ticketing.Messaging;
using Ticketing.Notifications;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(NotificationsService.Value.Name);
// Called here, so that what is generated for this project is found: its XML comments, which become the descriptions, and the rules of its requests.
builder.Services.AddOpenApi();
builder.Services.AddValidation();
var settings = builder.Configuration.GetSection("Notifications").Get<NotificationOptions>() ?? new();
builder.Services.AddOptions<NotificationOptions>().BindConfiguration("Notifications")
    .Validate(options => options.RemindBefore > TimeSpan.Zero && options.Heartbeat > TimeSpan.Zero, "Notifications:RemindBefore and Notifications:Heartbeat must be longer than nothing.")
    .ValidateOnStart();
builder.AddMessaging(NotificationsService.With(settings.RemindBefore));
builder.Services.AddSingleton(new Texts(Texts.Folder));
builder.Services.AddSingleton<NotificationStream>();
builder.AddMail<NotificationMailOptions>("Notifications:Mail")
    .Validate(options => options.CanUnsubscribe, "Notifications:Mail:Unsubscribe must be an address such as mailto:no-mails@shop.example or https://shop.example/mails.")
    .Validate(options => options.Lease > TimeSpan.Zero, "Notifications:Mail:Lease must be longer than nothing.");
// Behind the runtime, so that it is stopped first: what it records is stored.
builder.Services.AddSingleton<Mails>().AddHostedService(services => services.GetRequiredService<Mails>());

var app = builder.Build();
app.UseServiceDefaults();
app.MapNotifications();
app.MapMailFailures();
app.MapMailPage();
app.Run();
