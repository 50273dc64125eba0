using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Ticketing.Activities;
using Ticketing.Notifications;
using Ticketing.Scenarios.Kafka;
using Ticketing.Testing;

namespace Ticketing.Scenarios.Client;

/// <summary>A running shop, as its users and operators see it.</summary>
public sealed class Shop : IDisposable
{
    public const string Password = "correct horse";

    // A proxy of the environment has no business here, and cookies are sent only by the tests that are about them.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
    private readonly ApiContract _contract;
    private readonly Lazy<Task<Caller>> _seller;
    private readonly ConcurrentDictionary<string, Lazy<Task>> _begun = [];
    private readonly Lazy<GroupOffsets> _offsets;
    private readonly StripeAccount? _stripe;

    public Shop(ShopEndpoints endpoints)
    {
        (Endpoints, Topics) = (endpoints, new ShopTopics(endpoints.Kafka));
        _contract = new(_http);
        Anyone = new Caller(this, null);
        _seller = new(() => SignUpAsync());
        _offsets = new(() => new(endpoints.Kafka, Groups));
        _stripe = endpoints.Stripe is { } url ? new(url) : null;
    }

    /// <summary>Every consumer group of its services, with the topic that it consumes. Not of logs: there is always something more to log.</summary>
    public IReadOnlyList<(string Group, string Topic)> Groups =>
    [
        .. TheShop.Groups,
        .. Endpoints.Notifications is null ? [] : NotificationsService.Value.Groups,
        .. Endpoints.Activity is null ? [] : ActivityService.Value.Groups.Where(group => group.Topic != Contracts.Topics.Logs),
    ];

    public ShopEndpoints Endpoints { get; }

    /// <summary>What everyone with a Kafka client sees.</summary>
    public ShopTopics Topics { get; }

    /// <summary>The account that payments go to, where a Stripe simulator runs.</summary>
    public StripeAccount Stripe => _stripe ?? throw new InvalidOperationException("No Stripe simulator runs.");

    /// <summary>Someone who is not signed in.</summary>
    public Caller Anyone { get; }

    /// <summary>A seller, for the many tests in which it is no matter which one.</summary>
    public Task<Caller> SellerAsync() => _seller.Value;

    /// <summary>Does something once in the life of the shop, for whoever asks first.</summary>
    public Task<T> OnceAsync<T>(Func<Task<T>> begin, [CallerMemberName] string name = "") => (Task<T>)_begun.GetOrAdd(name, _ => new(begin)).Value;

    /// <summary>Someone new.</summary>
    public async Task<Caller> SignUpAsync(string? email = null)
    {
        var answer = await Anyone.PostAsync("/api/users/signup", new { email = email ?? NewEmail(), password = Password });
        return new Caller(this, answer.Read<Session>(Created));
    }

    /// <summary>Someone in a session that was begun by hand.</summary>
    public Caller As(Session session) => new(this, session);

    public static string NewEmail() => $"{Guid.NewGuid():N}@example.com";

    /// <summary>Publishes what Payments tells when the buyer of a paid order disputes its charge, or that has ended.</summary>
    public async Task DisputeAsync(Caller buyer, Order order, string dispute = "disputed", long version = 3)
    {
        var payment = await buyer.PaymentAsync(order);
        await Topics.ProduceAsync(Contracts.Topics.Payments, (order.Id, new
        {
            type = "payment.disputed",
            id = payment.Id,
            orderId = order.Id,
            userId = buyer.Id,
            paymentId = payment.PaymentId,
            amount = payment.Amount,
            currency = payment.Currency,
            dispute,
            refunded = payment.Refunded,
            version,
        }));
    }

    /// <summary>Returns when every event that was decided is published, and every event that was published is handled.</summary>
    public Task SettleAsync() => NothingInFlight.WaitAsync(_offsets.Value, OutboxesAreEmptyAsync);

    /// <summary>Opens the stream of what a caller is told.</summary>
    /// <param name="caller">Who is told.</param>
    /// <param name="last">The last number that the caller has; null to begin with what is new.</param>
    /// <param name="service">The instance; any if null.</param>
    public async Task<NotificationStream> StreamAsync(Caller caller, int? last = null, Uri? service = null)
    {
        const string path = "/api/notifications/stream";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service ?? Endpoints.ServiceOf(path), path));
        request.Headers.Authorization = new("Bearer", caller.Session.AccessToken);
        if (last is not null)
            request.Headers.Add("Last-Event-ID", $"{last}");
        return await NotificationStream.OpenAsync(_http, request);
    }

    public void Dispose()
    {
        _http.Dispose();
        _stripe?.Dispose();
        if (_offsets.IsValueCreated)
            _offsets.Value.Dispose();
    }

    /// <summary>Sends a request, and checks that the answer is as the service's OpenAPI document says.</summary>
    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .SelectMany(header => header.Value.Select(value => (header.Key, value)))
            .ToLookup(header => header.Key, header => header.value, StringComparer.OrdinalIgnoreCase);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var answer = new Answer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, body, headers);
        await _contract.CheckAsync(request, answer);
        return answer;
    }

    private async ValueTask<bool> OutboxesAreEmptyAsync()
    {
        var answers = await Task.WhenAll(Endpoints.Services.Select(service => Anyone.GetAsync(new Uri(service.Url, "/health"))));
        return answers.All(answer => answer.Read<Health>().Outbox is null or 0);
    }
}
