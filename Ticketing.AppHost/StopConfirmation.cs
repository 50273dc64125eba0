using Microsoft.Extensions.DependencyInjection;

namespace Ticketing.AppHost;

/// <summary>The dashboard asks before it stops what cannot be stopped without a loss.</summary>
internal static class StopConfirmation
{
    /// <param name="builder">What keeps something in memory.</param>
    /// <param name="warning">What the user is asked to confirm.</param>
    public static IResourceBuilder<T> ConfirmStop<T>(this IResourceBuilder<T> builder, string warning)
        where T : IResource => builder.OnResourceReady((resource, ready, _) =>
        ready.Services.GetRequiredService<ResourceNotificationService>().PublishUpdateAsync(resource, snapshot => snapshot with
        {
            Commands = [.. snapshot.Commands.Select(command => command.Name is "stop" or "restart" or "rebuild"
                ? command with { ConfirmationMessage = warning }
                : command)],
        }));
}
