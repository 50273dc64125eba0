using System.Text.Json.Serialization;
using Ticketing.Contracts;
using Ticketing.Documents;
using Ticketing.Messaging;

namespace Ticketing.Receipts;

public sealed record Receipt(string OrderId, string TicketId, int Seats, decimal Paid, string Currency)
{
    public static DocumentType<Receipt> Documents { get; } = new("receipts", ReceiptsJson.Default.Receipt);

    public static Decision<Receipt> Write(Receipt? receipt, OrderCompleted order) => receipt is null
        ? new(new Receipt(order.OrderId, order.TicketId, order.Quantity, order.Price, order.Currency))
        : Decision<Receipt>.Nothing;
}

[JsonSerializable(typeof(Receipt))]
internal sealed partial class ReceiptsJson : JsonSerializerContext;
