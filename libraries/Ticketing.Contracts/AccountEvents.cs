using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ticketing.Messaging;

namespace Ticketing.Contracts;

/// <summary>What Accounts tells of an account. Its <see cref="Event.Id"/> is the user's. Each event tells the whole state, so the newest one is enough.</summary>
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

/// <summary>An account that is not deleted. Only these events say anything about the person: the address, and nothing else.</summary>
public abstract record AccountState : AccountEvent
{
    /// <summary>The address that mails go to. Accounts did not always tell it, so an <c>account.updated</c> may lack it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Email { get; init; }

    /// <summary>Whether somebody has shown that the address is theirs. False is not written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EmailVerified { get; init; }

    /// <summary>Leaves the address out, as the text of an event may get into a log.</summary>
    protected override bool PrintMembers(StringBuilder builder) => base.PrintMembers(builder);
}

/// <summary>Somebody has signed up, or has an account of before accounts were told.</summary>
public sealed record AccountCreated : AccountState, IEvent<AccountCreated>
{
    /// <inheritdoc/>
    public static string TypeName => "account.created";

    /// <inheritdoc/>
    public static JsonTypeInfo<AccountCreated> Json => ContractsJson.Default.AccountCreated;
}

/// <summary>The address was verified, or sessions of the account have ended.</summary>
public sealed record AccountUpdated : AccountState, IEvent<AccountUpdated>
{
    /// <inheritdoc/>
    public static string TypeName => "account.updated";

    /// <inheritdoc/>
    public static JsonTypeInfo<AccountUpdated> Json => ContractsJson.Default.AccountUpdated;
}

/// <summary>An account was deleted, and all its sessions have ended. It does not say whose it was.</summary>
public sealed record AccountDeleted : AccountEvent, IEvent<AccountDeleted>
{
    /// <inheritdoc/>
    public static string TypeName => "account.deleted";

    /// <inheritdoc/>
    public static JsonTypeInfo<AccountDeleted> Json => ContractsJson.Default.AccountDeleted;
}
