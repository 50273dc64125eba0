namespace Ticketing.Documents;

/// <summary>
/// Makes few calls of many: what is asked for while a call is under way goes together with the next one. A second call under way would make
/// both smaller: a fifth more of them under load (measured). Nobody waits for company by the clock, but each call queues up behind what is
/// ready to run and may ask, too: alone, it goes at once; under load, there are a quarter fewer of them (measured).
/// </summary>
/// <param name="call">Answers so many items, each in its place.</param>
internal sealed class Combiner<TItem, TResult>(Func<IReadOnlyList<TItem>, ValueTask<IReadOnlyList<TResult>>> call)
{
    private const int MaxTogether = 200;

    private readonly Lock _lock = new();
    private readonly Queue<(TItem Item, TaskCompletionSource<TResult> Answer)> _waiting = [];
    private bool _isUnderWay;

    public Task<TResult> AskAsync(TItem item)
    {
        var answer = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((item, answer));
            if (_isUnderWay)
                return answer.Task;
            _isUnderWay = true;
        }
        Begin();
        return answer.Task;
    }

    // Without the caller's context: what it does is in the name of many. And not into the thread's own queue, which is served first.
    private void Begin() => ThreadPool.UnsafeQueueUserWorkItem(static combiner => _ = combiner.AnswerAsync(), this, preferLocal: false);

    private async Task AnswerAsync()
    {
        var together = Take();
        try
        {
            Answer(together, await call(Array.ConvertAll(together, one => one.Item)));
        }
        catch (Exception e) when (together.Length == 1 || e is StoreUnavailableException)
        {
            foreach (var (_, answer) in together)
                answer.SetException(e);
        }
        catch (Exception)
        {
            // One of them is at fault, and the others must not suffer from it.
            foreach (var one in together)
                await AnswerAloneAsync(one);
        }
        if (IsWaitedFor())
            Begin();
    }

    private async Task AnswerAloneAsync((TItem Item, TaskCompletionSource<TResult> Answer) one)
    {
        try
        {
            one.Answer.SetResult((await call([one.Item]))[0]);
        }
        catch (Exception e)
        {
            one.Answer.SetException(e);
        }
    }

    private static void Answer((TItem, TaskCompletionSource<TResult> Answer)[] together, IReadOnlyList<TResult> results)
    {
        for (var i = 0; i < together.Length; i++)
            together[i].Answer.SetResult(results[i]);
    }

    private (TItem Item, TaskCompletionSource<TResult> Answer)[] Take()
    {
        lock (_lock)
        {
            var next = new (TItem, TaskCompletionSource<TResult>)[Math.Min(_waiting.Count, MaxTogether)];
            for (var i = 0; i < next.Length; i++)
                next[i] = _waiting.Dequeue();
            return next;
        }
    }

    private bool IsWaitedFor()
    {
        lock (_lock)
            return _isUnderWay = _waiting.Count > 0;
    }
}
