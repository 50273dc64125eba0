using FsCheck;
using FsCheck.Fluent;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What happens, in order. Written out, it is the story of what became of it, up to the law that broke.</summary>
internal sealed class History(Step[] steps)
{
    private static readonly Gen<StepKind> Kind = Gen.Frequency(new (int Often, StepKind Kind)[]
    {
        // Mostly the system at work.
        (40, StepKind.Deliver), (20, StepKind.Publish), (12, StepKind.Work), (6, StepKind.GatewayAnswers), (3, StepKind.GatewayPerforms),
        (6, StepKind.ClaimEffect), (3, StepKind.FireTimer), (2, StepKind.EndOverdue), (3, StepKind.Revoke), (5, StepKind.TimePasses),
        // What sellers do.
        (2, StepKind.ListTicket), (3, StepKind.ChangeTicket), (2, StepKind.PauseTicket), (1, StepKind.CancelTicket), (2, StepKind.RefundOrder),
        // What buyers do.
        (9, StepKind.PlaceOrder), (1, StepKind.PlaceOrderAgain), (9, StepKind.PayOrder), (3, StepKind.CancelOrder), (4, StepKind.GiveBack),
        // What banks do, and sellers about it.
        (2, StepKind.BlockSeats),
        // What goes wrong.
        (3, StepKind.PublishAndCrash), (4, StepKind.Rewind), (3, StepKind.RepeatOldEvent), (2, StepKind.ForgeOrder), (1, StepKind.LoseTopic), (2, StepKind.CallBreaks),
        // What the provider and the bank do.
        (4, StepKind.BuyerConfirms), (4, StepKind.ProviderTells), (1, StepKind.RefundFails), (1, StepKind.ChargeIsDisputed), (2, StepKind.DisputeEnds), (1, StepKind.RefundIsRetried),
    }.Select(kind => (kind.Often, Gen.Constant(kind.Kind))).ToArray());

    private static readonly Gen<Step> Step =
        from kind in Kind from a in Gen.Choose(0, 999) from b in Gen.Choose(0, 999) select new Step(kind, a, b);

    public static Gen<History> Any { get; } =
        from length in Gen.Choose(10, 400) from steps in Step.ArrayOf(length) select new History(steps);

    public static Arbitrary<History> Arbitrary { get; } = Arb.From(Any, history => history.Shorter());

    public World Run(List<string>? told = null)
    {
        var world = new World(told);
        foreach (var step in steps)
            world.Do(step);
        world.ComeToRest();
        world.CheckRest();
        return world;
    }

    public override string ToString()
    {
        var told = new List<string>();
        try
        {
            Run(told);
        }
        catch (Exception e)
        {
            told.Add($"BROKEN: {e.Message}");
        }
        return string.Join('\n', told);
    }

    /// <summary>The same without some of its steps, the largest omissions first, then with smaller numbers.</summary>
    private IEnumerable<History> Shorter()
    {
        for (var size = steps.Length; size > 0; size /= 2)
        {
            for (var start = 0; start < steps.Length; start += size)
                yield return new([.. steps[..start], .. steps[Math.Min(start + size, steps.Length)..]]);
        }
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].A > 0)
                yield return new([.. steps[..i], steps[i] with { A = steps[i].A / 2 }, .. steps[(i + 1)..]]);
            if (steps[i].B > 0)
                yield return new([.. steps[..i], steps[i] with { B = steps[i].B / 2 }, .. steps[(i + 1)..]]);
        }
    }
}
