using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ticketing.Scenarios.Client;
using Ticketing.Scenarios.Launching;
using Ticketing.Testing;

namespace Ticketing.EndToEnd.Tests;

/// <summary>Services with the limits as they are by default, behind a proxy that says where calls come from.</summary>
public sealed class LimitedShop : IAsyncLifetime
{
    private ShopProcesses? _services;

    public Shop Shop => _services!.Shop;

    public async ValueTask InitializeAsync() => _services = await ShopProcesses.StartLimitedAsync(
        [], ("ForwardedHeaders__KnownProxies__0", "127.0.0.1"), ("Passwords__IterationCount", "100000"), ("Passwords__MaxWaiting", "30"),
        ("RateLimits__RefusalDelay", "00:00:00.1"));

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
    }
}

/// <summary>Nobody gets far by guessing or hoarding, and whoever does not is not held up by it.</summary>
[Collection(nameof(Alone))]
public sealed class LimitTests(LimitedShop running, ITestOutputHelper output) : IClassFixture<LimitedShop>
{
    private const int TriesPerAddress = 20;
    private const int TriesPerAccount = 5;
    private const int SignUps = 20;
    private const int UnpaidOrders = 5;

    private static int _addresses;

    private Shop Shop => running.Shop;

    [Fact]
    public Task The_READMEs_calls_are_within_the_limits() => ReadmeCalls.PasteTwiceAsync(Shop.Endpoints);

    [Fact]
    public async Task A_buyer_who_orders_a_hundred_times_at_once_has_five_unpaid_orders()
    {
        var (seller, buyer) = (await SignUpAsync(), await SignUpAsync());
        var ticket = await seller.ListTicketAsync(quantity: 100, maxPerBuyer: 100);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => OrderAsync($"{i}")));

        var placed = answers.Index().Where(answer => answer.Item.Status == HttpStatusCode.Created)
            .Select(answer => (Key: $"{answer.Index}", Order: answer.Item.Read<Order>(HttpStatusCode.Created))).ToList();
        Assert.Equal(UnpaidOrders, placed.Count);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => RefusedFor(answer, 120));

        // So many calls are too many for a buyer, too. Soon there may be another one.
        var again = await SoonAsync(() => OrderAsync(placed[0].Key), answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(placed[0].Order.Id, again.Read<Order>(HttpStatusCode.Created).Id);
        await SoonAsync(() => OrderAsync("new"), answer => answer.Body.Contains("You have 5 unpaid orders. Pay or cancel one of them first.", StringComparison.Ordinal));
        await buyer.CancelAsync(placed[1].Order);
        await SoonAsync(() => OrderAsync("new"), answer => answer.Status == HttpStatusCode.Created);
        await buyer.PayAsync(placed[2].Order);
        await buyer.WaitForStatusAsync(placed[2].Order.Id, Order.Completed);
        await SoonAsync(() => OrderAsync("newer"), answer => answer.Status == HttpStatusCode.Created);
        (await OrderAsync("newest")).IsProblem(HttpStatusCode.TooManyRequests);

        Task<Answer> OrderAsync(string key) => buyer.PostAsync("/api/orders", new { ticketId = ticket.Id }, ("Idempotency-Key", key));
    }

    [Fact]
    public async Task A_thousand_wrong_guesses_at_an_account_cost_its_owner_nothing()
    {
        var (home, there) = (NewAddress(), NewAddress());
        var owner = await SignUpAsync(home);
        var started = Stopwatch.GetTimestamp();

        var answers = new List<Answer>();
        for (var i = 0; i < 20; i++)
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SignInAsync(owner.Session.Email, "not the password", there))));

        var tries = Tried(answers);
        output.WriteLine($"{tries} of {answers.Count} guesses were tried, in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.InRange(tries, TriesPerAccount, TriesPerAccount + (Stopwatch.GetElapsedTime(started) / TimeSpan.FromSeconds(10)));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Unauthorized), answer => RefusedFor(answer, 10));
        foreach (var address in (string[])[home, NewAddress()])
            (await SignInAsync(owner.Session.Email, Shop.Password, address)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_crowd_that_guesses_does_not_hold_up_who_signs_in()
    {
        var owner = await SignUpAsync();
        string[] accounts = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await SignUpAsync()).Session.Email)), .. Enumerable.Range(0, 20).Select(_ => Shop.NewEmail())];
        using var end = new CancellationTokenSource();
        var started = Stopwatch.GetTimestamp();
        var one = NewAddress();
        var guesses = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => GuessAsync(_ => owner.Session.Email, one)));
        var begun = 0;
        var others = Task.WhenAll(Enumerable.Range(0, 150).Select(number => GuessAsync(i => accounts[(number + i) % accounts.Length], NewAddress(), () => Interlocked.Increment(ref begun))));
        // From then on, they are known for what they are.
        await Eventually.IsAsync(() => Volatile.Read(ref begun) == 150, () => $"{begun} have begun");

        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var before = Stopwatch.GetTimestamp();
            // Never from where somebody has been before.
            (await SignInAsync(owner.Session.Email, Shop.Password, NewAddress())).Is(HttpStatusCode.OK);
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        await end.CancelAsync();

        var (atOne, atOthers) = ((await guesses).SelectMany(answers => answers).ToList(), await others);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        output.WriteLine($"signed in within {string.Join(", ", times.Select(time => $"{time:0}"))} ms; of {atOne.Count} guesses at one account {Tried(atOne)} "
            + $"were tried, of {atOthers.Sum(answers => answers.Count)} at others {Tried(atOthers.SelectMany(answers => answers))}, in {seconds:0.0} s");
        Assert.InRange(Tried(atOne), 0, TriesPerAccount + (seconds / 10));
        Assert.All(atOthers, answers => Assert.InRange(Tried(answers), 0, TriesPerAddress + seconds));
        // Within a second on a machine that does nothing else; the 16 s that it was once are far.
        Assert.InRange(times.Max(), 0, 5000);

        async Task<List<Answer>> GuessAsync(Func<int, string> email, string address, Action? begun = null)
        {
            var answers = new List<Answer>();
            while (!end.IsCancellationRequested)
            {
                answers.Add(await SignInAsync(email(answers.Count), "not the password", address));
                if (answers.Count == 1)
                    begun?.Invoke();
            }
            return answers;
        }
    }

    [Fact]
    public async Task From_one_address_only_so_many_sign_up()
    {
        var address = NewAddress();
        var started = Stopwatch.GetTimestamp();

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => PostSignUpAsync(address)));

        var signedUp = answers.Count(answer => answer.Status == HttpStatusCode.Created);
        Assert.InRange(signedUp, SignUps, SignUps + (Stopwatch.GetElapsedTime(started) / TimeSpan.FromSeconds(3)));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer => RefusedFor(answer, 3));
        await SignUpAsync();
    }

    [Fact]
    public async Task Who_would_wait_for_too_many_hashes_is_told_to_come_back()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => PostSignUpAsync(NewAddress())));

        var refused = answers.Where(answer => answer.Status != HttpStatusCode.Created).ToList();
        output.WriteLine($"{refused.Count} of {answers.Length} were refused");
        Assert.InRange(refused.Count, 1, answers.Length - 30);
        Assert.All(refused, answer =>
        {
            answer.IsProblem(HttpStatusCode.ServiceUnavailable);
            Assert.Equal("1", Assert.Single(answer.Headers["Retry-After"]));
        });
    }

    [Fact]
    public async Task Where_a_call_comes_from_is_believed_of_the_proxy_only()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has more than one address of its own without being told.");
        using var stranger = CallingFrom(IPAddress.Parse("127.0.0.2"));
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 30; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Shop.Endpoints.Accounts, "/api/users/signup")) { Content = new StringContent("{}", null, "application/json") };
            request.Headers.Add("X-Forwarded-For", NewAddress());
            using var answer = await stranger.SendAsync(request);
            codes.Add(answer.StatusCode);
        }
        Assert.Equal(HttpStatusCode.BadRequest, codes[0]);
        Assert.Contains(HttpStatusCode.TooManyRequests, codes);
    }

    private static HttpClient CallingFrom(IPAddress address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    /// <summary>An address of those for tests of networks (RFC 2544) from which nobody has called.</summary>
    private static string NewAddress()
    {
        var number = Interlocked.Increment(ref _addresses);
        return $"198.18.{number / 256}.{number % 256}";
    }

    /// <summary>How many guesses were compared with a password.</summary>
    private static int Tried(IEnumerable<Answer> answers) => answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized);

    /// <summary>Checks that there were too many, and that the caller is told to come back within so many seconds.</summary>
    private static void RefusedFor(Answer answer, int seconds)
    {
        answer.IsProblem(HttpStatusCode.TooManyRequests);
        Assert.InRange(int.Parse(Assert.Single(answer.Headers["Retry-After"]), CultureInfo.InvariantCulture), 1, seconds);
    }

    private static async Task<Answer> SoonAsync(Func<Task<Answer>> callAsync, Func<Answer, bool> until)
    {
        Answer? last = null;
        await Eventually.IsAsync(async () => until(last = await callAsync()), () => last!.Body);
        return last!;
    }

    private async Task<Caller> SignUpAsync(string? address = null) =>
        new(Shop, (await PostSignUpAsync(address ?? NewAddress())).Read<Session>(HttpStatusCode.Created));

    private Task<Answer> PostSignUpAsync(string address) =>
        Shop.Anyone.PostAsync("/api/users/signup", new { email = Shop.NewEmail(), password = Shop.Password }, ("X-Forwarded-For", address));

    private Task<Answer> SignInAsync(string email, string password, string address) =>
        Shop.Anyone.PostAsync("/api/users/signin", new { email, password }, ("X-Forwarded-For", address));
}
