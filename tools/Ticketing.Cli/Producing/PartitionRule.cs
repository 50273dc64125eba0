using System.Globalization;
using Confluent.Kafka;

namespace Ticketing.Cli;

/// <summary>
/// Which partition a record goes to: a number, or <c>south=0,*=1</c>, which compares a text. Without a rule, or where it says nothing, the key decides, as
/// for the services.
/// </summary>
internal sealed class PartitionRule
{
    private readonly Dictionary<string, int> _byText = [];
    private readonly int? _others;
    private readonly Template? _by;

    /// <param name="rule">The rule; null if there is none.</param>
    /// <param name="by">What is compared; null if nothing is.</param>
    public PartitionRule(string? rule, string? by)
    {
        if (by is not null && rule is null)
            throw Wrong("--partition-by needs --partition", "such as --partition 'south=0,*=1'");
        if (rule is null)
            return;
        if (!rule.Contains('='))
        {
            _others = by is null ? Number(rule, rule) : throw Wrong("--partition-by needs a rule", "such as --partition 'south=0,*=1'");
            return;
        }
        _by = by is not null ? new Template(by) : throw Wrong($"--partition '{rule}' needs --partition-by", "such as --partition-by '{1}'");
        foreach (var one in rule.Split(','))
        {
            var middle = one.LastIndexOf('=');
            var (text, partition) = middle < 0 ? throw Wrong($"--partition '{rule}' has no '='", "such as south=0,*=1") : (one[..middle], Number(one[(middle + 1)..], rule));
            if (text == "*" ? _others is not null : !_byText.TryAdd(text, partition))
                throw Wrong($"--partition '{rule}' says twice where '{text}' goes", null);
            if (text == "*")
                _others = partition;
        }
    }

    /// <summary>The highest partition that it names; -1 if it names none.</summary>
    public int Highest => Math.Max(_others ?? -1, _byText.Values.DefaultIfEmpty(-1).Max());

    /// <exception cref="LineException">A word is missing.</exception>
    public Partition Of(string[] words) =>
        _by is not null && _byText.TryGetValue(_by.Fill(words), out var partition) ? partition : _others ?? Partition.Any;

    private static int Number(string text, string rule) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw Wrong($"--partition '{rule}': '{text}' is not a partition", "it is a whole number from 0, or a rule such as south=0,*=1");

    private static CliException Wrong(string message, string? hint) => new(message, hint, ExitCode.Usage);
}
