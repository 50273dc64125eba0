using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Stripe;
using Ticketing.Payments.Webhooks;

namespace Ticketing.UnitTests.Payments.Webhooks;

/// <summary>Signatures as Stripe's documentation specifies them.</summary>
public sealed class StripeSignatureTests
{
    private const string Secret = "whsec_5f2c9a";
    private const string Body = """{"id":"evt_1","object":"event","type":"payment_intent.succeeded"}""";

    // printf '%s' "1492774577.$BODY" | openssl dgst -sha256 -hmac whsec_5f2c9a
    private const string Recorded = "38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8";

    private static readonly DateTimeOffset SignedAt = DateTimeOffset.FromUnixTimeSeconds(1492774577);

    [Fact]
    public void A_recorded_signature_is_good()
    {
        Assert.Equal(Recorded, StripeSigner.Signature(Body, Secret, SignedAt));
        Assert.True(IsValid($"t=1492774577,v1={Recorded}"));
        Assert.True(IsValid($"t=1492774577, v1={Recorded} ,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("t=1492774577")]
    [InlineData("t=1492774577,v1=")]
    [InlineData("t=1492774577,v1=,v1=")]
    [InlineData("t=1492774577,v1=38")]
    [InlineData("t=1492774577,v1=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa9")]
    [InlineData("t=1492774577,v1=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8a8")]
    [InlineData("t=1492774577,v1=38DFAD0B341FF786E70A3DFC21F2F52052F449999F19D6B9C4AFC99AF786AFA8")]
    [InlineData("t=1492774577,v0=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8")]
    [InlineData("t=1492774577,v2=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8")]
    [InlineData("t=1492774578,v1=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8")]
    [InlineData("t=+1492774577,v1=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8")]
    [InlineData("t=01492774577,v1=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8")]
    [InlineData("t=9999999999999999999,v1=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8")]
    [InlineData("t=,v1=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8")]
    [InlineData("v1=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8")]
    // The first time counts, so a second one cannot make a signature young.
    [InlineData("t=1,t=1492774577,v1=38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8")]
    [InlineData("38dfad0b341ff786e70a3dfc21f2f52052f449999f19d6b9c4afc99af786afa8")]
    public void Anything_else_is_not(string header) => Assert.False(IsValid(header));

    [Fact]
    public void A_header_of_any_length_is_only_wrong() =>
        Assert.False(IsValid($"t={new string('1', 30_000)},v1={Recorded},{string.Join(',', Enumerable.Repeat("v1=38", 5000))}"));

    [Fact]
    public void Each_byte_of_the_body_counts()
    {
        for (var i = 0; i < Body.Length; i++)
        {
            var changed = Encoding.UTF8.GetBytes(Body);
            changed[i] ^= 1;
            Assert.False(StripeSignature.IsValid($"t=1492774577,v1={Recorded}", new(changed), Secrets(Secret), SignedAt));
        }
        Assert.False(IsValid($"t=1492774577,v1={Recorded}", body: $"{Body}\n"));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(5 * 60, true)]
    [InlineData((5 * 60) + 1, false)]
    [InlineData(6 * 60, false)]
    [InlineData(-5 * 60, true)]
    [InlineData((-5 * 60) - 1, false)]
    [InlineData(-6 * 60, false)]
    public void It_is_good_for_five_minutes_and_not_before_its_time(int seconds, bool expected) =>
        Assert.Equal(expected, IsValid($"t=1492774577,v1={Recorded}", now: SignedAt.AddSeconds(seconds)));

    [Fact]
    public void While_a_secret_is_replaced_any_signature_with_any_of_the_secrets_will_do()
    {
        var other = StripeSigner.Signature(Body, "whsec_other", SignedAt);

        Assert.True(IsValid($"t=1492774577,v1={other},v1={Recorded}"));
        Assert.True(IsValid($"t=1492774577,v1={Recorded},v1={other}"));
        Assert.True(IsValid($"t=1492774577,v1={other}", secrets: [Secret, "whsec_other"]));
        Assert.True(IsValid($"t=1492774577,v1={Recorded}", secrets: ["whsec_other", Secret]));
        Assert.False(IsValid($"t=1492774577,v1={other}"));
        Assert.False(IsValid($"t=1492774577,v1={Recorded}", secrets: []));
    }

    [Fact]
    public void Stripes_own_library_decides_the_same() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(Gen.ArrayOf(Gen.OneOf(
            Gen.Elements($"v1={Recorded}", $" v1={Recorded}", "v1=", "v0=", $"v0={Recorded}", $"v1={Recorded[..^1]}", $"v1={Recorded}0", "t=1492774578", "scheme=x"),
            Gen.Choose(0, 63).Select(i => $"v1={Recorded[..i]}0{Recorded[(i + 1)..]}"))).ToArbitrary(),
            Gen.Choose(-310, 310).ToArbitrary(), (items, seconds) =>
            {
                var (header, now) = ($"t=1492774577{string.Concat(items.Select(item => $",{item}"))}", SignedAt.AddSeconds(seconds));
                return IsValid(header, now: now) == IsValidToStripe(header, now);
            }));

    private static bool IsValidToStripe(string header, DateTimeOffset now)
    {
        try
        {
            EventUtility.ValidateSignature(Body, header, Secret, EventUtility.DefaultTimeTolerance, now.ToUnixTimeSeconds());
            return true;
        }
        catch (StripeException)
        {
            return false;
        }
    }

    // In two parts, as a body that came in several packets.
    private static bool IsValid(string header, string body = Body, DateTimeOffset? now = null, string[]? secrets = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var last = new Part(bytes.AsMemory(20), 20);
        var first = new Part(bytes.AsMemory(0, 20), 0) { Following = last };
        return StripeSignature.IsValid(header, new(first, 0, last, last.Memory.Length), Secrets(secrets ?? [Secret]), now ?? SignedAt);
    }

    private static byte[][] Secrets(params string[] secrets) => [.. secrets.Select(Encoding.UTF8.GetBytes)];

    private sealed class Part : ReadOnlySequenceSegment<byte>
    {
        public Part(ReadOnlyMemory<byte> memory, long runningIndex) => (Memory, RunningIndex) = (memory, runningIndex);

        public Part Following { init => Next = value; }
    }
}
