using System.Text.Json.Serialization;

namespace Ticketing.Contracts;

/// <summary>Whether a ticket takes orders. A missing one is <see cref="OnSale"/>, as in the events from before there were others.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SaleState>))]
public enum SaleState
{
    /// <summary>It takes orders.</summary>
    [JsonStringEnumMemberName("on_sale")] OnSale,

    /// <summary>It takes no orders until its seller resumes it.</summary>
    [JsonStringEnumMemberName("paused")] Paused,

    /// <summary>It never takes orders again. Seats that are held or sold stay valid.</summary>
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,

    /// <summary>It never takes orders again, and every order loses its seats.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}
