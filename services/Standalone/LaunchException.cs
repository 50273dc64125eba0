namespace Ticketing.Standalone;

/// <summary>Something outside this program is broken; the message is all that the user needs.</summary>
internal sealed class LaunchException(string message, Exception? inner = null) : Exception(message, inner);
