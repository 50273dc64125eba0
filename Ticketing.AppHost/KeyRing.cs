namespace Ticketing.AppHost;

/// <summary>The one key ring of all services and instances where they are deployed: without it, nobody knows the sessions that Accounts issues.</summary>
internal static class KeyRing
{
    /// <summary>The volume that holds it; only Accounts may write it.</summary>
    public const string Volume = "keys";

    /// <summary>
    /// Where the volume is mounted. A new Docker volume takes over the owner of the folder that it covers, and this one belongs to the user
    /// as whom the .NET images run, so Accounts can write it without being root.
    /// </summary>
    public const string MountPath = "/home/app";

    /// <summary>The folder in it.</summary>
    public const string MountedFolder = $"{MountPath}/keys";

    /// <summary>That user: <c>APP_UID</c> of the .NET images.</summary>
    public const int User = 1654;
}
