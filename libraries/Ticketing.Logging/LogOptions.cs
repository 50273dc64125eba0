namespace Ticketing.Logging;

/// <summary>Settings of logs on Kafka, under <c>Logs:</c>. Which levels and categories go there is said as for every logger, under <c>Logging:Kafka:LogLevel:</c>.</summary>
public sealed class LogOptions
{
    /// <summary>Whether log records are written to Kafka.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How many records wait at most, with those that the broker has not acknowledged. What comes then displaces what is less severe.</summary>
    public int MaxRecords { get; set; } = 4000;

    /// <summary>How many bytes they have at most.</summary>
    public int MaxBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many records are written in a second at most. What comes faster waits, and is dropped when there is no room for it.</summary>
    public int RecordsPerSecond { get; set; } = 200;

    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which.</exception>
    internal void Check()
    {
        if (MaxRecords < 10)
            throw new InvalidOperationException("Logs:MaxRecords must be 10 or more.");
        if (MaxBytes < 2 * LogText.MaxRecord)
            throw new InvalidOperationException($"Logs:MaxBytes must be {2 * LogText.MaxRecord} or more.");
        if (RecordsPerSecond < 10)
            throw new InvalidOperationException("Logs:RecordsPerSecond must be 10 or more.");
    }
}
