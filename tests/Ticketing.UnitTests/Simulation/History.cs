using FsCheck;
using FsCheck.Fluent;

namespace Ticketing.UnitTests.Simulation;

/// <summary>What happens, in order. Written out, it is the story of what became of it, up to the law that broke.</summary>
internal sealed class History(Step[] steps)
{
    // Mostly the system at work; what people do; what goes wrong.
    private static readonly Gen<StepKind> Kind = Gen.Frequency(
        (40, Gen.Constant(StepKind.Deliver)), (20, Gen.Constant(StepKind.Publish)), (6, Gen.Constant(StepKind.GatewayAnswers)),
        (3, Gen.Constant(StepKind.GatewayPerforms)), (3, Gen.Constant(StepKind.FireTimer)), (2, Gen.Constant(StepKind.EndOverdue)), (6, Gen.Constant(StepKind.ClaimEffect)),
        (6, Gen.Constant(StepKind.TimePasses)), (2, Gen.Constant(StepKind.ListTicket)), (3, Gen.Constant(StepKind.ChangeTicket)), (3, Gen.Constant(StepKind.PauseTicket)),
        (9, Gen.Constant(StepKind.PlaceOrder)), (1, Gen.Constant(StepKind.PlaceOrderAgain)), (3, Gen.Constant(StepKind.CancelOrder)),
        (9, Gen.Constant(StepKind.PayOrder)), (3, Gen.Constant(StepKind.PublishAndCrash)), (4, Gen.Constant(StepKind.Rewind)),
        (3, Gen.Constant(StepKind.RepeatOldEvent)), (2, Gen.Constant(StepKind.ForgeOrder)), (1, Gen.Constant(StepKind.LoseTopic)), (2, Gen.Constant(StepKind.CallBreaks)));

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
