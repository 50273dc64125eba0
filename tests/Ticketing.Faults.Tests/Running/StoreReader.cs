using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Ticketing.Faults.Tests.Running;

/// <summary>Reads the services' tables as anyone with a PostgreSQL client would.</summary>
internal sealed class StoreReader(string connectionString)
{
    private static readonly (string Service, string Type)[] Tables =
        [("orders", "orders"), ("orders", "tickets"), ("tickets", "tickets"), ("payments", "payments"), ("payments", "provider_events"), ("expiration", "timers"), ("notifications", "inboxes")];

    public async Task<List<StoredDocument>> ReadAllAsync()
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync();
        var documents = new List<StoredDocument>();
        foreach (var (service, type) in Tables)
        {
            var state = (service, type) switch
            {
                // A ticket's sales are beside it.
                ("tickets", "tickets") => """
                    d.state || jsonb_build_object('sales', (
                        select coalesce(string_agg(convert_from(p.content, 'UTF8'), '' order by p.number), '') from tickets.tickets_parts p where p.id = d.id))
                    """,
                // What a user was told is in every third part, a line for each. A part may have some that are no longer kept.
                ("notifications", "inboxes") => """
                    d.state || jsonb_build_object('items', (
                        select coalesce(jsonb_agg(line::jsonb order by (line::jsonb->>'number')::int), '[]')
                        from notifications.inboxes_parts p, regexp_split_to_table(convert_from(p.content, 'UTF8'), '\n') line
                        where p.id = d.id and p.number % 3 = 0 and line like '{%' and (line::jsonb->>'number')::int >= (d.state->>'next')::int - 200))
                    """,
                _ => "d.state",
            };
            await using var command = new NpgsqlCommand(
                $"select d.id, ({state})::text, (select count(*) from {service}.{type}_outbox o where o.id = d.id) from {service}.{type} d", connection);
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
                documents.Add(new(service, type, rows.GetString(0), JsonSerializer.Deserialize<JsonElement>(rows.GetString(1)), (int)rows.GetInt64(2)));
        }
        return documents;
    }

    /// <summary>
    /// Whether nothing has to happen by itself any more: no hold runs, no effect is due, no event is not published, no mail is due, and nobody has seats that were taken back.
    /// </summary>
    public async Task<bool> IsQuietAsync() => (await ReadAllAsync()).TrueForAll(document =>
        document.Unpublished == 0
        && Text(document.State, "status") is not ("created" or "pending_payment" or "Set")
        && !HasRevokedSeats(document.State)
        && !HasMails(document.State)
        && (document.Type != "provider_events" || Text(document.State, "outcome") is not null)
        && (!document.State.TryGetProperty("payment", out var payment) || payment.ValueKind != JsonValueKind.Object
            || (Text(payment, "status") is not ("processing" or "requires_action" or "refunding") && Text(payment, "dueAt") is null)));

    /// <summary>When Payments last began to look through Stripe's events, and did so to their end.</summary>
    public async Task<DateTimeOffset> LookedForMissedEventsUntilAsync()
    {
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select state->>'lookedUntil' from payments.provider_looks", connection);
        return await command.ExecuteScalarAsync() is string until ? DateTimeOffset.Parse(until, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
    }

    private static bool HasRevokedSeats(JsonElement state) =>
        (Text(state, "state") == "cancelled" && state.TryGetProperty("sold", out var sold) && state.GetProperty("held").GetInt32() + sold.GetInt32() > 0)
        || (state.TryGetProperty("revoked", out var revoked) && revoked.GetArrayLength() > 0);

    private static bool HasMails(JsonElement state) =>
        Text(state, "email") is not null && state.TryGetProperty("mails", out var mails) && mails.GetArrayLength() > 0;

    private static string? Text(JsonElement json, string field) => json.TryGetProperty(field, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
