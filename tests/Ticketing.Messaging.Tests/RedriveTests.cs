using System.Text;
using Confluent.Kafka;

namespace Ticketing.Messaging.Tests;

/// <summary>What operators do with dead letters.</summary>
public abstract class RedriveTests(Brokers brokers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dead_letter_is_listed_sent_back_as_it_was_and_not_listed_any_more()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var isMended = false;
        var service = await scenario.StartAsync(
            (ledger, e) => isMended ? Ledger.Take(ledger, e) : throw new InvalidOperationException("not yet"),
            ("Messaging:MaxAttempts", "1"));
        var (letters, id) = (service.Get<DeadLetterLog>(), scenario.Ids(1)[0]);
        var sent = await scenario.Wire.SendAsync(
            scenario.Topic, id, Wire.Event(id, 1), new Headers { { "traceparent", "tp"u8.ToArray() } });
        await scenario.IdleAsync();

        var dead = Assert.Single(await ListAsync(letters));
        Assert.Equal((scenario.Topic, scenario.Group, id), (dead.Topic, dead.Group, dead.Key));
        Assert.Equal((sent.Partition.Value, sent.Offset.Value), (dead.Partition, dead.Offset));
        Assert.Equal((1, 0, "InvalidOperationException: not yet"), (dead.Attempts, dead.Redrives, dead.Error));
        Assert.Equal((Wire.Event(id, 1).Length, false), (dead.ValueBytes, dead.ValueTruncated));
        Assert.Equal("tp", Assert.Single(dead.Headers).Value);
        foreach (var unknown in (string[])["another", $"{dead.Id}0", $"{scenario.DeadTopic}-7-0", $"{scenario.Topic}-0-0"])
        {
            Assert.Equal(RefusalKind.NotFound, (await letters.RedriveAsync(unknown, "ann", Cancellation)).Refusal!.Kind);
            Assert.Null(await letters.FindAsync(unknown, Cancellation));
        }

        isMended = true;
        var redriven = (await letters.RedriveAsync(dead.Id, "ann", Cancellation)).Letter!;
        Assert.Equal((1, "ann"), (redriven.Redrives, redriven.RedrivenBy));
        await scenario.IdleAsync();

        await scenario.AssertTakenAsync([id], 1);
        Assert.Empty(await ListAsync(letters));
        var refusal = (await letters.RedriveAsync(dead.Id, "bob", Cancellation)).Refusal!;
        Assert.Equal(RefusalKind.Conflict, refusal.Kind);
        Assert.StartsWith("It was sent back by ann, ", refusal.Detail, StringComparison.Ordinal);
        var found = (await letters.FindAsync(dead.Id, Cancellation))!;
        Assert.Equal((1, "ann", true), (found.Redrives, found.RedrivenBy, found.RedrivenAt > found.Time));
        Assert.Equal(1, service.Logs.Count($"Dead letter {dead.Id} is sent back to {scenario.Topic} by user ann"));
        var again = scenario.Wire.Read(scenario.Topic)[^1];
        Assert.Equal([("traceparent", "tp"), ("redrive_count", "1"), ("redriven_by", "ann")], again.Headers);
        Assert.Equal((id, Encoding.UTF8.GetString(Wire.Event(id, 1))), (again.Key, again.Text));
        Assert.Equal("ann", scenario.Wire.Read(scenario.DeadTopic)[^1]["dead_by"]);
    }

    [Fact]
    public async Task One_that_is_discarded_is_not_listed_and_cannot_be_sent_back()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var service = await scenario.StartAsync((_, _) => throw new InvalidOperationException("never"), ("Messaging:MaxAttempts", "1"));
        var (letters, ids) = (service.Get<DeadLetterLog>(), scenario.Ids(2));
        foreach (var id in ids)
            await scenario.Wire.SendAsync(scenario.Topic, (id, Wire.Event(id, 1)));
        await scenario.IdleAsync();
        var dead = (await ListAsync(letters)).Single(letter => letter.Key == ids[0]);
        Assert.Equal(RefusalKind.NotFound, (await letters.DiscardAsync($"{dead.Id}0", "ann", Cancellation)).Refusal!.Kind);

        var discarded = (await letters.DiscardAsync(dead.Id, "ann", Cancellation)).Letter!;
        Assert.Equal(("ann", 0, null), (discarded.DiscardedBy, discarded.Redrives, discarded.RedrivenBy));

        Assert.Equal(ids[1], Assert.Single(await ListAsync(letters)).Key);
        foreach (var refusal in new[] { (await letters.RedriveAsync(dead.Id, "bob", Cancellation)).Refusal!, (await letters.DiscardAsync(dead.Id, "bob", Cancellation)).Refusal! })
        {
            Assert.Equal(RefusalKind.Conflict, refusal.Kind);
            Assert.StartsWith("It was discarded by ann, ", refusal.Detail, StringComparison.Ordinal);
        }
        var found = (await letters.FindAsync(dead.Id, Cancellation))!;
        Assert.Equal(("ann", true, ids[0]), (found.DiscardedBy, found.DiscardedAt > found.Time, found.Key));
        Assert.Equal(2, scenario.Wire.Read(scenario.Topic).Count);
        Assert.Equal(1, service.Logs.Count($"Dead letter {dead.Id} is discarded by user ann"));

        // One that comes back after it was sent back is another one.
        var other = Assert.Single(await ListAsync(letters));
        await letters.RedriveAsync(other.Id, "ann", Cancellation);
        Assert.StartsWith("It was sent back by ann, ", (await letters.DiscardAsync(other.Id, "bob", Cancellation)).Refusal!.Detail, StringComparison.Ordinal);
        await scenario.IdleAsync();
        Assert.Equal(1, Assert.Single(await ListAsync(letters)).Redrives);
    }

    [Fact]
    public async Task Of_those_who_discard_it_and_those_who_send_it_back_at_once_one_does()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var service = await scenario.StartAsync((_, _) => throw new InvalidOperationException("never"), ("Messaging:MaxAttempts", "1"));
        var (letters, id) = (service.Get<DeadLetterLog>(), scenario.Ids(1)[0]);
        await scenario.Wire.SendAsync(scenario.Topic, (id, Wire.Event(id, 1)));
        await scenario.IdleAsync();
        var dead = Assert.Single(await ListAsync(letters));

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            i % 2 == 0 ? letters.DiscardAsync(dead.Id, $"u{i}", Cancellation) : letters.RedriveAsync(dead.Id, $"u{i}", Cancellation)));

        var done = Assert.Single(answers, answer => answer.Refusal is null).Letter!;
        Assert.All(answers.Where(answer => answer.Refusal is not null), answer => Assert.Equal(RefusalKind.Conflict, answer.Refusal!.Kind));
        await scenario.IdleAsync();
        Assert.Equal(done.DiscardedBy is null ? 2 : 1, scenario.Wire.Read(scenario.Topic).Count);
        Assert.Equal(done.DiscardedBy is null ? 1 : 0, (await ListAsync(letters)).Count);
    }

    [Fact]
    public async Task What_a_producer_calls_its_headers_hides_nothing_and_comes_back_unchanged_however_often()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var service = await scenario.StartAsync();
        var (letters, id) = (service.Get<DeadLetterLog>(), scenario.Ids(1)[0]);
        await scenario.Wire.SendAsync(scenario.Topic, (id, "first"u8.ToArray()));
        await scenario.IdleAsync();
        var first = Assert.Single(await ListAsync(letters)).Id;
        (string Name, string? Value)[][] foreign =
        [
            [("dead_topic", "elsewhere"), ("dead_error", "none"), ("odd", null), ("odd", "second"), ("redrive_count", "7"), ("redriven_by", "me")],
            [("dead_by", "me"), ("dead_redriven", first)],
            [("dead_by", "me"), ("dead_claimed", first)],
        ];
        foreach (var headers in foreign)
            await scenario.Wire.SendAsync(scenario.Topic, id, "foreign"u8.ToArray(), Headers(headers));
        await scenario.IdleAsync();

        for (var redrives = 0; redrives < 3; redrives++)
        {
            var listed = await ListAsync(letters);
            Assert.Equal(["first", "foreign", "foreign", "foreign"], listed.Select(letter => letter.Value));
            Assert.All(listed, letter => Assert.Equal((scenario.Topic, redrives), (letter.Topic, letter.Redrives)));
            Assert.Equal(redrives == 0 ? null : $"user{redrives - 1}", listed[0].RedrivenBy);
            Assert.Equal(
                foreign.Select(headers => headers.GroupBy(header => header.Name).ToDictionary(same => same.Key, same => same.Last().Value ?? "")),
                listed.Skip(1).Select(letter => letter.Headers));
            foreach (var letter in listed)
            {
                Assert.Null((await letters.RedriveAsync(letter.Id, $"user{redrives}", Cancellation)).Refusal);
                await scenario.IdleAsync();
            }
            var sent = scenario.Wire.Read(scenario.Topic)[^3..];
            for (var i = 0; i < 3; i++)
                Assert.Equal([.. foreign[i], ("redrive_count", $"{redrives + 1}"), ("redriven_by", $"user{redrives}")], sent[i].Headers);
        }
    }

    [Fact]
    public async Task What_was_sent_back_to_the_same_place_before_the_topic_was_lost_is_another_record()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var letters = (await scenario.StartAsync()).Get<DeadLetterLog>();
        var sent = await scenario.Wire.SendAsync(
            scenario.Topic, scenario.Ids(1)[0], "poison"u8.ToArray(), Headers(("its", "own"), ("redriven_by", "me")));
        await scenario.IdleAsync();
        await scenario.Wire.SendAsync(scenario.DeadTopic, null, null, Headers(
            ("dead_by", "ann"), ("redrive_count", "1"), ("dead_sent_to", $"{sent.Partition.Value}-{sent.Offset.Value}"), ("dead_redriven", "old")));

        var dead = Assert.Single(await ListAsync(letters));
        Assert.Equal((0, null, 2), (dead.Redrives, dead.RedrivenBy, dead.Headers.Count));
    }

    [Fact]
    public async Task The_list_comes_in_pages_with_the_beginnings_of_values_and_one_comes_whole()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var service = await scenario.StartAsync();
        var (letters, id) = (service.Get<DeadLetterLog>(), scenario.Ids(1)[0]);
        // Of two bytes each: one of them is where the beginning would end.
        var text = "x" + new string('é', 5000);
        await scenario.Wire.SendAsync(scenario.Topic, Enumerable.Range(0, 7).Select(i => (id, (byte[]?)Encoding.UTF8.GetBytes($"{i}{text}"))));
        await scenario.IdleAsync();
        var all = await ListAsync(letters);
        Assert.Equal("0123456", string.Concat(all.Select(letter => letter.Value![0])));
        Assert.All(all, letter => Assert.Equal((1001, 10_002, true), (letter.Value!.Length, letter.ValueBytes, letter.ValueTruncated)));
        Assert.All(all, letter => Assert.DoesNotContain('\uFFFD', letter.Value!));
        var whole = (await letters.FindAsync(all[1].Id, Cancellation))!;
        Assert.Equal(("1" + text, false), (whole.Value, whole.ValueTruncated));
        foreach (var i in (int[])[1, 2, 3])
            Assert.Equal($"{i}{text}", (await letters.RedriveAsync(all[i].Id, "ann", Cancellation)).Letter!.Value);
        await scenario.IdleAsync();

        var pages = new List<string>();
        string? after = null;
        do
        {
            var page = await letters.ListAsync(2, after, Cancellation);
            pages.Add(string.Concat(page.Letters.Select(letter => letter.Value![0])));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(["04", "56", "12", "3"], pages);
        Assert.Empty((await letters.ListAsync(2, $"{scenario.DeadTopic}-0-1000000", Cancellation)).Letters);
    }

    [Fact]
    public async Task Asked_many_times_at_once_on_two_instances_it_is_sent_once()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var first = await scenario.StartAsync();
        var id = scenario.Ids(1)[0];
        await scenario.Wire.SendAsync(scenario.Topic, (id, "poison"u8.ToArray()));
        await scenario.IdleAsync();
        var dead = Assert.Single(await ListAsync(first.Get<DeadLetterLog>()));
        TestService[] services = [first, await scenario.StartAsync()];

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => services[i % 2].Get<DeadLetterLog>().RedriveAsync(dead.Id, $"user{i}", Cancellation)));
        await scenario.IdleAsync();

        var sent = Assert.Single(answers, answer => answer.Refusal is null).Letter!;
        Assert.All(answers.Where(answer => answer.Letter is null), answer => Assert.Contains($" by {sent.RedrivenBy}, ", answer.Refusal!.Detail, StringComparison.Ordinal));
        Assert.Equal([null, sent.RedrivenBy], scenario.Wire.Read(scenario.Topic).Select(record => record["redriven_by"]));
        // What is read while partitions move may be given up twice.
        var back = Assert.Single((await ListAsync(services[1].Get<DeadLetterLog>())).DistinctBy(letter => (letter.Partition, letter.Offset)));
        Assert.Equal((1, sent.RedrivenBy), (back.Redrives, back.RedrivenBy));
    }

    [Fact]
    public async Task What_an_instance_claimed_that_died_is_sent_by_another_after_a_while()
    {
        await using var scenario = await Scenario.OpenAsync(brokers);
        var letters = (await scenario.StartAsync()).Get<DeadLetterLog>();
        var ids = scenario.Ids(2);
        await scenario.Wire.SendAsync(scenario.Topic, ids.Select(id => (id, (byte[]?)"poison"u8.ToArray())));
        await scenario.IdleAsync();
        var dead = await ListAsync(letters);
        await ClaimAsync(dead[0], TimeSpan.FromMinutes(2));
        await ClaimAsync(dead[1], TimeSpan.Zero);

        var refusal = (await letters.RedriveAsync(dead[1].Id, "ann", Cancellation)).Refusal!;
        Assert.StartsWith("It is being sent back by the late bob, ", refusal.Detail, StringComparison.Ordinal);
        Assert.Equal("ann", (await letters.RedriveAsync(dead[0].Id, "ann", Cancellation)).Letter!.RedrivenBy);
        await scenario.IdleAsync();

        Assert.Equal(dead[1].Id, (await ListAsync(letters))[0].Id);
        Assert.Equal([dead[0].Key], scenario.Wire.Read(scenario.Topic).FindAll(record => record["redriven_by"] is not null).Select(record => record.Key));

        Task ClaimAsync(DeadLetter letter, TimeSpan age) => scenario.Wire.SendAsync(
            scenario.DeadTopic, null, null, Headers(("dead_by", "the late bob"), ("dead_claimed", letter.Id)), DateTimeOffset.UtcNow - age);
    }

    private static async Task<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterLog letters)
    {
        var page = await letters.ListAsync(100, null, Cancellation);
        Assert.Null(page.Next);
        return page.Letters;
    }

    private static Headers Headers(params (string Name, string? Value)[] headers)
    {
        var all = new Headers();
        foreach (var (name, value) in headers)
            all.Add(name, value is null ? null : Encoding.UTF8.GetBytes(value));
        return all;
    }
}

[Collection(On.EmbeddedBroker)]
public sealed class RedriveOnEmbeddedBroker(EmbeddedBrokers brokers) : RedriveTests(brokers);

[Collection(On.RealKafka)]
public sealed class RedriveOnRealKafka(RealBroker broker) : RedriveTests(broker);
