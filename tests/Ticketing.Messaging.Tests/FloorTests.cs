using System.Text.RegularExpressions;

namespace Ticketing.Messaging.Tests;

/// <summary>The runtime is built in floors, a folder each. A floor uses itself and those below it.</summary>
public sealed partial class FloorTests
{
    private static readonly string[] Floors = ["Client", "Publishing", "Documents", "Consuming", "Hosting"];

    private static readonly string Library = SourceTree.PathOf("libraries", "Ticketing.Messaging");

    [Fact]
    public void A_floor_uses_no_type_of_a_higher_one()
    {
        var code = Floors.ToDictionary(floor => floor, floor => Files(floor).ToDictionary(file => file, file => Comments().Replace(File.ReadAllText(file), "")));
        var types = code.ToDictionary(
            floor => floor.Key,
            floor => floor.Value.Values.SelectMany(text => Declarations().Matches(text).Select(match => match.Groups["name"].Value)).ToHashSet());

        var wrong =
            from floor in Floors
            from higher in Floors.SkipWhile(one => one != floor).Skip(1)
            from file in code[floor]
            from word in Words().Matches(file.Value).Select(match => match.Value).Distinct()
            where types[higher].Contains(word) && !types[floor].Contains(word)
            select $"{Path.GetRelativePath(Library, file.Key)} uses {word} of {higher}";

        Assert.All(types, floor => Assert.True(floor.Value.Count > 2, $"{floor.Key} has {floor.Value.Count} types."));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_file_is_on_a_floor() => Assert.Equal(
        Floors.SelectMany(Files).Order(),
        Directory.GetFiles(Library, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")).Order());

    [Fact]
    public void The_runtime_knows_no_shop() => Assert.Equal(
        ["Ticketing.Documents", "Ticketing.Messaging.Abstractions"],
        typeof(Service).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!).Where(name => name.StartsWith("Ticketing", StringComparison.Ordinal)).Order());

    private static string[] Files(string floor) => Directory.GetFiles(Path.Combine(Library, floor), "*.cs", SearchOption.AllDirectories);

    [GeneratedRegex("//.*")]
    private static partial Regex Comments();

    [GeneratedRegex(@"\b(class|interface|enum|struct|record( class| struct)?) (?<name>[A-Z]\w+)")]
    private static partial Regex Declarations();

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex Words();
}
