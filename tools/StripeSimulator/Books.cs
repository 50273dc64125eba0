using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.Tools.Stripe;

/// <summary>
/// The account: what it has, the events that tell of it, and what each idempotency key was answered. It knows no HTTP. What a call changes, tells
/// and is answered is one line of a file, which the operating system has before the answer is out: it survives the end of this process.
/// </summary>
public sealed partial class Books : IDisposable
{
    // Stripe may forget a key after a day.
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly BooksOptions _options;
    private readonly FileStream? _file;
    private readonly Dictionary<string, KeyedAnswer> _answers = [];

    /// <summary>Opens books.</summary>
    /// <param name="path">Their file; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">How the account behaves.</param>
    public Books(string? path, TimeProvider time, BooksOptions? options = null)
    {
        (_time, _options) = (time, options ?? new());
        if (path is null)
            return;
        // Unbuffered: a line is with the operating system when it is written.
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var stored = new byte[_file.Length];
        _file.ReadExactly(stored);
        // A line without its end was never answered.
        var length = stored.AsSpan().LastIndexOf((byte)'\n') + 1;
        _file.SetLength(length);
        _file.Position = length;
        foreach (var line in Encoding.UTF8.GetString(stored, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Enter(JsonSerializer.Deserialize<Entry>(line, Answer.Json)!);
        foreach (var told in Newest<Event>().Where(told => told.PendingWebhooks > 0).Reverse())
            _undelivered.Writer.TryWrite(told.Id);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Answers a call that changes something, or repeats the answer to the first call with its key.</summary>
    /// <param name="path">The call's path.</param>
    /// <param name="parameters">Its form.</param>
    /// <param name="key">Its idempotency key.</param>
    /// <param name="request">Its id.</param>
    /// <param name="site">Where people find the pages of this simulator.</param>
    public Answer Post(string path, IReadOnlyDictionary<string, string> parameters, string? key = null, string? request = null, string site = "")
    {
        var call = $"{path}?{string.Join('&', parameters.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}"))}";
        return Answered(() =>
        {
            if (key is not null && _answers.TryGetValue(key, out var first) && Now < first.Created + (long)KeyLifetime.TotalSeconds)
            {
                return first.Request == call ? first.Answer with { IsReplayed = true } : Answer.Of(400, new("idempotency_error")
                {
                    Message = "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                        + $"Try using a key other than '{key}'.",
                });
            }
            var (answer, changes) = Execute(path, new(parameters) { Site = site });
            Commit(changes, new(request, key), key is null ? null : new(key, call, Now, answer));
            return answer;
        });
    }

    /// <summary>Answers a call that reads.</summary>
    public Answer Get(string path, IReadOnlyDictionary<string, string> parameters) => Answered(() => Read(path, new(parameters)));

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private Answer Answered(Func<Answer> call)
    {
        lock (_lock)
        {
            try
            {
                return call();
            }
            catch (RefusedException refused)
            {
                return refused.Answer;
            }
        }
    }

    private Changed Execute(string path, Parameters parameters) => path.Split('/') switch
    {
        ["", "v1", "payment_intents"] => CreateIntent(parameters),
        ["", "v1", "payment_intents", var id, "confirm"] => ConfirmIntent(id, parameters),
        ["", "v1", "payment_intents", var id, "cancel"] => CancelIntent(id, parameters),
        ["", "v1", "refunds"] => CreateRefund(parameters),
        ["", "v1", "disputes", var id, "close"] => CloseDispute(id, parameters),
        _ => throw new RefusedException(404, ApiError.Unrecognized("POST", path)),
    };

    /// <summary>Writes down and applies what has happened.</summary>
    private void Commit(IReadOnlyList<Change> changes, EventRequest request, KeyedAnswer? keyed = null)
    {
        var events = changes.Where(change => change.Event is not null).Select(change => new Event(NewId("evt"), change.Event!, new(change.Object), request, Now)
        {
            PendingWebhooks = _options.IsDelivered(change.Event!) ? 1 : 0,
        }).ToList();
        Write(new(changes.Where(change => change.Event is null).Select(change => change.Object).ToList(), events) { Keyed = keyed });
        foreach (var told in events.Where(told => told.PendingWebhooks > 0))
            _undelivered.Writer.TryWrite(told.Id);
    }

    private void Write(Entry entry)
    {
        _file?.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, Answer.Json), (byte)'\n']);
        Enter(entry);
    }

    private void Enter(Entry entry)
    {
        foreach (var changed in entry.Changed ?? [])
            Put(changed);
        foreach (var told in entry.Events ?? [])
        {
            Put(told.Data.Object);
            Put(told);
        }
        if (entry.Delivery is { } delivery)
            Enter(delivery);
        if (entry.Keyed is { } keyed)
            _answers[keyed.Key] = keyed;
    }

    private static string NewId(string prefix) => $"{prefix}_{RandomNumberGenerator.GetHexString(24, lowercase: true)}";

    /// <summary>An object as it is from now on, and the type of the event that tells it.</summary>
    private readonly record struct Change(StripeObject Object, string? Event = null);

    /// <summary>What a call changes, and its answer.</summary>
    private readonly record struct Changed(Answer Answer, IReadOnlyList<Change> Changes)
    {
        public static Changed To(StripeObject answer, params Change[] changes) => new(Answer.Of(answer), changes);
    }

    /// <summary>A line of the file. The objects in its events are changed as well.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record Entry(IReadOnlyList<StripeObject>? Changed = null, IReadOnlyList<Event>? Events = null)
    {
        public Delivery? Delivery { get; init; }

        public KeyedAnswer? Keyed { get; init; }
    }

    private sealed record KeyedAnswer(string Key, string Request, long Created, Answer Answer);
}

/// <summary>How an account behaves.</summary>
public sealed record BooksOptions
{
    /// <summary>How long banks take to open a dispute, and to settle or to fail a refund. Stripe's times have seconds, so it is up to one less.</summary>
    public TimeSpan BankDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Which types of events have to be delivered.</summary>
    public Func<string, bool> IsDelivered { get; init; } = _ => false;
}
