using System.Text.Json;

namespace Ticketing.Faults.Tests.Checking;

/// <summary>Everything that a run left behind, when nothing moves any more; read without the shop's own code.</summary>
/// <param name="TakenAt">When.</param>
/// <param name="Log">Every record of every topic, dead letters included, each partition in order.</param>
/// <param name="Documents">Every document of every store.</param>
/// <param name="Acknowledged">The ids of the orders that buyers got a 201 for.</param>
/// <param name="Positions">How far each group has come.</param>
/// <param name="Stripe">Stripe's own books.</param>
/// <param name="Glances">What was seen while the run went on.</param>
public sealed record Snapshot(
    DateTimeOffset TakenAt,
    IReadOnlyList<LogRecord> Log,
    IReadOnlyList<StoredDocument> Documents,
    IReadOnlyCollection<string> Acknowledged,
    IReadOnlyList<GroupPosition> Positions,
    StripeBooks Stripe,
    IReadOnlyList<Glance> Glances)
{
    /// <summary>The logs that topics lost, the oldest first. A topic's present log is in <see cref="Log"/>.</summary>
    public IReadOnlyList<LostLog> Lost { get; init; } = [];

    /// <summary>The seats that a buyer or a seller was told to be given back.</summary>
    public IReadOnlyCollection<GivenBack> GivenBack { get; init; } = [];

    /// <summary>The sessions that someone was told to be over.</summary>
    public IReadOnlyCollection<EndedSession> EndedSessions { get; init; } = [];

    /// <summary>Those who were told to have signed up.</summary>
    public IReadOnlyCollection<SignedUp> People { get; init; } = [];

    /// <summary>What services told of what they did; null if nobody looked. Its lost logs are in <see cref="Lost"/>.</summary>
    public IReadOnlyList<LogRecord>? Actions { get; init; }

    /// <summary>The mails of Notifications.</summary>
    public IReadOnlyCollection<SentMail> Mails { get; init; } = [];
}

/// <summary>A mail, as it was received. One that came twice with the same <c>Message-ID</c> is one.</summary>
/// <param name="MessageId">Its <c>Message-ID</c>.</param>
/// <param name="To">The address.</param>
/// <param name="Date">Its <c>Date</c>, to the second.</param>
public sealed record SentMail(string MessageId, string To, DateTimeOffset Date);

/// <summary>Someone who has signed up, as the person was told.</summary>
/// <param name="UserId">The id.</param>
/// <param name="Email">With which address.</param>
/// <param name="IsDeleted">Whether the person was told that the account is deleted.</param>
public sealed record SignedUp(string UserId, string Email, bool IsDeleted);

/// <summary>A session that its user has signed out of, as the user was told.</summary>
/// <param name="UserId">Whose it was.</param>
/// <param name="GoodAt">The instances that do not turn it away.</param>
public sealed record EndedSession(string UserId, IReadOnlyList<Uri> GoodAt);

/// <summary>Seats that an order was to give back, as someone was told.</summary>
/// <param name="OrderId">Whose they were.</param>
/// <param name="TicketId">Seats of this ticket.</param>
/// <param name="Kept">No more of them stay the order's.</param>
public sealed record GivenBack(string OrderId, string TicketId, int Kept);

/// <summary>A log that a topic lost.</summary>
/// <param name="Topic">Which topic.</param>
/// <param name="Records">What was in it shortly before. What was published between that and the loss is not known.</param>
public sealed record LostLog(string Topic, IReadOnlyList<LogRecord> Records);

/// <summary>A look at the groups' commits, and then at the documents: what was committed by then must have been written by then.</summary>
/// <param name="Positions">The commits.</param>
/// <param name="Documents">The documents, read afterwards.</param>
public sealed record Glance(IReadOnlyList<GroupPosition> Positions, IReadOnlyList<StoredDocument> Documents);

/// <summary>A document.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Type">Its type's name.</param>
/// <param name="Id">Its id.</param>
/// <param name="State">What it says, as JSON.</param>
/// <param name="Unpublished">How many entries its outbox has.</param>
public sealed record StoredDocument(string Service, string Type, string Id, JsonElement State, int Unpublished = 0);

/// <summary>What a group has committed on a partition.</summary>
/// <param name="Group">The group.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">One of its partitions.</param>
/// <param name="Committed">The next offset that it would read; null if it never committed.</param>
/// <param name="Low">The partition's first offset.</param>
/// <param name="High">The offset behind the partition's last record.</param>
public sealed record GroupPosition(string Group, string Topic, int Partition, long? Committed, long Low, long High)
{
    /// <summary>How many logs the topic had lost before the one that this is a place in.</summary>
    public int Log { get; init; }
}
