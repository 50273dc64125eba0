using Microsoft.AspNetCore.Identity;
using Ticketing.Accounts;
using Ticketing.Accounts.Mail;
using Ticketing.Mail;
using Ticketing.Messaging;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults(AccountsService.Value.Name, issuesSessions: true);
// Called here, so that what is generated for this project is found: its XML comments, which become the descriptions, and the rules of its requests.
builder.Services.AddOpenApi();
builder.Services.AddValidation();
builder.AddMessaging(AccountsService.Value);
builder.Services.Configure<PasswordHasherOptions>(builder.Configuration.GetSection("Passwords"));
builder.Services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
builder.Services.AddOptions<HashingOptions>().BindConfiguration("Passwords")
    .Validate(options => options.MaxWaiting >= 0, "Passwords:MaxWaiting must be 0 or more.").ValidateOnStart();
builder.Services.AddSingleton<Passwords>();
builder.Services.AddOptions<AccountOptions>().Configure(options => options.RequireVerifiedEmail = !builder.Environment.IsDevelopment()).BindConfiguration("Accounts")
    .Validate(options => options.AccessTokenLifetime > TimeSpan.Zero && options.AccessTokenLifetime <= Sessions.CookieLifetime,
        $"Accounts:AccessTokenLifetime must be longer than nothing and at most {Sessions.CookieLifetime:c}.")
    .Validate(options => options.SessionLifetime > TimeSpan.Zero, "Accounts:SessionLifetime must be longer than nothing.")
    .Validate(options => options.MailPerAddress.IsValid, RateLimit.Rule("Accounts:MailPerAddress"))
    .Validate(options => options.SignUpPerAddress.IsValid, RateLimit.Rule("Accounts:SignUpPerAddress"))
    .Validate(options => options.SignInPerAddress.IsValid, RateLimit.Rule("Accounts:SignInPerAddress"))
    .Validate(options => options.SignInPerAddressAndAccount.IsValid, RateLimit.Rule("Accounts:SignInPerAddressAndAccount"))
    .Validate(options => options.SignInPerAccount.IsValid, RateLimit.Rule("Accounts:SignInPerAccount"))
    .Validate(options => options.RememberSignIn > TimeSpan.Zero, "Accounts:RememberSignIn must be longer than nothing.")
    .Validate(options => options.MaxRememberedSignIns > 0, "Accounts:MaxRememberedSignIns must be 1 or more.").ValidateOnStart();
builder.Services.AddSingleton<SignInLimits>();
builder.Services.AddRateLimits<AccountOptions>((limits, options) =>
{
    limits.Add(UserEndpoints.SignUpPerAddress, options.SignUpPerAddress, http => http.ClientAddress());
    limits.Add(MailEndpoints.MailPerAddress, options.MailPerAddress, http => http.ClientAddress());
    limits.Add(UserEndpoints.SignInPerAddress, options.SignInPerAddress, http => http.ClientAddress());
});
builder.Services.AddSingleton<UserRoles>();
builder.Services.AddSingleton<SessionTokens>();
builder.Services.AddSingleton<Users>();
builder.AddMail<AccountMailOptions>("Accounts:Mail")
    .Validate(options => options.Website is null or { IsAbsoluteUri: true, Scheme: "https" or "http" }, "Accounts:Mail:Website must be an address such as https://shop.example.");
builder.Services.AddSingleton<Mails>();

var app = builder.Build();
app.UseServiceDefaults();
app.UseRateLimiter();
app.MapUsers();
app.MapSessions();
app.MapMails();
app.MapRoles();
app.Run();
