using Confluent.Kafka;

namespace Ticketing.Cli;

/// <summary>What the client's errors mean to who types a command, and what helps.</summary>
internal static class Errors
{
    public static CliException From(Error error) => error.Code switch
    {
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition =>
            new("There is no such topic or partition", "'ticketing topics' lists the topics"),
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed =>
            new($"No permission: {Why(error)}", "docs/deploy.md lists the rights"),
        ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Ssl =>
            new($"The broker refused the login: {Why(error)}",
                "see Kafka:SecurityProtocol, Kafka:SaslMechanism, Kafka:SaslUsername and Kafka:SaslPassword"),
        ErrorCode.Local_UnsupportedFeature =>
            new($"The broker cannot do this: {Why(error)}", "the embedded broker answers no admin requests; a real Kafka does"),
        ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_TimedOut or ErrorCode.Local_Resolve =>
            new($"The broker does not answer: {Why(error)}", "is it running? --bootstrap-server HOST:PORT names another"),
        _ => new(Why(error)),
    };

    /// <summary>No broker was reached at all.</summary>
    public static CliException NoBroker(string bootstrapServers, Error error) =>
        error.Code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Ssl
            ? From(error)
            : new($"No broker answers at {bootstrapServers}: {Why(error)}", "is it running? --bootstrap-server HOST:PORT names another");

    // "HOST:PORT/bootstrap: Connect to … failed: Connection refused (after 2ms in state CONNECT, 3 identical error(s) suppressed)"
    private static string Why(Error error)
    {
        var reason = error.Reason.Split(" (after ", 2)[0];
        var start = reason.IndexOf("/bootstrap: ", StringComparison.Ordinal);
        return (start < 0 ? reason : reason[(start + "/bootstrap: ".Length)..]).TrimEnd('.');
    }
}
