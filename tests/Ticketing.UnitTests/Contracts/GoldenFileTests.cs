using System.Text;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.UnitTests.Contracts;

/// <summary>The wire format of every event, byte for byte. To change a file is to change a contract with services we do not know.</summary>
public sealed class GoldenFileTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Types => [.. Samples.All.Select(sample => sample.Type.Name)];

    public static TheoryData<string> Forms => [.. Samples.Forms.Keys];

    [Theory]
    [MemberData(nameof(Types))]
    public void An_event_is_written_as_its_golden_file_says(string type) =>
        Assert.Equal(Encoding.UTF8.GetString(Golden(type)), Encoding.UTF8.GetString(EventJson.Serialize(Sample(type))));

    [Theory]
    [MemberData(nameof(Types))]
    public void An_event_is_read_as_it_was_written(string type) => Assert.Equal(Sample(type), EventJson.Deserialize(Golden(type)));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Another_form_of_an_event_is_written_and_read_as_its_golden_file_says(string form)
    {
        Assert.Equal(Encoding.UTF8.GetString(Golden($"Forms/{form}")), Encoding.UTF8.GetString(EventJson.Serialize(Samples.Forms[form])));
        Assert.Equal(Samples.Forms[form], EventJson.Deserialize(Golden($"Forms/{form}")));
    }

    [Fact]
    public void Every_golden_file_of_another_form_is_one_that_is_written() => Assert.Equal(
        Samples.Forms.Keys.Order(), Directory.GetFiles(Path.Combine(Folder, "Forms"), "*.json").Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void Every_event_has_a_golden_file_and_every_golden_file_an_event()
    {
        var classes = typeof(Event).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Event)) && !type.IsAbstract).ToArray();
        var files = Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(14, classes.Length);
        Assert.Equal(classes.Select(type => type.Name).Order(), Samples.All.Select(sample => sample.GetType().Name).Order());
        Assert.Equal(EventJson.Types.Select(type => type.Name).Order(), files.Order());
        Assert.Equal(EventJson.Types.Select(type => type.Name).Order(), Types.Select(row => row.Data).Order());
    }

    [Fact]
    public void The_example_of_the_design_is_what_we_write()
    {
        const string Example = """{"type":"order.created","id":"...","orderId":"...","userId":"...","ticketId":"...","quantity":1"""
            + ""","price":299,"currency":"USD","status":"created","expiresAt":"2025-02-13T12:00:00Z","version":1}""";

        var read = EventJson.Deserialize(Encoding.UTF8.GetBytes(Example));

        Assert.Equal(Example, Encoding.UTF8.GetString(EventJson.Serialize(Assert.IsType<OrderCreated>(read))));
    }

    private static byte[] Golden(string type) => File.ReadAllBytes(Path.Combine(Folder, $"{type}.json"));

    private static IEvent Sample(string type) => Samples.All.Single(sample => sample.Type.Name == type);
}
