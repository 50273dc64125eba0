using System.Collections.Concurrent;
using System.Globalization;
using Ticketing.Scenarios.Client;

namespace Ticketing.Scenarios.Contract;

/// <summary>
/// Sends requests that are generated from each service's OpenAPI document, and a few that are off it. Every answer must be as it is described, none may be a
/// fault of the service, what the description rules out must be refused, and so must every call without the session that it declares.
/// </summary>
public static class ContractCheck
{
    private const int CallsAtOnce = 16;

    // A call may end what it is about.
    private const int RequestsPerSituation = 15;

    /// <summary>Sends so many requests to each call. Returns how often each status was the answer, by call.</summary>
    /// <param name="shop">The shop.</param>
    /// <param name="requests">How many.</param>
    /// <param name="seed">Makes them.</param>
    /// <param name="operating">An operator and a dead letter. Then the calls are those of operators, and otherwise all others.</param>
    public static async Task<IReadOnlyDictionary<string, string>> RunAsync(Shop shop, int requests, int seed, (Caller By, string DeadLetter)? operating = null)
    {
        var operations = (await ApiOperation.ReadAllAsync(shop)).Where(operation => operation.IsForOperators == operating is not null && !operation.IsEndless).ToList();
        var (answers, wrong) = (new ConcurrentDictionary<string, ConcurrentDictionary<int, int>>(), new ConcurrentBag<string>());
        var random = new Random(seed);
        var rounds = Enumerable.Range(0, requests).SelectMany(index => operations.Select(operation => (operation, index))).Chunk(RequestsPerSituation)
            .Select(chunk => (Chunk: chunk, Seed: random.Next()));
        await Parallel.ForEachAsync(rounds, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce }, async (round, _) =>
        {
            var generator = new RequestGenerator(new(round.Seed));
            var shared = await Situation.NewAsync(shop, isPaid: round.Seed % 2 == 0, isDisputed: round.Seed % 4 == 0) with { Operating = operating };
            foreach (var (operation, index) in round.Chunk)
            {
                // Who signs out, or breaks an account otherwise, is nobody else.
                var about = operation.Service == "accounts" ? shared with { Buyer = await shop.SignUpAsync() }
                    : index == 0 && operating is null ? await Situation.NewAsync(
                        shop, isPaid: !operation.Path.EndsWith("/payments", StringComparison.Ordinal), isDisputed: operation.Path.EndsWith("block", StringComparison.Ordinal))
                    : shared;
                // A dead letter is one service's.
                var example = index == 0 && (operating is null || !operation.Path.Contains('{', StringComparison.Ordinal)) ? RequestGenerator.Example(operation, about) : null;
                var request = example ?? generator.Next(operation, about);
                try
                {
                    var status = await CheckAsync(shop, request, isExample: example is not null);
                    answers.GetOrAdd($"{operation}", _ => []).AddOrUpdate(status, 1, (_, count) => count + 1);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    wrong.Add($"{request}\n    {e.Message}");
                }
            }
        });
        Assert.True(wrong.IsEmpty, $"Seed {seed}: {wrong.Count} answers are wrong, such as\n{string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(40))}");
        return answers.ToDictionary(
            call => call.Key, call => string.Join(", ", call.Value.OrderBy(status => status.Key).Select(status => string.Create(CultureInfo.InvariantCulture, $"{status.Key}: {status.Value}"))));
    }

    private static async Task<int> CheckAsync(Shop shop, GeneratedRequest request, bool isExample)
    {
        using var message = request.ToMessage(withSession: true);
        var answer = await shop.SendAsync(message);
        var status = (int)answer.Status;
        if (status >= 500)
            Assert.True(status == 503 && request.NamesSomethingNew, $"It is answered with {status}: {answer.Body}");
        Assert.False(request.IsRuledOut && status < 400, $"It is not as described, and answered with {status}: {answer.Body}");
        Assert.False(isExample && status >= 400, $"It is the example of the description, and answered with {status}: {answer.Body}");
        if (request.Operation.NeedsSession)
        {
            using var anonymous = (request with { Headers = [.. request.Headers.Where(header => header.Name != "Cookie")] }).ToMessage(withSession: false);
            (await shop.SendAsync(anonymous)).Is(Unauthorized);
        }
        return status;
    }
}
