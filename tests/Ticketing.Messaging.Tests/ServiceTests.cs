using System.Text.Json.Serialization;
using Microsoft.Extensions.Hosting;
using Ticketing.Documents;

namespace Ticketing.Messaging.Tests;

/// <summary>A service is a value. What does not fit together is found when it is added to a host.</summary>
public sealed class ServiceTests
{
    private static readonly Service Whole = new Service("whole")
        .Publishes("a").Documents(Ledger.Type).On<Noted, Ledger>(e => e.Id, Ledger.Take).WhenDue<Timed>("due", timed => new(timed)).Documents(Timed.Type);

    [Fact]
    public void Its_groups_follow_from_the_topics_of_its_events() => Assert.Equal(
        [("testing-in", "in"), ("testing-new", "new")],
        new Service("testing").Documents(Ledger.Type)
            .On<Noted, Ledger>(e => e.Id, Ledger.Take)
            .On<Renewed, Ledger>(e => e.Id, (_, _) => Decision<Ledger>.Nothing)
            .On<Pressed, Ledger>(e => e.Id, (_, _) => Decision<Ledger>.Nothing)
            .Groups);

    [Fact]
    public void What_is_said_twice_is_both_and_changes_nothing_that_was_said_before()
    {
        var one = new Service("testing").Publishes("a", "b").ReadBy("x");
        var two = one.Publishes("b", "c").ReadBy("y", "x");
        Assert.Equal(["a", "b"], one.PublishedTopics);
        Assert.Equal(["x"], one.Readers);
        Assert.Equal(["a", "b", "c"], two.PublishedTopics);
        Assert.Equal(["x", "y"], two.Readers);
    }

    [Fact]
    public void The_order_of_its_parts_does_not_matter() => Add(Whole);

    public static TheoryData<string, string> Broken => new()
    {
        { "no name", "A service must have a name." },
        { "unknown document", "broken does not keep Ledger documents. It handles 'test.noted' on them, so add .Documents(…) with their type." },
        { "same documents", "broken names its 'ledgers' documents twice. Remove one .Documents(…)." },
        { "same state", "broken keeps two types of documents with the state Ledger. Give each a state of its own." },
        { "same due", "broken has two kinds of work due on its Timed documents by 'due'. Remove one .WhenDue(…)." },
        { "same event", "broken routes 'test.noted' twice. An event changes documents of one type: remove one .On<…>(…)." },
        { "same broadcast", "broken takes 'test.noted' on every instance twice. Remove one .OnEveryInstance<…>(…)." },
        { "same sink", "broken reads in in the group broken-all twice. Remove one .Appends<…>(…)." },
        { "unknown due", "broken does not keep Timed documents. It has work due on them, so add .Documents(…) with their type." },
        { "unknown index", "broken has work due by 'later', which is no index of its Timed documents." },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_does_not_fit_is_told_with_what_to_change(string what, string message)
    {
        var service = new Service("broken");
        service = what switch
        {
            "no name" => new Service(""),
            "unknown document" => service.On<Noted, Ledger>(e => e.Id, Ledger.Take),
            "same documents" => service.Documents(Ledger.Type).Documents(Ledger.Type),
            "same sink" => service.Appends<TimeProvider>("all", [new("in"), new("in")], (_, _, _) => Task.CompletedTask),
            "same state" => service.Documents(Ledger.Type).Documents(new DocumentType<Ledger>("others", Ledger.Type.Json)),
            "same due" => service.Documents(Timed.Type).WhenDue<Timed>("due", timed => new(timed)).WhenDue<Timed>("due", timed => new(timed)),
            "same broadcast" => service.OnEveryInstance<Noted, TimeProvider>((_, _, _) => { }).OnEveryInstance<Noted, TimeProvider>((_, _, _) => { }),
            "same event" => service.Documents(Ledger.Type).On<Noted, Ledger>(e => e.Id, Ledger.Take).On<Noted, Ledger>(e => e.Id, Ledger.Note),
            "unknown due" => service.WhenDue<Timed>("due", timed => new(timed)),
            _ => service.Documents(Timed.Type).WhenDue<Timed>("later", timed => new(timed)),
        };
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => Add(service)).Message);
    }

    [Fact]
    public void What_is_derived_from_events_goes_to_one_topic() => Assert.Equal(
        "broken publishes to 'derived' what is derived from its events. Remove one .AlsoPublishes(…).",
        Assert.Throws<InvalidOperationException>(
            () => new Service("broken").AlsoPublishes("derived", "testing.derived", _ => null).AlsoPublishes("others", "testing.derived", _ => null)).Message);

    private static void Add(Service service)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["ConnectionStrings:kafka"] = "127.0.0.1:9092";
        builder.AddMessaging(service);
    }
}

/// <summary>A document that falls due.</summary>
internal sealed record Timed(string At)
{
    public static DocumentType<Timed> Type { get; } = new("timed", TimedJson.Default.Timed, new DocumentIndex<Timed>("due", timed => timed.At));
}

[JsonSerializable(typeof(Timed))]
internal sealed partial class TimedJson : JsonSerializerContext;
