
namespace Ticketing.Messaging;

/// <summary>
/// What a decider made of a document and an event or command: the new state and the events that tell of it, or nothing at all,
/// or a refusal. Deciders are pure, so a decision can be taken again on a newer document when its write meets a conflict.
/// The caller of a refused command is told why; a refused event becomes a dead letter at once.
/// </summary>
/// <typeparam name="T">The document's state.</typeparam>
/// <param name="State">The new state; null leaves the document as it is.</param>
/// <param name="Events">The events that are stored with the document in the same write, and published then, in this order.</param>
public readonly record struct Decision<T>(T? State, params IReadOnlyList<IEvent>? Events)
    where T : class
{
    /// <summary>Nothing to change and nothing to tell: a duplicate, a decision that was already taken.</summary>
    public static Decision<T> Nothing => default;

    /// <summary>Why a command is not carried out, or an event is not accepted; null if it is.</summary>
    public Refusal? Refusal { get; private init; }

    /// <summary>What an operator should know about the event that was decided on. It is logged as a warning.</summary>
    public string? Warning { get; init; }

    /// <summary>A command that is not carried out, or an event that is not accepted: nothing changes.</summary>
    public static Decision<T> Refuse(RefusalKind kind, string detail) => new() { Refusal = new(kind, detail) };

    /// <summary>A command that is not carried out because of these of its fields: nothing changes.</summary>
    public static Decision<T> RefuseFields(IReadOnlyList<InvalidField> fields) =>
        new() { Refusal = new(RefusalKind.Invalid, string.Join(' ', fields.Select(field => field.Rule))) { Fields = fields } };
}

/// <summary>Why a command was not carried out, or an event was not accepted.</summary>
/// <param name="Kind">What a caller can do about it.</param>
/// <param name="Detail">One sentence for whoever sent it.</param>
public sealed record Refusal(RefusalKind Kind, string Detail)
{
    /// <summary>The command's fields that are why, if they are.</summary>
    public IReadOnlyList<InvalidField> Fields { get; init; } = [];
}

/// <summary>A field of a command that is not as it must be.</summary>
/// <param name="Name">The field as the caller spells it.</param>
/// <param name="Rule">The rule, as a sentence.</param>
public readonly record struct InvalidField(string Name, string Rule);

/// <summary>The kinds of refusal.</summary>
public enum RefusalKind
{
    /// <summary>There is no such document, or it is not the caller's to know of.</summary>
    NotFound,

    /// <summary>The document is another's to change.</summary>
    Forbidden,

    /// <summary>The document's state does not allow it.</summary>
    Conflict,

    /// <summary>The caller's version of the document is not the newest.</summary>
    Stale,

    /// <summary>The same key was used for another command before.</summary>
    KeyReused,

    /// <summary>The caller has as many as are allowed at a time, and can have another one later.</summary>
    TooMany,

    /// <summary>Fields of the command do not go together, or not with what the document says.</summary>
    Invalid,
}
