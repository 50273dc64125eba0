using Ticketing.AppHost;

if (Options.Parse(args, out var exitCode) is not { } options)
    return exitCode;
try
{
    var builder = options.CreateBuilder(args);
    // Held until everything has ended, so that the next run in this directory does not meet this one's store.
    using var runLock = builder.ExecutionContext.IsRunMode ? RunLock.Take(options.RunDirectory) : null;

    // Settings of the shop: here, and in what is published, to be changed there.
    IResourceBuilder<ParameterResource> Parameter(string name, string value) =>
        builder.AddParameter(name, builder.Configuration[$"Parameters:{name}"] ?? value, publishValueAsDefault: true);
    var holdDuration = Parameter("hold-duration", options.Hold ?? "00:02:00");
    var paymentAnswer = Parameter("payment-answer-within", "00:00:05");
    var gatewayLatency = Parameter("payment-gateway-latency", "00:00:00");

    var servers = Servers.Add(builder, options);
    var shop = new Shop(builder, options, servers);
    var mail = MailServer.Add(builder, servers.UseContainers, options.RunDirectory);
    shop.Add<Projects.Accounts>("accounts", accounts => mail.ConnectTo(accounts, "Accounts"));
    shop.Add<Projects.Tickets>("tickets");
    shop.Add<Projects.Orders>("orders", orders => orders
        .WithEnvironment("Orders__HoldDuration", holdDuration));
    var gateway = PaymentGateway.Add(builder, options, servers, shop, gatewayLatency);
    shop.Add<Projects.Payments>("payments", payments => gateway.ConnectTo(payments
        .WithEnvironment("Payments__AnswerWithin", paymentAnswer)));
    shop.Add<Projects.Expiration>("expiration");
    shop.Add<Projects.Notifications>("notifications", notifications => mail.ConnectTo(notifications, "Notifications"));
    shop.Add<Projects.Activity>("activity", shop.ConnectToDashboard);
    if (options.Insights || runLock is null)
        shop.Add<Projects.Insights>("insights");

    if (runLock is null)
        builder.PublishTo(options.Target, keyMaker: "accounts");
    else
        shop.Run([.. servers.Reasons, gateway.Reason, mail.Reason]);
    builder.Build().Run();
    return Environment.ExitCode;
}
catch (LaunchException broken)
{
    await Console.Error.WriteLineAsync($"error: {broken.Message}");
    return broken.ExitCode;
}
