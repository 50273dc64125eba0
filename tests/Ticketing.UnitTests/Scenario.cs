using System.Text;
using Ticketing.Contracts;
using Ticketing.Messaging;

namespace Ticketing.UnitTests;

/// <summary>
/// Given a document, when something is decided on it, then these events tell of it; what it is then goes into <see cref="With"/>.
/// </summary>
internal sealed record Scenario<T>(T? State, T? Before, IReadOnlyList<IEvent> Events, Refusal? Refusal, string? Warning = null)
    where T : class
{
    /// <summary>Decides on the state so far. <c>Then</c> is about the last decision only.</summary>
    public Scenario<T> When(Func<T?, Decision<T>> decide)
    {
        var decision = decide(State);
        return new(decision.State ?? State, State, decision.Events ?? [], decision.Refusal, decision.Warning);
    }

    /// <summary>Exactly these events tell of the decision, in this order.</summary>
    public Scenario<T> Then(params IEvent[] events)
    {
        Assert.Null(Refusal);
        Assert.Equal(events.Select(OnTheWire), Events.Select(OnTheWire));
        return this;
    }

    /// <summary>What the document is now.</summary>
    public Scenario<T> With(Action<T> check)
    {
        check(Assert.IsType<T>(State));
        return this;
    }

    /// <summary>The document is as it was before.</summary>
    public Scenario<T> Unchanged()
    {
        Assert.Same(Before, State);
        return this;
    }

    /// <summary>An operator is warned.</summary>
    public Scenario<T> Warns()
    {
        Assert.False(string.IsNullOrWhiteSpace(Warning));
        return this;
    }

    private static string OnTheWire(IEvent @event) => Encoding.UTF8.GetString(EventJson.Serialize(@event));

    /// <summary>Nothing changes, and nobody hears of it.</summary>
    public Scenario<T> ThenNothing() => Then().Unchanged();

    /// <summary>The command is refused: nothing changes.</summary>
    public Scenario<T> ThenRefused(RefusalKind kind)
    {
        Assert.Equal(kind, Refusal?.Kind);
        Assert.False(string.IsNullOrWhiteSpace(Refusal?.Detail));
        Assert.Empty(Events);
        return Unchanged();
    }
}

/// <summary>Where scenarios begin.</summary>
internal static class Scenario
{
    /// <summary>There is this document.</summary>
    public static Scenario<T> Given<T>(T? state)
        where T : class => new(state, null, [], null);

    /// <summary>There is no such document.</summary>
    public static Scenario<T> GivenNo<T>()
        where T : class => new(null, null, [], null);
}
