using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using MongoDB.Bson;

namespace Ticketing.Documents.MongoDb.Tests;

/// <summary>States of every kind, without a server.</summary>
public sealed partial class StateMappingTests
{
    private static readonly Everything Full = new(
        Colour.Red, 12.50m, 12m, null, 0.1, 1e300, 5.0, long.MinValue, ulong.MaxValue, true,
        DateTimeOffset.MaxValue.ToOffset(TimeSpan.FromHours(-3)), Guid.Parse("0af76519-16cd-43dd-8448-eb211c80319c"), ["a", null],
        ImmutableDictionary<string, Nested>.Empty.Add("$a.b", new(1, null)));

    [Fact]
    public void A_state_comes_back_as_it_was()
    {
        var (mapping, expected) = (new StateMapping<Everything>(Json.Default.Everything), Full);
        var read = mapping.Read(BsonDocument.Parse(mapping.Write(expected).ToJson()));

        Assert.Equal(expected with { Names = read.Names, Nested = read.Nested }, read);
        Assert.Equal(expected.Names, read.Names);
        Assert.Equal(expected.Nested, read.Nested);
        Assert.Equal("12.50", read.Price.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Every_decimal_is_a_Decimal128_and_nothing_else_is()
    {
        var stored = new StateMapping<Everything>(Json.Default.Everything).Write(Full).AsBsonDocument;
        Assert.Equal(
            ["price", "whole", "big"],
            stored.Where(element => element.Value.BsonType == BsonType.Decimal128).Select(element => element.Name));
        Assert.Equal("red", stored["colour"].AsString);
        Assert.Equal((0.1, 1e300), (stored["tenth"].AsDouble, stored["huge"].AsDouble));
        Assert.Equal(long.MinValue, stored["least"].AsInt64);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.00")]
    [InlineData("-1.10")]
    [InlineData("0.0000000000000000000000000001")]
    [InlineData("79228162514264337593543950335")]
    public void A_decimal_keeps_its_digits(string digits)
    {
        var (mapping, culture) = (new StateMapping<Everything>(Json.Default.Everything), CultureInfo.InvariantCulture);
        var amount = decimal.Parse(digits, culture);
        var read = mapping.Read(mapping.Write(Full with { Price = amount, Maybe = amount }));
        Assert.Equal((digits, digits), (read.Price.ToString(culture), read.Maybe?.ToString(culture)));
    }

    internal enum Colour
    {
        [JsonStringEnumMemberName("red")] Red = 1,
    }

    internal sealed record Nested(int Quantity, string? Text);

    internal sealed record Everything(
        Colour Colour, decimal Price, decimal Whole, decimal? Maybe, double Tenth, double Huge, double Five, long Least, ulong Big,
        bool Yes, DateTimeOffset At, Guid Id, ImmutableArray<string?> Names, ImmutableDictionary<string, Nested> Nested);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Everything))]
    internal sealed partial class Json : JsonSerializerContext;
}
