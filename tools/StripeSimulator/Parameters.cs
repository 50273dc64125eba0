using System.Globalization;

namespace Ticketing.Tools.Stripe;

/// <summary>A call's parameters, in Stripe's bracket syntax: <c>metadata[order_id]=…</c>, <c>types[0]=card</c>.</summary>
internal sealed class Parameters(IReadOnlyDictionary<string, string> given)
{
    private readonly HashSet<string> _read = [];

    /// <summary>Where people find the pages of this simulator.</summary>
    public string Site { get; init; } = "";

    public string? Text(string name)
    {
        _read.Add(name);
        return given.GetValueOrDefault(name);
    }

    public string RequiredText(string name) =>
        Text(name) ?? throw RefusedException.Invalid(name, "parameter_missing", $"Missing required param: {name}.");

    public long? Integer(string name) => Text(name) switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw RefusedException.Invalid(name, "parameter_invalid_integer", $"Invalid integer: {text}"),
    };

    /// <summary>A positive amount.</summary>
    public long? Amount() => Integer("amount") switch
    {
        <= 0 => throw RefusedException.Invalid("amount", "parameter_invalid_integer", "This value must be greater than or equal to 1."),
        var amount => amount,
    };

    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        var text => throw RefusedException.Invalid(name, null, $"Invalid boolean: {text}"),
    };

    public string? Url(string name) => Text(name) switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https") => text,
        _ => throw RefusedException.Invalid(name, "url_invalid", "Not a valid URL. This is a simulator: it takes http and https only."),
    };

    /// <summary>A condition on a time or a number: <c>created[gte]=…</c>.</summary>
    public Func<long, bool> Range(string name)
    {
        var (from, above, below, to) = (Integer($"{name}[gte]"), Integer($"{name}[gt]"), Integer($"{name}[lt]"), Integer($"{name}[lte]"));
        return value => !(value < from || value <= above || value >= below || value > to);
    }

    public Dictionary<string, string> Metadata() => In("metadata").ToDictionary(entry => entry.Name, entry => entry.Value);

    public List<string> List(string name) => [.. In(name).Select(entry => entry.Value)];

    /// <summary>Refuses what nobody has read.</summary>
    public void RefuseOthers()
    {
        if (given.Keys.FirstOrDefault(name => !_read.Contains(name)) is { } unknown)
            throw RefusedException.Invalid(unknown, "parameter_unknown", $"Received unknown parameter: {unknown}");
    }

    private List<(string Name, string Value)> In(string name)
    {
        var entries = given.Where(entry => entry.Key.StartsWith($"{name}[", StringComparison.Ordinal) && entry.Key.EndsWith(']')).ToList();
        _read.UnionWith(entries.Select(entry => entry.Key));
        return [.. entries.Select(entry => (entry.Key[(name.Length + 1)..^1], entry.Value))];
    }
}
