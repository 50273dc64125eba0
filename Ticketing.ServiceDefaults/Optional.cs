using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ticketing.ServiceDefaults;

/// <summary>A field of a request that is given, or missing. Null is given: it clears what is there.</summary>
/// <typeparam name="T">What may be given; nullable.</typeparam>
[JsonConverter(typeof(OptionalConverter))]
public readonly record struct Optional<T> : IOptional
{
    /// <summary>A field that is given.</summary>
    public Optional(T value) => (IsGiven, Value) = (true, value);

    /// <summary>Whether it is given.</summary>
    public bool IsGiven { get; }

    /// <summary>What is given; null also if nothing is.</summary>
    public T? Value { get; }

    object? IOptional.Value => Value;

    /// <summary>What is given, or what is there already.</summary>
    public T Or(T already) => IsGiven ? Value! : already;
}

/// <summary>An <see cref="Optional{T}"/> of any type.</summary>
public interface IOptional
{
    /// <summary>What is given; null also if nothing is.</summary>
    object? Value { get; }
}

internal sealed class OptionalConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => IsOptional(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()), options)!;

    public static bool IsOptional(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);

    // The value's own converter is called directly: an error then names the field that it is in.
    private sealed class Of<T>(JsonSerializerOptions options) : JsonConverter<Optional<T?>>
    {
        private readonly JsonConverter<T> _value = (JsonConverter<T>)options.GetConverter(typeof(T));

        public override bool HandleNull => true;

        public override Optional<T?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(_value.Read(ref reader, typeof(T), options));

        public override void Write(Utf8JsonWriter writer, Optional<T?> value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Requests are only read.");
    }
}
