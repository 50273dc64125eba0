namespace Ticketing.Scenarios.Client;

/// <summary>What <c>/health</c> and <c>/alive</c> say.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Checks">The same for each thing that the service depends on.</param>
/// <param name="Age">How many seconds ago each of them was seen.</param>
/// <param name="Outbox">Events that are not published yet; a service that publishes none does not say it.</param>
/// <param name="Reasons">What those that are not healthy say of themselves.</param>
/// <param name="Notices">What those that are healthy say of themselves.</param>
public sealed record Health(
    string Status, Dictionary<string, string> Checks, Dictionary<string, double>? Age = null, long? Outbox = null,
    Dictionary<string, string>? Reasons = null, Dictionary<string, string>? Notices = null);
