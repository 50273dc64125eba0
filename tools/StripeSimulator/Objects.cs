using System.Text.Json.Serialization;

namespace Ticketing.Tools.Stripe;

/// <summary>What the account has. Each is as far as it is needed, and with Stripe's names.</summary>
/// <param name="Id">Stripe's id.</param>
/// <param name="Created">When, in seconds since 1970.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "object")]
[JsonDerivedType(typeof(PaymentIntent), "payment_intent")]
[JsonDerivedType(typeof(Charge), "charge")]
[JsonDerivedType(typeof(Refund), "refund")]
[JsonDerivedType(typeof(Dispute), "dispute")]
[JsonDerivedType(typeof(Event), "event")]
internal abstract record StripeObject(string Id, long Created);

internal sealed record PaymentIntent(string Id, long Amount, string Currency, long Created) : StripeObject(Id, Created)
{
    public bool Livemode { get; }

    public string CaptureMethod { get; } = "automatic_async";

    public string ConfirmationMethod { get; } = "automatic";

    public long AmountCapturable { get; }

    public IReadOnlyList<string> PaymentMethodTypes { get; } = ["card"];

    public IReadOnlyList<string>? AllowedPaymentMethodTypes { get; init; }

    public required string ClientSecret { get; init; }

    public required string Status { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public string? PaymentMethod { get; init; }

    public long AmountReceived { get; init; }

    public string? LatestCharge { get; init; }

    public ApiError? LastPaymentError { get; init; }

    public NextAction? NextAction { get; init; }

    public long? CanceledAt { get; init; }

    public string? CancellationReason { get; init; }
}

/// <summary>What the cardholder has to do: go to a page, or let Stripe.js show it.</summary>
internal sealed record NextAction(string Type)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RedirectToUrl? RedirectToUrl { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UseStripeSdk? UseStripeSdk { get; init; }

    [JsonIgnore]
    public string Url => RedirectToUrl?.Url ?? UseStripeSdk!.StripeJs;
}

internal sealed record RedirectToUrl(string Url, string ReturnUrl);

/// <summary>Only Stripe.js knows what is in it.</summary>
internal sealed record UseStripeSdk(string Type, string StripeJs);

internal sealed record Charge(string Id, long Amount, string Currency, string PaymentIntent, string PaymentMethod, long Created) : StripeObject(Id, Created)
{
    public bool Livemode { get; }

    public required string Status { get; init; }

    public required Outcome Outcome { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public BillingDetails BillingDetails { get; } = new();

    public bool Paid => Status == "succeeded";

    public bool Captured => Paid;

    public long AmountCaptured => Paid ? Amount : 0;

    public long AmountRefunded { get; init; }

    public bool Refunded => Paid && AmountRefunded == Amount;

    public bool Disputed { get; init; }

    public string? FailureCode { get; init; }

    public string? FailureMessage { get; init; }
}

/// <summary>Whether the card's issuer took the charge, and why not.</summary>
internal sealed record Outcome(string NetworkStatus, string Type, string? Reason, string SellerMessage);

/// <summary>Nobody says whose card it is.</summary>
internal sealed record BillingDetails
{
    public string? Address { get; }

    public string? Email { get; }

    public string? Name { get; }

    public string? Phone { get; }

    public string? TaxId { get; }
}

internal sealed record Refund(string Id, long Amount, string Currency, string PaymentIntent, string Charge, long Created) : StripeObject(Id, Created)
{
    public required string Status { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    public string? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FailureReason { get; init; }
}

internal sealed record Dispute(string Id, long Amount, string Currency, string PaymentIntent, string Charge, long Created) : StripeObject(Id, Created)
{
    public bool Livemode { get; }

    public required string Reason { get; init; }

    public required string Status { get; init; }

    public bool IsChargeRefundable => IsInquiry || Status == "won";

    public IReadOnlyList<object> BalanceTransactions { get; } = [];

    public IReadOnlyList<string> EnhancedEligibilityTypes { get; } = [];

    public Evidence Evidence { get; } = new();

    public EvidenceDetails EvidenceDetails => new(Created + (long)TimeSpan.FromDays(7).TotalSeconds);

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <summary>A question of the card's issuer. No money has moved yet.</summary>
    [JsonIgnore]
    public bool IsInquiry => Status.StartsWith("warning_", StringComparison.Ordinal);

    [JsonIgnore]
    public bool IsOpen => Status.EndsWith("needs_response", StringComparison.Ordinal);
}

/// <summary>It is not simulated, only its deadline.</summary>
internal sealed record Evidence
{
    public IReadOnlyDictionary<string, string> EnhancedEvidence { get; } = new Dictionary<string, string>();
}

internal sealed record EvidenceDetails(long? DueBy)
{
    public bool HasEvidence { get; }

    public bool PastDue { get; }

    public long SubmissionCount { get; }

    public IReadOnlyDictionary<string, string> EnhancedEligibility { get; } = new Dictionary<string, string>();
}

/// <summary>What has happened to an object, and how the object was then.</summary>
internal sealed record Event(string Id, string Type, EventData Data, EventRequest Request, long Created) : StripeObject(Id, Created)
{
    /// <summary>The version that the shop's Stripe.net was made for.</summary>
    public const string Version = "2026-10-28.endive";

    public string ApiVersion { get; } = Version;

    public bool Livemode { get; }

    public int PendingWebhooks { get; init; }
}

internal sealed record EventData(StripeObject Object);

/// <summary>Which call made an event. Nothing in it if none did.</summary>
internal sealed record EventRequest(string? Id = null, string? IdempotencyKey = null);
