using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.Logging;

/// <summary>Adds logs on Kafka.</summary>
public static class LoggingExtensions
{
    /// <summary>What the program logs is written to <see cref="Topics.Logs"/>, too. Settings: <see cref="LogOptions"/> under <c>Logs:</c>.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="service">Its name. Without a broker in its settings nothing is added.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says what.</exception>
    public static IHostApplicationBuilder AddKafkaLogs(this IHostApplicationBuilder builder, string service)
    {
        var options = builder.Configuration.GetSection("Logs").Get<LogOptions>() ?? new();
        options.Check();
        if (!options.Enabled || (builder.Configuration.GetConnectionString("kafka") ?? builder.Configuration["KAFKA_BROKERS"]) is null)
            return builder;
        var settings = new KafkaSettings(builder.Configuration);
        builder.Services.AddSingleton<ILoggerProvider>(provider => new KafkaLogs(
            service, options,
            // The loggers' factory is made with this provider, so it is asked for when there is something to say.
            (metrics, buffer, any) => new LogWriter(
                service, options, settings, metrics, buffer, any, () => provider.GetRequiredService<ILoggerFactory>().CreateLogger(LogMetrics.Name), TimeProvider.System),
            TimeProvider.System));
        return builder;
    }
}
