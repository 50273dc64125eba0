namespace Ticketing.Dashboard.Tests.Browsing;

/// <summary>A row of a trace's page.</summary>
/// <param name="Resource">Whose span it is.</param>
/// <param name="Name">What the dashboard calls it.</param>
/// <param name="Start">When it began: percent of the trace's duration.</param>
public sealed record SpanRow(string Resource, string Name, double Start);
