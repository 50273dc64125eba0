using FsCheck;
using FsCheck.Fluent;
using Ticketing.Documents;
using Ticketing.Payments;
using Ticketing.Payments.Webhooks;
using static Ticketing.UnitTests.Scenario;

namespace Ticketing.UnitTests.Payments.Webhooks;

/// <summary>An event of the provider is handled until it is, and not after that.</summary>
public sealed class ProviderEventTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);
    private static readonly StripeEvent Received = new("evt_1", "refund.failed", Some.Noon.AddMinutes(-1), IsLive: false, "pi_1", "o");
    private static readonly DocumentIndex<ProviderEvent> Due = ProviderEvent.Documents.Indexes.Single();

    private static readonly Gen<Step> AnyStep =
        from kind in Gen.Frequency(
            (2, Gen.Constant(Kind.Arrive)), (3, Gen.Constant(Kind.Pass)), (3, Gen.Constant(Kind.Look)), (4, Gen.Constant(Kind.Answer)), (1, Gen.Constant(Kind.Crash)))
        from which in Gen.Choose(0, 9)
        from hasTime in Gen.Elements(true, false)
        from seconds in Gen.Elements(1, 5, 20, 60, 900, 3600, 86_400)
        from result in Gen.Frequency(
            (3, Gen.Constant((InquiryResult?)null)), (3, Gen.Constant<InquiryResult?>(InquiryResult.NotOurs)),
            (1, Gen.Constant<InquiryResult?>(InquiryResult.NothingNew)), (1, Gen.Constant<InquiryResult?>(InquiryResult.TakenOver)))
        select new Step(kind, which, hasTime, TimeSpan.FromSeconds(seconds), result);

    private enum Kind
    {
        Arrive, Pass, Look, Answer, Crash,
    }

    [Fact]
    public void What_arrives_is_due_at_once_or_when_its_receiver_should_have_done_it()
    {
        Assert.Equal((Some.Noon, 0), (ProviderEvent.Receive(Received, Some.Noon, null).DueAt, ProviderEvent.Receive(Received, Some.Noon, null).Tries));
        var started = ProviderEvent.Receive(Received, Some.Noon, Lease);
        Assert.Equal((Some.Noon + Lease, 1), (started.DueAt, started.Tries));
        Assert.Equal(
            ("evt_1", "refund.failed", Some.Noon.AddMinutes(-1), "pi_1", "o", Some.Noon),
            (started.Id, started.Type, started.Created, started.IntentId, started.OrderId, started.ReceivedAt));
    }

    [Fact]
    public void One_instance_claims_it_until_its_lease_ends() => Given(ProviderEvent.Receive(Received, Some.Noon, null))
        .When(known => ProviderEvent.Claim(known, Some.Noon, Lease)).Then()
        .With(known => Assert.Equal((Some.Noon + Lease, 1), (known.DueAt, known.Tries)))
        .When(known => ProviderEvent.Claim(known, (Some.Noon + Lease).AddTicks(-1), Lease)).ThenNothing()
        .When(known => ProviderEvent.Claim(known, Some.Noon + Lease, Lease)).Then()
        .With(known => Assert.Equal((Some.Noon + (2 * Lease), 2), (known.DueAt, known.Tries)));

    [Theory]
    [InlineData(InquiryResult.TakenOver, ProviderEventOutcome.TakenOver)]
    [InlineData(InquiryResult.NothingNew, ProviderEventOutcome.NothingNew)]
    public void An_answer_is_its_end(InquiryResult answer, ProviderEventOutcome outcome) => Started()
        .When(known => ProviderEvent.Asked(known, 1, answer, Some.Noon.AddSeconds(1))).Then()
        .With(known => Assert.Equal((outcome, Some.Noon.AddSeconds(1), null), (known.Outcome, known.HandledAt, Due.Key(known))))
        .When(known => ProviderEvent.Asked(known, 1, InquiryResult.TakenOver, Some.Noon.AddSeconds(2))).ThenNothing()
        .When(known => ProviderEvent.Claim(known, Some.Noon.AddYears(1), Lease)).ThenNothing();

    [Fact]
    public void Without_an_answer_it_is_tried_again_after_a_pause_that_grows_for_three_days()
    {
        var (known, now, pauses) = (ProviderEvent.Receive(Received, Some.Noon, Lease), Some.Noon, new List<double>());
        while (known.Outcome is null)
        {
            known = ProviderEvent.Asked(known, known.Tries, null, now).State!;
            if (known.DueAt is not { } due)
                break;
            pauses.Add((due - now).TotalSeconds);
            known = ProviderEvent.Claim(known, now = due, Lease).State!;
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 640, 900, 900], pauses.Take(10));
        Assert.All(pauses.Skip(8), pause => Assert.Equal(900, pause));
        Assert.Equal(ProviderEventOutcome.GivenUp, known.Outcome);
        Assert.InRange(now - Some.Noon, TimeSpan.FromDays(3), TimeSpan.FromDays(3) + LongestPause);
    }

    [Fact]
    public void What_is_not_ours_may_become_so_for_an_hour()
    {
        // Nobody could be asked for a day. The hour begins when it is known.
        var (known, now) = (ProviderEvent.Asked(ProviderEvent.Receive(Received, Some.Noon, Lease), 1, null, Some.Noon).State!, Some.Noon.AddDays(1));
        var first = now;
        while (known.Outcome is null)
        {
            known = ProviderEvent.Claim(known, now, Lease).State!;
            known = ProviderEvent.Asked(known, known.Tries, InquiryResult.NotOurs, now).State!;
            now = known.DueAt ?? now;
        }

        Assert.Equal(ProviderEventOutcome.Ignored, known.Outcome);
        Assert.InRange(now - first, TimeSpan.FromHours(1), TimeSpan.FromHours(1) + LongestPause);
    }

    [Fact]
    public void A_late_failure_does_not_disturb_the_try_that_followed_but_a_late_answer_counts()
    {
        var again = Started().When(known => ProviderEvent.Claim(known, Some.Noon + Lease, Lease));

        again.When(known => ProviderEvent.Asked(known, 1, null, Some.Noon + Lease)).ThenNothing();
        again.When(known => ProviderEvent.Asked(known, 1, InquiryResult.NotOurs, Some.Noon + Lease)).ThenNothing();
        again.When(known => ProviderEvent.Asked(known, 1, InquiryResult.NothingNew, Some.Noon + Lease)).Then()
            .With(known => Assert.Equal(ProviderEventOutcome.NothingNew, known.Outcome));
    }

    [Fact]
    public void In_whatever_order_things_happen_it_is_handled_until_it_is_and_never_again() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(AnyStep.ArrayOf().ToArbitrary(), Run));

    private static Scenario<ProviderEvent> Started() => Given(ProviderEvent.Receive(Received, Some.Noon, Lease));

    private static void Run(Step[] steps)
    {
        var now = Some.Noon;
        ProviderEvent? stored = null;
        var running = new List<int>();
        foreach (var step in steps)
        {
            var before = stored;
            switch (step.Kind)
            {
                case Kind.Arrive when stored is null:
                    stored = ProviderEvent.Receive(Received, now, step.HasTime ? Lease : null);
                    if (step.HasTime)
                        running.Add(stored.Tries);
                    break;
                case Kind.Pass:
                    now += step.Time;
                    break;
                case Kind.Look when ProviderEvent.Claim(stored, now, Lease).State is { } claimed:
                    stored = claimed;
                    running.Add(claimed.Tries);
                    break;
                case Kind.Answer when running.Count > 0:
                    var attempt = running[step.Which % running.Count];
                    running.Remove(attempt);
                    stored = ProviderEvent.Asked(stored, attempt, step.Result, now).State ?? stored;
                    // An answer that helps is never for nothing.
                    if (step.Result is InquiryResult.TakenOver or InquiryResult.NothingNew)
                        Assert.NotNull(stored!.Outcome);
                    break;
                case Kind.Crash when running.Count > 0:
                    running.RemoveAt(step.Which % running.Count);
                    break;
            }
            Check(before, stored, now);
        }
        if (stored is not { Outcome: null })
            return;
        // Whatever happened, the next look finds it, and its answer ends it.
        stored = ProviderEvent.Claim(stored, stored.DueAt!.Value, Lease).State!;
        stored = ProviderEvent.Asked(stored, stored.Tries, InquiryResult.TakenOver, now).State!;
        Assert.Equal((ProviderEventOutcome.TakenOver, null), (stored.Outcome, Due.Key(stored)));

        static void Check(ProviderEvent? before, ProviderEvent? after, DateTimeOffset now)
        {
            // Never again.
            if (before is { Outcome: not null })
                Assert.Same(before, after);
            // Never lost.
            if (after is { Outcome: null })
                Assert.InRange(after.DueAt!.Value, DateTimeOffset.MinValue, now + LongestPause);
            else if (after is not null)
                Assert.Equal((null, now), (after.DueAt, before is { Outcome: not null } ? now : after.HandledAt));
            // Each try has a number of its own.
            if (before is not null)
                Assert.InRange(after!.Tries - before.Tries, 0, 1);
        }
    }

    private sealed record Step(Kind Kind, int Which, bool HasTime, TimeSpan Time, InquiryResult? Result);
}
