namespace Ticketing.Tools.Stripe;

/// <summary>
/// What goes wrong on purpose. A number below 1 is the share of the calls that it happens to, one from 1 is how many of the next calls it happens to,
/// and <c>Infinity</c> is all of them.
/// </summary>
public sealed class Faults
{
    private readonly Lock _lock = new();
    private Random _random = new();

    /// <summary>Makes the random choices the same each time, as far as the calls come in the same order.</summary>
    public int? Seed
    {
        get;
        set
        {
            lock (_lock)
                (field, _random) = (value, value is { } seed ? new(seed) : new());
        }
    }

    /// <summary>How long the answer to a call that changes something takes, after the change.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Calls that change something and get no answer: the connection is aborted after the change.</summary>
    public double LostAnswers { get; set; }

    /// <summary>Calls that are answered 429 and do nothing.</summary>
    public double TooManyRequests { get; set; }

    /// <summary>Calls that are answered 500, at random before or after they did something.</summary>
    public double ServerErrors { get; set; }

    /// <summary>Calls that are answered with a page of HTML, at random 200 or 502, and at random before or after they did something.</summary>
    public double Garbage { get; set; }

    /// <summary>What goes wrong with webhooks.</summary>
    public WebhookFaults Webhooks { get; } = new();

    /// <summary>Takes over the settings that are given.</summary>
    /// <exception cref="InvalidOperationException">There is no such setting, or it cannot be read.</exception>
    internal void Set(IConfiguration settings) => settings.Bind(this, options => options.ErrorOnUnknownConfiguration = true);

    internal bool LosesAnswer() => Strikes(() => LostAnswers, left => LostAnswers = left);

    internal bool DropsWebhook() => Strikes(() => Webhooks.Dropped, left => Webhooks.Dropped = left);

    /// <summary>How late a webhook is.</summary>
    internal TimeSpan WebhookDelay()
    {
        lock (_lock)
            return Webhooks.Delay * _random.NextDouble();
    }

    /// <summary>What a call is answered instead; null for what it should be.</summary>
    internal BrokenAnswer? Break()
    {
        if (Strikes(() => TooManyRequests, left => TooManyRequests = left))
            return new(429, Error("invalid_request_error", "rate_limit", "Too many requests. This is a fault on purpose."), IsBefore: true);
        if (Strikes(() => ServerErrors, left => ServerErrors = left))
            return new(500, Error("api_error", null, "An unknown error occurred. This is a fault on purpose."), IsBefore: IsHeads());
        if (Strikes(() => Garbage, left => Garbage = left))
            return new(IsHeads() ? 200 : 502, "<html><body><h1>Bad Gateway</h1></body></html>", IsBefore: IsHeads());
        return null;

        static string Error(string type, string? code, string message) =>
            Answer.Of(0, new ApiError(type) { Code = code, Message = message }).Body.GetRawText();
    }

    private bool Strikes(Func<double> setting, Action<double> keep)
    {
        lock (_lock)
        {
            if (setting() is not >= 1 and var share)
                return share > 0 && _random.NextDouble() < share;
            keep(setting() - 1);
            return true;
        }
    }

    private bool IsHeads()
    {
        lock (_lock)
            return _random.Next(2) == 0;
    }
}

/// <summary>What goes wrong on purpose with webhooks.</summary>
public sealed class WebhookFaults
{
    /// <summary>Events that are never delivered.</summary>
    public double Dropped { get; set; }

    /// <summary>How often each event is delivered.</summary>
    public int Copies { get; set; } = 1;

    /// <summary>Each delivery is late by a random time up to this, so events overtake each other.</summary>
    public TimeSpan Delay { get; set; }
}

/// <summary>An answer that is a fault.</summary>
/// <param name="Status">HTTP's status.</param>
/// <param name="Body">JSON or HTML.</param>
/// <param name="IsBefore">Whether the call does nothing.</param>
internal sealed record BrokenAnswer(int Status, string Body, bool IsBefore)
{
    public string ContentType => Body[0] == '<' ? "text/html" : "application/json";
}
