namespace Ticketing.Tools;

/// <summary>Whom the server runs as. It refuses to be root: then it is the user <c>postgres</c>, or <c>nobody</c>.</summary>
/// <param name="directory">The directory of its files.</param>
internal sealed class ServerAccount(string directory)
{
    private static readonly Lazy<(string User, string Group)> Servant = new(FindServant);

    /// <summary>Makes everything in the directory the server's own.</summary>
    public void Own()
    {
        if (Environment.IsPrivilegedProcess)
            SystemProgram.Run("chown", "-R", $"{Servant.Value.User}:{Servant.Value.Group}", directory);
    }

    /// <summary>The command line that runs this one as the server's user.</summary>
    public IReadOnlyList<string> Command(IReadOnlyList<string> command)
    {
        if (!Environment.IsPrivilegedProcess)
            return command;
        // Below a directory that only root may enter, such as its home, one of root's rights is kept.
        string[] rights = IsReachable() ? [] : ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"];
        return ["setpriv", $"--reuid={Servant.Value.User}", $"--regid={Servant.Value.Group}", "--init-groups", .. rights, .. command];
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
            ?? throw new InvalidOperationException("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'.");
        return (servant[2], servant[3]);
    }
}
