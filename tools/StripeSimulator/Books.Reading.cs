using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ticketing.Tools.Stripe;

public sealed partial class Books
{
    private readonly Dictionary<string, StripeObject> _objects = [];

    // Their ids by kind, oldest first.
    private readonly Dictionary<Type, List<string>> _ids = [];

    /// <summary>The newest objects of a kind, newest first.</summary>
    internal List<T> Newest<T>(int count, Func<T, bool>? where = null)
        where T : StripeObject
    {
        lock (_lock)
            return [.. Newest<T>().Where(where ?? (_ => true)).Take(count)];
    }

    private Answer Read(string path, Parameters parameters) => path.Split('/') switch
    {
        ["", "v1", "payment_intents"] => List<PaymentIntent>(path, parameters),
        ["", "v1", "payment_intents", var id] => Single<PaymentIntent>(id, parameters, "intent"),
        ["", "v1", "charges", var id] => Single<Charge>(id, parameters),
        ["", "v1", "refunds"] => ListOf<Refund>(path, parameters, refund => refund.PaymentIntent),
        ["", "v1", "refunds", var id] => Single<Refund>(id, parameters, "refund"),
        ["", "v1", "disputes"] => ListOf<Dispute>(path, parameters, dispute => dispute.PaymentIntent),
        ["", "v1", "disputes", var id] => Single<Dispute>(id, parameters, "dispute"),
        ["", "v1", "events"] => ListEvents(path, parameters),
        ["", "v1", "events", var id] => Single<Event>(id, parameters),
        _ => throw new RefusedException(404, ApiError.Unrecognized("GET", path)),
    };

    private Answer Single<T>(string id, Parameters parameters, string param = "id")
        where T : StripeObject
    {
        var expanded = parameters.List("expand");
        parameters.RefuseOthers();
        var found = Find<T>(id, param);
        return expanded.Count == 0 ? Answer.Of(found) : Answer.Of(Expand(found, expanded));
    }

    private Answer ListOf<T>(string path, Parameters parameters, Func<T, string> intent)
        where T : StripeObject
    {
        var wanted = parameters.Text("payment_intent");
        return List<T>(path, parameters, wanted is null ? null : each => intent(each) == wanted);
    }

    private Answer ListEvents(string path, Parameters parameters)
    {
        var types = parameters.List("types");
        if (parameters.Text("type") is { } type)
            types.Add(type);
        return List<Event>(path, parameters, types.Count == 0 ? null : told => types.Contains(told.Type));
    }

    /// <summary>A page, newest first.</summary>
    private Answer List<T>(string path, Parameters parameters, Func<T, bool>? where = null)
        where T : StripeObject
    {
        var limit = (int)(parameters.Integer("limit") ?? 10);
        if (limit is < 1 or > 100)
            throw RefusedException.Invalid("limit", "parameter_invalid_integer", "This value must be from 1 to 100.");
        var isInTime = parameters.Range("created");
        var last = parameters.Text("starting_after");
        var expanded = parameters.List("expand").ConvertAll(name => name.StartsWith("data.", StringComparison.Ordinal) ? name[5..] : name);
        parameters.RefuseOthers();
        var all = Newest<T>();
        if (last is not null)
        {
            Find<T>(last, "starting_after", status: 400);
            all = all.SkipWhile(each => each.Id != last).Skip(1);
        }
        var page = all.Where(each => isInTime(each.Created) && where?.Invoke(each) != false).Take(limit + 1).ToList();
        return Answer.Of(new JsonObject
        {
            ["object"] = "list",
            ["url"] = path,
            ["has_more"] = page.Count > limit,
            ["data"] = new JsonArray([.. page.Take(limit).Select(each => Expand(each, expanded))]),
        });
    }

    /// <summary>An object with the objects in it that it otherwise names by their ids.</summary>
    private JsonNode Expand(StripeObject found, List<string> expanded)
    {
        var json = JsonSerializer.SerializeToNode(found, Answer.Json)!;
        foreach (var name in expanded)
        {
            if (name is not ("latest_charge" or "charge" or "payment_intent") || !json.AsObject().ContainsKey(name))
                throw RefusedException.Invalid("expand", null, $"This property cannot be expanded ({name}).");
            if ((string?)json[name] is { } id)
                json[name] = JsonSerializer.SerializeToNode(_objects[id], Answer.Json);
        }
        return json;
    }

    private IEnumerable<T> Newest<T>()
        where T : StripeObject =>
        _ids.TryGetValue(typeof(T), out var ids) ? Enumerable.Range(1, ids.Count).Select(back => (T)_objects[ids[^back]]) : [];

    private T Find<T>(string id, string param = "id", int status = 404)
        where T : StripeObject =>
        _objects.GetValueOrDefault(id) as T
        ?? throw RefusedException.Missing(status, param, JsonNamingPolicy.SnakeCaseLower.ConvertName(typeof(T).Name), id);

    private void Put(StripeObject changed)
    {
        if (!_objects.ContainsKey(changed.Id))
        {
            if (!_ids.TryGetValue(changed.GetType(), out var ids))
                _ids[changed.GetType()] = ids = [];
            ids.Add(changed.Id);
            if (changed is Charge or Refund)
                _unsettled.Enqueue((DateTimeOffset.FromUnixTimeSeconds(changed.Created) + _options.BankDelay, changed.Id));
        }
        _objects[changed.Id] = changed;
    }
}
