using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FsCheck;
using FsCheck.Fluent;
using Ticketing.Notifications;

namespace Ticketing.UnitTests.Notifications;

/// <summary>A ring is the newest items of a list, and a change of it is a change of one part.</summary>
public sealed class RingTests
{
    private static readonly Gen<Step[]> Steps = (
        from kind in Gen.Elements("add", "add", "add", "add", "set", "set", "store", "store", "clear")
        from place in Gen.Choose(0, 99)
        from text in Gen.Elements("", "1 × Front row", "\n\r\u0000\\\"", "🎸")
        select new Step(kind, place, text)).ArrayOf();

    [Fact]
    public void Whatever_is_done_to_it_and_however_often_it_is_stored_it_is_the_end_of_a_list() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(200),
        Prop.ForAll(Gen.Choose(1, 12).Zip(Gen.Choose(1, 5)).Zip(Steps).ToArbitrary(), all =>
        {
            var ((max, perSlot), steps) = all;
            var empty = new Ring<Notification>((JsonTypeInfo<Notification>)JsonSerializerOptions.Web.GetTypeInfo(typeof(Notification)), max, perSlot);
            var (ring, list, number) = (empty, new List<Notification>(), 0);
            foreach (var step in steps)
            {
                var (before, after) = (ring, new Notification(++number, NotificationKind.OrderReceived, Some.Noon) { What = step.Text });
                switch (step.Kind)
                {
                    case "add":
                        (ring, list) = (ring.Add(after), [.. list.Append(after).TakeLast(max)]);
                        break;
                    case "set" when list.Count > 0:
                        var index = step.Place * list.Count / 100;
                        (ring, list[index]) = (ring.SetItem(index, after), after);
                        break;
                    case "store":
                        ring = empty.Of(ring.Parts);
                        break;
                    case "clear" when step.Place < 20:
                        (ring, list) = (ring.Clear(), []);
                        Assert.All(ring.Parts, part => Assert.True(part.IsEmpty));
                        break;
                }
                Assert.Equal(list, ring);
                Assert.Equal(list.Count, ring.Count);
                Assert.Equal(list.FindLastIndex(item => item.What == step.Text), ring.FindLastIndex(item => item.What == step.Text));
                Assert.InRange(ring.Parts.Count, before.Parts.Count, (max / perSlot) + 2);
                if (step.Kind is "add" or "set" or "store")
                    Assert.InRange(ring.Parts.Where((part, i) => i >= before.Parts.Count || !part.Equals(before.Parts[i])).Count(), 0, 1);
            }
        }));

    [Fact]
    public void An_inbox_is_stored_in_parts_none_of_which_is_large_and_a_cause_changes_one_of_each_ring()
    {
        var inbox = new Inbox { UserId = Some.Buyer };
        var parts = Inbox.Documents.Parts!;
        for (var i = 0; i < 1000; i++)
        {
            var id = $"019aa5b2-7c1e-7d3a-8f60-{i:D12}";
            var placed = Inbox.OrderChanged(inbox, Some.Created() with { Id = id, OrderId = id }, Some.Noon, TimeSpan.FromSeconds(30)).State!;
            var changed = parts.Changed(new(Some.Buyer, 2, placed, []) { Previous = inbox });
            Assert.InRange(changed.Count(part => !part.Content.IsEmpty), 2, 2);
            Assert.All(changed, part => Assert.InRange(part.Content.Length, 0, 2000));
            inbox = placed;
        }
        var read = parts.With(inbox with { Items = new Inbox { UserId = "" }.Items }, parts.Of(inbox));
        Assert.Equal(inbox.Items, read.Items);
        Assert.Equal(inbox.Orders, read.Orders);
        Assert.Throws<InvalidOperationException>(() => parts.Of(parts.With(inbox, null)));
        Assert.Equal(inbox.Unread, parts.With(inbox, null).Unread);
    }

    [Fact]
    public void What_is_stored_in_another_way_is_not_taken_for_a_ring() =>
        Assert.Throws<FormatException>(() => Inbox.Documents.Parts!.With(new() { UserId = Some.Buyer }, ["8\n{}\n"u8.ToArray(), default, default]));

    private sealed record Step(string Kind, int Place, string Text);
}
