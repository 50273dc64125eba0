using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ticketing.Messaging;

namespace Ticketing.Contracts;

/// <summary>
/// Which sessions of an account have ended before their time, all of them with each event. Its <see cref="Event.Id"/> is the user's. There is nothing about
/// the person in it.
/// </summary>
public abstract record AccountEvent : Event
{
    /// <summary>The sessions that are good belong to this epoch: those of earlier ones have all ended.</summary>
    [JsonRequired]
    public long SessionEpoch { get; init; }

    /// <summary>The sessions of this epoch that have ended, while there may be tokens or cookies of them that are not out of date.</summary>
    public IReadOnlyList<string> EndedSessions { get; init; } = [];

    /// <summary>See <see cref="Topics.Accounts"/>.</summary>
    public static string TopicName => Topics.Accounts;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Key => Id;
}

/// <summary>Sessions of an account have ended.</summary>
public sealed record AccountUpdated : AccountEvent, IEvent<AccountUpdated>
{
    /// <inheritdoc/>
    public static string TypeName => "account.updated";

    /// <inheritdoc/>
    public static JsonTypeInfo<AccountUpdated> Json => ContractsJson.Default.AccountUpdated;
}

/// <summary>An account was deleted, and all its sessions have ended.</summary>
public sealed record AccountDeleted : AccountEvent, IEvent<AccountDeleted>
{
    /// <inheritdoc/>
    public static string TypeName => "account.deleted";

    /// <inheritdoc/>
    public static JsonTypeInfo<AccountDeleted> Json => ContractsJson.Default.AccountDeleted;
}
