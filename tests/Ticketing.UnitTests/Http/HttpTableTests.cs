using System.Text.RegularExpressions;

namespace Ticketing.UnitTests.Http;

/// <summary>Whether <c>docs/http.md</c> names tests that exist.</summary>
public sealed partial class HttpTableTests
{
    private static readonly string[] Lines = File.ReadAllLines(SourceTree.PathOf("docs", "http.md"));

    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        var tests = Directory.EnumerateFiles(SourceTree.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Method().Matches(File.ReadAllText(file)).Select(method => $"{Path.GetFileName(file).Split('.')[0]}.{method.Groups[1].Value}"))
            .ToHashSet();

        var named = Lines.SelectMany(line => Named().Matches(line)).Select(test => test.Groups[1].Value).Distinct().ToList();

        Assert.True(named.Count > 30, $"Only {named.Count} tests are named.");
        Assert.Empty(named.Except(tests));
    }

    [Fact]
    public void Every_rule_has_its_test()
    {
        var rules = Lines.SkipWhile(line => line != "## Rules").TakeWhile(line => line != "## Waiting").Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();

        Assert.True(rules.Count > 15, $"Only {rules.Count} rules are found.");
        Assert.All(rules, rule => Assert.True(Named().IsMatch(rule) || rule.EndsWith("| the same |", StringComparison.Ordinal), rule));
    }

    // The analyzers know that what is public in a class of tests is a test.
    [GeneratedRegex(@"^    public (?:async Task|Task|void) (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Method();

    [GeneratedRegex(@"`(\w+(?:Tests|Scenarios)\.\w+)`")]
    private static partial Regex Named();
}
