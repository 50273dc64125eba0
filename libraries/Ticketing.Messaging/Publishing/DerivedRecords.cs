using Ticketing.Documents;

namespace Ticketing.Messaging;

/// <summary>What a service publishes with its events.</summary>
/// <param name="Topic">Where, without a shop's prefix.</param>
/// <param name="Type">CloudEvents <c>type</c> of these records.</param>
/// <param name="Derive">Pure: makes the record's value of an event; null if the event has none.</param>
internal sealed record DerivedRecords(string Topic, string Type, Func<OutboxEvent, byte[]?> Derive);
