using System.CommandLine;

namespace Ticketing.Cli;

/// <summary><c>ticketing completion</c>: prints a script by which a shell completes the command line. It asks this program, by System.CommandLine's directive <c>[suggest]</c>.</summary>
internal static class CompletionCommand
{
    // A shell has the options only where a dash is typed: mostly a command or a name is wanted. Windows' spellings, such as /?, never.
    private const string Bash = """
        _ticketing() {
          local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} found
          line="ticketing ${line#* }"
          COMPREPLY=()
          while IFS= read -r found; do
            [[ $found == "$word"* && $found != /* ]] && [[ $found != -* || $word == -* ]] && COMPREPLY+=("$found")
          done < <(ticketing "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -F _ticketing ticketing
        """;

    private const string Zsh = """
        #compdef ticketing
        _ticketing() {
          local -a typed=(ticketing ${words[2,CURRENT-1]}) found
          local line="${(j: :)typed} $PREFIX"
          found=(${(f)"$(ticketing "[suggest:${#line}]" "$line" 2>/dev/null)"})
          found=(${found:#/*})
          [[ $PREFIX == -* ]] || found=(${found:#-*})
          compadd -a found || _files
        }
        compdef _ticketing ticketing
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName ticketing -ScriptBlock {
            param($word, $command, $cursor)
            $length = $cursor - $command.Extent.StartOffset
            $line = $command.Extent.Text.PadRight($length).Substring(0, $length) -replace '^\S+', 'ticketing'
            ticketing "[suggest:$($line.Length)]" "$line" 2>$null |
                Where-Object { $_.StartsWith($word) -and -not $_.StartsWith('/') -and ($word.StartsWith('-') -or -not $_.StartsWith('-')) } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    private static readonly (string Shell, string Script, string Example)[] Shells =
    [
        ("bash", Bash, """eval "$(ticketing completion bash)"     # in ~/.bashrc"""),
        ("zsh", Zsh, """eval "$(ticketing completion zsh)"      # in ~/.zshrc, behind compinit"""),
        ("pwsh", PowerShell, "ticketing completion pwsh | Out-String | Invoke-Expression     # in $PROFILE"),
    ];

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or pwsh." };
        shell.AcceptOnlyFromAmong([.. Shells.Select(one => one.Shell)]);
        var command = new CliCommand("completion", "Prints a script by which a shell completes command lines of this program.", [.. Shells.Select(one => one.Example)]) { shell };
        command.Runs(async (arguments, _) =>
        {
            await Console.Out.WriteLineAsync(Shells.Single(one => one.Shell == arguments.GetRequiredValue(shell)).Script);
            return ExitCode.Done;
        });
        return command;
    }
}
