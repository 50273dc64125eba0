using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ticketing.Tools.Stripe;

/// <summary>
/// The account: its PaymentIntents and refunds, and what each idempotency key was answered. It knows no HTTP. What a call changes and what it is
/// answered is one line of a file, which is on the disk before the answer is out.
/// </summary>
public sealed partial class Books : IDisposable
{
    // Stripe may forget a key after a day.
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly FileStream? _file;
    private readonly OrderedDictionary<string, PaymentIntent> _intents = [];
    private readonly OrderedDictionary<string, Refund> _refunds = [];
    private readonly Dictionary<string, KeyedAnswer> _answers = [];

    /// <summary>Opens books.</summary>
    /// <param name="path">Their file; null for none.</param>
    /// <param name="time">The clock.</param>
    public Books(string? path, TimeProvider time)
    {
        _time = time;
        if (path is null)
            return;
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var stored = new byte[_file.Length];
        _file.ReadExactly(stored);
        // A line without its end was never answered.
        var length = stored.AsSpan().LastIndexOf((byte)'\n') + 1;
        _file.SetLength(length);
        _file.Position = length;
        foreach (var line in Encoding.UTF8.GetString(stored, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Enter(JsonSerializer.Deserialize<Entry>(line, Answer.Json)!);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Answers a call that changes something, or repeats the answer to the first call with its key.</summary>
    public Answer Post(string path, IReadOnlyDictionary<string, string> parameters, string? key)
    {
        var request = $"{path}?{string.Join('&', parameters.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}"))}";
        lock (_lock)
        {
            if (key is not null && _answers.TryGetValue(key, out var first) && Now < first.Created + (long)KeyLifetime.TotalSeconds)
            {
                return first.Request == request ? first.Answer with { IsReplayed = true } : Answer.Of(400, new("idempotency_error")
                {
                    Message = $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}'.",
                });
            }
            try
            {
                var (answer, intent, refund) = Execute(path, new(parameters));
                var entry = new Entry(intent, refund, key is null ? null : new(key, request, Now, answer));
                _file?.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, Answer.Json), (byte)'\n']);
                _file?.Flush(flushToDisk: true);
                Enter(entry);
                return answer;
            }
            catch (RefusedException refused)
            {
                return refused.Answer;
            }
        }
    }

    /// <summary>Answers a call that reads.</summary>
    public Answer Get(string path, IReadOnlyDictionary<string, string> parameters)
    {
        lock (_lock)
        {
            try
            {
                return Read(path, new(parameters));
            }
            catch (RefusedException refused)
            {
                return refused.Answer;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private (Answer Answer, PaymentIntent? Intent, Refund? Refund) Execute(string path, Parameters parameters) => path.Split('/') switch
    {
        ["", "v1", "payment_intents"] => CreateIntent(parameters),
        ["", "v1", "payment_intents", var id, "cancel"] => CancelIntent(id, parameters),
        ["", "v1", "refunds"] => CreateRefund(parameters),
        _ => throw new RefusedException(404, ApiError.Unrecognized("POST", path)),
    };

    private Answer Read(string path, Parameters parameters) => path.Split('/') switch
    {
        ["", "v1", "payment_intents"] => ListIntents(parameters),
        ["", "v1", "payment_intents", var id] => Single(FindIntent(id, 404, "intent"), parameters),
        ["", "v1", "refunds"] => ListRefunds(parameters),
        ["", "v1", "refunds", var id] => Single(FindRefund(id, 404, "refund"), parameters),
        _ => throw new RefusedException(404, ApiError.Unrecognized("GET", path)),
    };

    private static Answer Single(object found, Parameters parameters)
    {
        parameters.RefuseOthers();
        return Answer.Of(found);
    }

    /// <summary>A page of what is given newest first.</summary>
    private static Answer Page<T>(string path, IEnumerable<T> all, Func<T, string> id, Func<string, T> find, Parameters parameters)
    {
        var limit = parameters.Integer("limit") ?? 10;
        if (limit is < 1 or > 100)
            throw RefusedException.Invalid("limit", "parameter_invalid_integer", "This value must be from 1 to 100.");
        if (parameters.Text("starting_after") is { } last)
        {
            find(last);
            all = all.SkipWhile(each => id(each) != last).Skip(1);
        }
        parameters.RefuseOthers();
        var page = all.Take((int)limit + 1).ToList();
        return Answer.Of(new { @object = "list", url = path, has_more = page.Count > limit, data = page.Take((int)limit) });
    }

    private void Enter(Entry entry)
    {
        if (entry.Intent is { } intent)
            _intents[intent.Id] = intent;
        if (entry.Refund is { } refund)
            _refunds[refund.Id] = refund;
        if (entry.Keyed is { } keyed)
            _answers[keyed.Key] = keyed;
    }

    private static string NewId(string prefix) => $"{prefix}_{RandomNumberGenerator.GetHexString(24, lowercase: true)}";

    /// <summary>A line of the file: what a call changed, and what it was answered if it had a key.</summary>
    private sealed record Entry(PaymentIntent? Intent, Refund? Refund, KeyedAnswer? Keyed);

    private sealed record KeyedAnswer(string Key, string Request, long Created, Answer Answer);
}
