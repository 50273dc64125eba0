namespace Ticketing.Faults.Tests.Running;

/// <summary>What can go wrong.</summary>
internal enum FaultKind
{
    Kill,
    DieBeforePublishing,
    DieBeforeMarking,
    DieBeforeCommitting,
    DieBeforeRecording,
    DieBeforeTakingOver,
    DieBeforeHandling,

    /// <summary>Notifications dies with a mail that it has claimed and not sent.</summary>
    DieBeforeMailing,

    /// <summary>Notifications dies with a mail that it has sent and not recorded as sent.</summary>
    DieAfterMailing,
    Freeze,
    StopBroker,
    StopStore,
    JoinAndLeave,
    Poison,
    Replay,

    /// <summary>Stripe answers later than anyone waits, after the money has moved.</summary>
    SlowGateway,

    /// <summary>Stripe's answers are lost after the money has moved.</summary>
    LoseAnswers,

    /// <summary>Stripe answers 429.</summary>
    TooManyRequests,

    /// <summary>Stripe answers 500, before or after the money has moved.</summary>
    ServerErrors,

    /// <summary>Stripe answers with HTML, before or after the money has moved.</summary>
    Garbage,

    /// <summary>No webhook comes.</summary>
    DropWebhooks,

    /// <summary>Each webhook comes three times.</summary>
    TripleWebhooks,

    /// <summary>Webhooks come late, and overtake each other.</summary>
    DelayWebhooks,

    /// <summary><c>kill -9</c> of Stripe, and a new start on its books.</summary>
    KillStripe,

    /// <summary>Stripe accepts connections and answers nothing.</summary>
    FreezeStripe,

    /// <summary>A topic is deleted; only on a real broker.</summary>
    LoseTopic,

    /// <summary>A topic's records are deleted while nobody reads them, and an operator lets its publisher tell all again; only on a real broker.</summary>
    LoseRecords,

    /// <summary>SIGTERM of every service at once, and a new start; only for a script that is made for it.</summary>
    StopEverything,

    /// <summary><c>kill -9</c> of every service at once, and a new start; only for a script that is made for it.</summary>
    KillEverything,

    /// <summary>The broker and every service are killed at once, and the next broker has nothing; only on the embedded one.</summary>
    LoseBroker,
}

/// <summary>Something that goes wrong.</summary>
/// <param name="At">When, from the start of the load.</param>
/// <param name="Kind">What.</param>
/// <param name="Choice">Whom it concerns, and how: any number, read by what carries it out.</param>
internal sealed record Fault(TimeSpan At, FaultKind Kind, int Choice)
{
    /// <summary>How long it lasts, if it is one of Stripe's.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromSeconds(5);

    public override string ToString() => $"{At.TotalSeconds,5:0.0} s {Kind} {Choice}";
}

/// <summary>A run's faults, one every one or two seconds: the same for the same seed. Runs of a minute or more lose logs, too.</summary>
internal static class FaultScript
{
    // Drawn until it is empty, then filled again: so every kind has its turn in a short run, too.
    private static readonly FaultKind[] Bag =
    [
        FaultKind.Kill, FaultKind.Kill, FaultKind.DieBeforePublishing, FaultKind.DieBeforeMarking, FaultKind.DieBeforeCommitting,
        FaultKind.DieBeforeRecording, FaultKind.DieBeforeTakingOver, FaultKind.DieBeforeHandling, FaultKind.DieBeforeMailing, FaultKind.DieAfterMailing,
        FaultKind.Freeze, FaultKind.StopBroker, FaultKind.StopStore, FaultKind.JoinAndLeave,
        FaultKind.Poison, FaultKind.Poison, FaultKind.Replay, FaultKind.Replay, FaultKind.SlowGateway, FaultKind.LoseAnswers,
        FaultKind.TooManyRequests, FaultKind.ServerErrors, FaultKind.Garbage, FaultKind.DropWebhooks, FaultKind.TripleWebhooks, FaultKind.DelayWebhooks,
        FaultKind.KillStripe, FaultKind.FreezeStripe, FaultKind.LoseTopic, FaultKind.LoseRecords,
    ];

    private static readonly FaultKind[] OnRealBrokers = [FaultKind.StopBroker, FaultKind.LoseTopic, FaultKind.LoseRecords];

    // Between two steps of its own, one in each third. Without webhooks there is nothing to handle, so that comes second.
    private static readonly FaultKind[] PaymentsDie = [FaultKind.DieBeforeRecording, FaultKind.DieBeforeHandling, FaultKind.DieBeforeTakingOver];

    // What a lost log takes to be noticed and told again, several times in a run.
    private static readonly TimeSpan LongEnoughToLoseLogs = TimeSpan.FromMinutes(1);

    // Webhooks that come up to a minute late come while something happens.
    private static readonly TimeSpan LongEnoughToBeLate = TimeSpan.FromMinutes(1);

    public static IReadOnlyList<Fault> Of(int seed, TimeSpan duration)
    {
        var (random, faults, bag) = (new Random(seed), new List<Fault>(), new Queue<FaultKind>());
        for (var at = TimeSpan.FromSeconds(1); at < duration; at += TimeSpan.FromSeconds(1 + random.NextDouble()))
        {
            if (bag.Count == 0)
            {
                var shuffled = Bag.ToArray();
                random.Shuffle(shuffled);
                bag = new(shuffled);
            }
            faults.Add(new(at, bag.Dequeue(), random.Next(1000)));
        }
        return duration >= LongEnoughToLoseLogs ? faults : faults.FindAll(fault => fault.Kind is not (FaultKind.LoseTopic or FaultKind.LoseRecords));
    }

    /// <summary>The same for the embedded broker, which is lost again and again.</summary>
    /// <param name="seed">Makes it.</param>
    /// <param name="duration">Of the load.</param>
    /// <param name="every">How often the broker is lost.</param>
    public static IReadOnlyList<Fault> OfEmbedded(int seed, TimeSpan duration, TimeSpan every)
    {
        var losses = Enumerable.Range(1, (int)(duration / every)).Select(i => new Fault(i * every, FaultKind.LoseBroker, 0));
        return [.. Of(seed, duration).Where(fault => !OnRealBrokers.Contains(fault.Kind)).Concat(losses).OrderBy(fault => fault.At)];
    }

    /// <summary>
    /// Only what has to do with money goes wrong: first no webhook comes, then each comes three times, late and out of order, then Stripe's API has every
    /// trouble. Meanwhile Payments dies between two steps.
    /// </summary>
    public static IReadOnlyList<Fault> OfMoney(int seed, TimeSpan duration)
    {
        var (random, third) = (new Random(seed), duration / 3);
        FaultKind[] troubles = [FaultKind.SlowGateway, FaultKind.LoseAnswers, FaultKind.TooManyRequests, FaultKind.ServerErrors, FaultKind.Garbage, FaultKind.KillStripe, FaultKind.FreezeStripe];
        random.Shuffle(troubles);
        Fault[] script =
        [
            new(TimeSpan.Zero, FaultKind.DropWebhooks, 0) { Lasts = third },
            new(third, FaultKind.TripleWebhooks, 0) { Lasts = third },
            new(third, FaultKind.DelayWebhooks, duration >= LongEnoughToBeLate ? StripeFaults.LatestChoice : 0) { Lasts = third },
            .. PaymentsDie.Select((kind, i) => new Fault(third * (i + 0.3), kind, random.Next(1000))),
            .. troubles.Select((kind, i) => new Fault((2 * third) + (i * third / troubles.Length), kind, random.Next(1000)) { Lasts = third / 3 }),
        ];
        return [.. script.OrderBy(fault => fault.At)];
    }
}
