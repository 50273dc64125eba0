using System.Text;
using Ticketing.Contracts;

namespace Ticketing.UnitTests.Contracts;

/// <summary>The wire format of every event, byte for byte. To change a file is to change a contract with services we do not know.</summary>
public sealed class GoldenFileTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Files => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void An_event_is_written_as_its_golden_file_says(string file) =>
        Assert.Equal(Encoding.UTF8.GetString(Golden(file)), Encoding.UTF8.GetString(EventJson.Serialize(Samples.All[file])));

    [Theory]
    [MemberData(nameof(Files))]
    public void An_event_is_read_as_it_was_written(string file) => Assert.Equivalent(Samples.All[file], EventJson.Deserialize(Golden(file)), strict: true);

    [Fact]
    public void Every_event_has_a_golden_file_and_every_golden_file_an_event()
    {
        var classes = typeof(Event).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Event)) && !type.IsAbstract).ToArray();
        var files = Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(24, classes.Length);
        Assert.Equal(classes.Select(type => type.Name).Order(), Samples.All.Values.Select(sample => sample.GetType().Name).Distinct().Order());
        Assert.Equal(Samples.All.Keys.Order(), files.Order());
        Assert.Empty(EventJson.Types.Select(type => type.Name).Except(Samples.All.Keys));
    }

    [Fact]
    public void The_example_of_the_design_is_what_we_write()
    {
        const string Example = """{"type":"order.created","id":"...","orderId":"...","userId":"...","ticketId":"...","quantity":1"""
            + ""","price":299,"currency":"USD","status":"created","expiresAt":"2025-02-13T12:00:00Z","version":1}""";

        var read = EventJson.Deserialize(Encoding.UTF8.GetBytes(Example));

        Assert.Equal(Example, Encoding.UTF8.GetString(EventJson.Serialize(Assert.IsType<OrderCreated>(read))));
    }

    private static byte[] Golden(string file) => File.ReadAllBytes(Path.Combine(Folder, $"{file}.json"));
}
