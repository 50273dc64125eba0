using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Ticketing.Payments.Webhooks;

/// <summary>
/// Whether a webhook comes from Stripe, as its documentation says ("Verify webhook signatures manually"). Stripe.net's <c>EventUtility</c> decides the same,
/// but throws for each secret that does not fit, so whoever knows the address decides how many exceptions there are, and needs the body as a string.
/// </summary>
public static class StripeSignature
{
    /// <summary>The header that it is in: <c>t=SECONDS,v1=HEX</c>, with several <c>v1</c> while a secret is replaced.</summary>
    public const string Header = "Stripe-Signature";

    // Of a time in the future, too, as Stripe.net does: it is a wrong clock, or somebody who wants to keep a webhook for later.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const int HexLength = 2 * SHA256.HashSizeInBytes;

    // Of a long in decimal.
    private const int MostDigits = 19;

    /// <summary>Whether one of the signatures is of this body, was made at most five minutes ago, and was made with one of the secrets.</summary>
    /// <param name="header">The header.</param>
    /// <param name="body">The body as it was sent.</param>
    /// <param name="secrets">The endpoint's secrets, <c>whsec_</c> included, as UTF-8.</param>
    /// <param name="now">The time.</param>
    public static bool IsValid(ReadOnlySpan<char> header, ReadOnlySequence<byte> body, IReadOnlyList<byte[]> secrets, DateTimeOffset now)
    {
        var signedAt = SignedAt(header);
        if (signedAt.Length > MostDigits || !long.TryParse(signedAt, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - seconds) > (long)Tolerance.TotalSeconds)
        {
            return false;
        }
        Span<char> expected = stackalloc char[HexLength];
        foreach (var secret in secrets)
        {
            Sign(signedAt, body, secret, expected);
            if (IsAmong(header, expected))
                return true;
        }
        return false;
    }

    private static ReadOnlySpan<char> SignedAt(ReadOnlySpan<char> header)
    {
        foreach (var range in header.Split(','))
        {
            var item = header[range].Trim();
            if (item.StartsWith("t="))
                return item[2..];
        }
        return [];
    }

    // In constant time; what has another length is no signature.
    private static bool IsAmong(ReadOnlySpan<char> header, ReadOnlySpan<char> expected)
    {
        foreach (var range in header.Split(','))
        {
            var item = header[range].Trim();
            if (item.StartsWith("v1=") && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(item[3..]), MemoryMarshal.AsBytes(expected)))
                return true;
        }
        return false;
    }

    private static void Sign(ReadOnlySpan<char> signedAt, ReadOnlySequence<byte> body, byte[] secret, Span<char> signature)
    {
        Span<byte> prefix = stackalloc byte[MostDigits + 1];
        var length = Encoding.ASCII.GetBytes(signedAt, prefix);
        prefix[length++] = (byte)'.';
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(prefix[..length]);
        foreach (var part in body)
            hmac.AppendData(part.Span);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        hmac.GetHashAndReset(hash);
        Convert.TryToHexStringLower(hash, signature, out _);
    }
}
