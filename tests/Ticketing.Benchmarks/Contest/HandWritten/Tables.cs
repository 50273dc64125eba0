using Npgsql;

namespace Ticketing.Benchmarks.Contests.HandWritten;

/// <summary>The tables of the loop. Nobody prunes its inbox, which a program that lives longer would have to.</summary>
internal static class Tables
{
    public const string Outbox = "outbox";

    public static async Task CreateAsync(NpgsqlDataSource database, string schema)
    {
        await using var command = database.CreateCommand($"""
            create schema {schema};
            create table inbox (id text collate "C" primary key, received_at timestamptz not null default now());
            create table documents (id text collate "C" primary key, version bigint not null, state jsonb not null) with (fillfactor = 75);
            create table {Outbox} (position bigint generated always as identity primary key, id text not null, key text not null,
                type text not null, time timestamptz not null default now(), value bytea not null);
            """);
        await command.ExecuteNonQueryAsync();
    }
}
