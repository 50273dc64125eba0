using Microsoft.AspNetCore.Identity;
using Ticketing.Accounts;
using Ticketing.Documents;
using Ticketing.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("accounts", issuesSessions: true);
builder.Services.AddSingleton(services => services.GetRequiredService<IDocumentDatabase>().Store(User.Documents));
builder.Services.Configure<PasswordHasherOptions>(builder.Configuration.GetSection("Passwords"));
builder.Services.AddSingleton<IPasswordHasher<User>, PasswordHasher<User>>();
builder.Services.AddSingleton<Passwords>();
builder.Services.AddSingleton<SessionTokens>();

var app = builder.Build();
app.UseServiceDefaults();
app.MapUsers();
app.Run();
