namespace Ticketing.Standalone.Stores;

/// <summary>Whom the server runs as, which refuses to be root: then it is the user <c>postgres</c>, or <c>nobody</c>.</summary>
internal sealed class PostgresAccount(string directory)
{
    private static readonly (string User, string Group)? Servant = Environment.IsPrivilegedProcess ? FindServant() : null;

    /// <summary>Makes everything in the directory the server's own.</summary>
    public void Own()
    {
        if (Servant is (var user, var group))
            Programs.Run("chown", "-R", $"{user}:{group}", directory);
    }

    /// <summary>The command line that runs this one as the server's user.</summary>
    public IReadOnlyList<string> Command(params IReadOnlyList<string> command) => Servant is null ? command : [.. Switch(), .. command];

    /// <summary>
    /// The command line of a server that outlives nobody: the system interrupts it when the thread that started it ends. It is in a session
    /// of its own, as Ctrl-C must not reach it before the services have ended.
    /// </summary>
    public IReadOnlyList<string> Daemon(params IReadOnlyList<string> command) => OperatingSystem.IsLinux()
        ? ["setsid", .. Servant is null ? ["setpriv"] : Switch(), "--pdeathsig=INT", .. command]
        : command;

    private IEnumerable<string> Switch()
    {
        var (user, group) = Servant!.Value;
        // Somewhere below a directory that only root may enter, such as its home. Nothing but that is kept of root's rights.
        string[] rights = IsReachable() ? [] : ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"];
        return ["setpriv", $"--reuid={user}", $"--regid={group}", "--init-groups", .. rights];
    }

    private bool IsReachable()
    {
        for (var parent = Directory.GetParent(directory); parent is not null; parent = parent.Parent)
            if (!parent.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        return true;
    }

    private static (string User, string Group) FindServant()
    {
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(user => user.Length > 3).ToLookup(user => user[0]);
        var servant = users["postgres"].Concat(users["nobody"]).FirstOrDefault()
            ?? throw new LaunchException("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'");
        return (servant[2], servant[3]);
    }
}
