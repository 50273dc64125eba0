using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ticketing.ServiceDefaults;

/// <summary>
/// With <c>TICKETING_STDIN_LIFETIME=true</c> the service ends when its standard input does. The launcher holds the other end of that
/// pipe, which the operating system closes however the launcher ends; so no service outlives it.
/// </summary>
internal sealed class StdinLifetime(IHostApplicationLifetime application) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A thread of its own: reading a pipe blocks, and nothing else may depend on it.
        new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            var buffer = new byte[256];
            while (input.Read(buffer) > 0)
            {
                // Nothing is said on this pipe; only its end counts.
            }
            application.StopApplication();
        })
        { IsBackground = true, Name = "stdin" }.Start();
        return Task.CompletedTask;
    }
}

/// <summary>Adds <see cref="StdinLifetime"/> where it is asked for.</summary>
internal static class StdinLifetimeExtensions
{
    public static void AddStdinLifetime(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<bool>("TICKETING_STDIN_LIFETIME"))
            builder.Services.AddHostedService<StdinLifetime>();
    }
}
