namespace Ticketing.Messaging;

/// <summary>How much the client holds that the broker has not answered. What finds no room waits in order, and costs nothing meanwhile.</summary>
/// <param name="maxMessages">How many messages fit; 0 is any number.</param>
/// <param name="maxBytes">How many bytes of values fit. One message always does.</param>
internal sealed class ProducerQueue(int maxMessages, long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Queue<(TaskCompletionSource Room, int Bytes)> _waiting = [];
    private int _messages;
    private long _bytes;

    /// <summary>How many messages it holds.</summary>
    public int Count => Volatile.Read(ref _messages);

    /// <summary>Waits until there is room, and takes it.</summary>
    public ValueTask EnterAsync(int bytes)
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 && TryTake(bytes))
                return ValueTask.CompletedTask;
            var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((room, bytes));
            return new(room.Task);
        }
    }

    /// <summary>The broker has answered a message, or it could not be handed over.</summary>
    public void Leave(int bytes)
    {
        lock (_lock)
        {
            _messages--;
            _bytes -= bytes;
            while (_waiting.TryPeek(out var next) && TryTake(next.Bytes))
                _waiting.Dequeue().Room.SetResult();
        }
    }

    private bool TryTake(int bytes)
    {
        if (_messages > 0 && (_messages == maxMessages || _bytes + bytes > maxBytes))
            return false;
        _messages++;
        _bytes += bytes;
        return true;
    }
}
