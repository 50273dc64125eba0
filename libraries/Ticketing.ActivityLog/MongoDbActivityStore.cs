using System.Text.RegularExpressions;
using MongoDB.Bson;
using MongoDB.Driver;
using Ticketing.Documents.MongoDb;

namespace Ticketing.ActivityLog;

/// <summary>
/// Entries in MongoDB; a stand-alone server is enough. Each batch reserves its numbers before it is written, and says so in the document that they come
/// from: whoever reads on from a number sees up to where nothing is on its way any more.
/// </summary>
public sealed class MongoDbActivityStore : IActivityStore, IDisposable
{
    private const int DuplicateKey = 11000;
    private const int MaxTail = 20_000;

    // No write takes so long.
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);
    private static readonly BsonDocument TheSequence = new("_id", "entries");

    private readonly MongoClient _client;
    private readonly IMongoCollection<BsonDocument> _entries;
    private readonly IMongoCollection<BsonDocument> _sequence;
    private readonly Retention _retention;
    private readonly TimeProvider _time;
    private volatile bool _isSetUp;

    /// <summary>Makes no connection yet.</summary>
    /// <param name="connectionString">Where the server is.</param>
    /// <param name="name">The database.</param>
    /// <param name="retention">How much is kept.</param>
    /// <param name="time">The clock.</param>
    public MongoDbActivityStore(string connectionString, string name, Retention retention, TimeProvider time)
    {
        (_retention, _time, _client) = (retention, time, new(Timeouts.Of(connectionString)));
        var database = _client.GetDatabase(name).WithWriteConcern(WriteConcern.WMajority.With(wTimeout: Timeouts.Replication, journal: true))
            .WithReadConcern(ReadConcern.Majority).WithReadPreference(ReadPreference.Primary);
        (_entries, _sequence) = (database.GetCollection<BsonDocument>("entries"), database.GetCollection<BsonDocument>("sequence"));
    }

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<ActivityEntry> entries, CancellationToken cancellation = default) => CallAsync(
        async () =>
        {
            var oldest = _time.GetUtcNow() - _retention.MaxAge;
            var kept = entries.Where(entry => entry.At >= oldest).DistinctBy(entry => entry.Id).ToList();
            // Mostly none is there. Numbers that are left over would do no harm.
            if (kept.Count == 0)
                return true;
            var token = Guid.NewGuid().ToString("N");
            var first = await ReserveAsync(token, kept.Count, cancellation);
            try
            {
                await _entries.InsertManyAsync(kept.Select((entry, i) => Document(entry, first + i)), new() { IsOrdered = false }, cancellation);
            }
            catch (MongoBulkWriteException e) when (e.WriteConcernError is null && e.WriteErrors.All(error => error.Code == DuplicateKey))
            {
                // Those are there already.
            }
            await _sequence.UpdateOneAsync(TheSequence, Builders<BsonDocument>.Update.Unset($"pending.{token}"), cancellationToken: cancellation);
            return true;
        },
        cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActivityEntry>> FindAsync(ActivityFilter filter, int limit, ActivityCursor? after = null, CancellationToken cancellation = default) => CallAsync<IReadOnlyList<ActivityEntry>>(
        async () =>
        {
            var where = Where(filter);
            if (after is not null)
            {
                var at = Microseconds.Of(after.At);
                where.Add(new("$or", new BsonArray { new BsonDocument("at", new BsonDocument("$lt", at)), new BsonDocument { { "at", at }, { "_id", new BsonDocument("$lt", after.Id) } } }));
            }
            var found = await _entries.Find(All(where)).Sort(new BsonDocument { { "at", -1 }, { "_id", -1 } }).Limit(limit).ToListAsync(cancellation);
            return [.. found.Select(Entry)];
        },
        cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActivityCount>> CountAsync(ActivityFilter filter, CancellationToken cancellation = default) => CallAsync<IReadOnlyList<ActivityCount>>(
        async () =>
        {
            const long minute = 60_000_000;
            var key = new BsonDocument
            {
                { "minute", new BsonDocument("$subtract", new BsonArray { "$at", new BsonDocument("$mod", new BsonArray { "$at", minute }) }) },
                { "series", "$series" },
            };
            var groups = await _entries.Aggregate().Match(All(Where(filter))).Group(new BsonDocument { { "_id", key }, { "count", new BsonDocument("$sum", 1L) } }).ToListAsync(cancellation);
            return
            [
                .. groups.Select(group => new ActivityCount(
                        Microseconds.ToTime(group["_id"]["minute"].ToInt64()), (short)group["_id"]["series"].ToInt32(), group["count"].ToInt64()))
                    .OrderBy(count => count.Minute).ThenBy(count => count.Series),
            ];
        },
        cancellation);

    /// <inheritdoc/>
    public Task<ActivityTail> TailAsync(ActivityFilter filter, long after, int limit, CancellationToken cancellation = default) => CallAsync(
        async () =>
        {
            // Before what is read, so that all up to here is written.
            var newest = Settled(await _sequence.Find(TheSequence).FirstOrDefaultAsync(cancellation), _time.GetUtcNow());
            var end = Math.Min(newest, after + MaxTail);
            var where = Where(filter);
            where.Add(new("sequence", new BsonDocument { { "$gt", after }, { "$lte", end } }));
            var found = limit == 0 ? [] : await _entries.Find(All(where)).Sort(new BsonDocument("sequence", 1)).Limit(limit).ToListAsync(cancellation);
            var oldest = await _entries.Find(new BsonDocument()).Sort(new BsonDocument("sequence", 1)).Limit(1).FirstOrDefaultAsync(cancellation);
            var through = found.Count == limit && limit > 0 ? found[^1]["sequence"].ToInt64() : Math.Max(after, end);
            return new ActivityTail([.. found.Select(one => new StoredEntry(one["sequence"].ToInt64(), Entry(one)))], through, newest, oldest?["sequence"].ToInt64() ?? 0);
        },
        cancellation);

    /// <summary>MongoDB removes what is too old by itself (TTL).</summary>
    public Task TrimAsync(CancellationToken cancellation = default) => CallAsync(
        async () =>
        {
            while (await SizeAsync(cancellation) is var (bytes, count) && bytes > _retention.MaxBytes && count > 0)
            {
                var last = await _entries.Find(new BsonDocument()).Sort(new BsonDocument("at", 1)).Skip((int)Math.Min(count / 10, 10_000)).Limit(1).FirstOrDefaultAsync(cancellation);
                if (last is null)
                    break;
                await _entries.DeleteManyAsync(new BsonDocument("at", new BsonDocument("$lte", last["at"])), cancellation);
            }
            return true;
        },
        cancellation);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Up to here nothing is on its way.</summary>
    private static long Settled(BsonDocument? sequence, DateTimeOffset now) => sequence is null ? 0 : Math.Min(
        sequence["next"].ToInt64() - 1,
        Pending(sequence).Where(pending => !IsAbandoned(pending, now)).Select(pending => pending.Value["from"].ToInt64() - 1).DefaultIfEmpty(long.MaxValue).Min());

    private static BsonDocument Pending(BsonDocument sequence) => sequence.TryGetValue("pending", out var pending) ? pending.AsBsonDocument : [];

    private static bool IsAbandoned(BsonElement pending, DateTimeOffset now) => now - pending.Value["since"].ToUniversalTime() > Abandoned;

    private static ActivityEntry Entry(BsonDocument document) => ActivityEntry.FromJson(document["body"].AsString);

    private static BsonDocument All(List<BsonDocument> where) => where.Count == 0 ? [] : new("$and", new BsonArray(where));

    private BsonDocument Document(ActivityEntry entry, long sequence) => new()
    {
        { "_id", entry.Id }, { "at", Microseconds.Of(entry.At) }, { "expires", (entry.At + _retention.MaxAge).UtcDateTime }, { "sequence", sequence },
        { "series", (int)entry.Series }, { "body", entry.ToJson() }, { "terms", new BsonArray(Terms.Of(entry)) },
    };

    private List<BsonDocument> Where(ActivityFilter filter)
    {
        var (terms, oldest) = (filter.Terms, _time.GetUtcNow() - _retention.MaxAge);
        var where = terms.All.Select(term => new BsonDocument("terms", term)).ToList();
        if (terms.Any.Count > 0)
            where.Add(new("terms", new BsonDocument("$in", new BsonArray(terms.Any))));
        if (terms.Prefix is { } prefix)
            where.Add(new("terms", new BsonRegularExpression($"^{Regex.Escape(prefix)}")));
        where.Add(new("at", new BsonDocument("$gte", Microseconds.Of(filter.From is { } from && from > oldest ? from : oldest))));
        if (filter.To is { } to)
            where.Add(new("at", new BsonDocument("$lt", Microseconds.Of(to))));
        return where;
    }

    /// <summary>Takes so many numbers, and says that they are on their way.</summary>
    private async Task<long> ReserveAsync(string token, int count, CancellationToken cancellation)
    {
        while (true)
        {
            var now = _time.GetUtcNow();
            var sequence = await _sequence.Find(TheSequence).FirstOrDefaultAsync(cancellation);
            if (sequence is null)
            {
                await _sequence.UpdateOneAsync(TheSequence, new BsonDocument("$setOnInsert", new BsonDocument("next", 1L)), new() { IsUpsert = true }, cancellation);
                continue;
            }
            var first = sequence["next"].ToInt64();
            var update = Builders<BsonDocument>.Update.Set("next", first + count).Set($"pending.{token}", new BsonDocument { { "from", first }, { "since", now.UtcDateTime } });
            update = Pending(sequence).Where(pending => IsAbandoned(pending, now)).Aggregate(update, (all, pending) => all.Unset($"pending.{pending.Name}"));
            var result = await _sequence.UpdateOneAsync(new BsonDocument { { "_id", TheSequence["_id"] }, { "next", first } }, update, cancellationToken: cancellation);
            if (result.MatchedCount == 1)
                return first;
        }
    }

    private async Task<(long Bytes, long Count)> SizeAsync(CancellationToken cancellation)
    {
        var stats = await _entries.Database.RunCommandAsync<BsonDocument>(new BsonDocument("collStats", "entries"), cancellationToken: cancellation);
        return (stats["size"].ToInt64(), stats["count"].ToInt64());
    }

    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellation) => await Availability.CallAsync(async () =>
    {
        if (!_isSetUp)
        {
            await _entries.Indexes.CreateManyAsync(
                [
                    new(new BsonDocument { { "at", -1 }, { "_id", -1 } }), new(new BsonDocument("sequence", 1)),
                    new(new BsonDocument { { "terms", 1 }, { "at", -1 }, { "_id", -1 } }),
                    new(new BsonDocument("expires", 1), new CreateIndexOptions { ExpireAfter = TimeSpan.Zero }),
                ],
                cancellation);
            _isSetUp = true;
        }
        return await call();
    });
}
