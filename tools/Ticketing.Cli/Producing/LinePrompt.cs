using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Ticketing.Cli;

/// <summary>Reads lines from a terminal. They can be edited, and the arrow keys bring those of before.</summary>
internal sealed class LinePrompt(string prompt)
{
    // Windows edits lines and has a history itself.
    private static readonly bool CanEdit = !OperatingSystem.IsWindows() && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    // Standard output may be a file.
    private readonly TextWriter _screen = Console.Error;
    private readonly PromptHistory? _history = CanEdit ? new() : null;

    private string _text = "";
    private int _cursor;

    // Of the rows that the line takes, the one with the cursor.
    private int _row;

    /// <returns>Null at the end.</returns>
    public async Task<string?> ReadAsync(CancellationToken stop)
    {
        if (_history is null)
        {
            await _screen.WriteAsync(prompt);
            // Nothing cancels a read from a terminal, so it is left alone, here and below.
            return await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(stop);
        }
        // The line that is typed now is behind all others.
        List<string> lines = [.. _history.Lines, ""];
        var place = lines.Count - 1;
        (_text, _cursor, _row) = ("", 0, 0);
        Draw();
        try
        {
            while (true)
            {
                var key = await Task.Run(() => Console.ReadKey(intercept: true), CancellationToken.None).WaitAsync(stop);
                if (key.Key == ConsoleKey.Enter)
                {
                    _cursor = _text.Length;
                    Draw();
                    await _screen.WriteLineAsync();
                    _history.Add(_text);
                    return _text;
                }
                if (key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } && _text.Length == 0)
                {
                    await _screen.WriteLineAsync();
                    return null;
                }
                if ((key.Key == ConsoleKey.UpArrow && place > 0) || (key.Key == ConsoleKey.DownArrow && place < lines.Count - 1))
                {
                    lines[place] = _text;
                    place += key.Key == ConsoleKey.UpArrow ? -1 : 1;
                    (_text, _cursor) = (lines[place], lines[place].Length);
                }
                else
                {
                    Edit(key);
                }
                Draw();
            }
        }
        catch (OperationCanceledException)
        {
            await _screen.WriteLineAsync();
            throw;
        }
    }

    private void Edit(ConsoleKeyInfo key)
    {
        switch (key)
        {
            case { Key: ConsoleKey.LeftArrow }:
                _cursor = Before(_cursor);
                break;
            case { Key: ConsoleKey.RightArrow }:
                _cursor = After(_cursor);
                break;
            case { Key: ConsoleKey.Home } or { Key: ConsoleKey.A, Modifiers: ConsoleModifiers.Control }:
                _cursor = 0;
                break;
            case { Key: ConsoleKey.End } or { Key: ConsoleKey.E, Modifiers: ConsoleModifiers.Control }:
                _cursor = _text.Length;
                break;
            case { Key: ConsoleKey.Backspace }:
                var before = Before(_cursor);
                (_text, _cursor) = (_text.Remove(before, _cursor - before), before);
                break;
            case { Key: ConsoleKey.Delete }:
                _text = _text.Remove(_cursor, After(_cursor) - _cursor);
                break;
            case { Key: ConsoleKey.U, Modifiers: ConsoleModifiers.Control }:
                (_text, _cursor) = (_text[_cursor..], 0);
                break;
            case { KeyChar: var typed } when typed == '\t' || !char.IsControl(typed):
                _text = _text.Insert(_cursor++, $"{typed}");
                break;
        }
    }

    // What people see as one character may be several.
    private int Before(int cursor)
    {
        var before = 0;
        for (var next = After(0); next < cursor; next = After(next))
            before = next;
        return before;
    }

    private int After(int cursor) => cursor < _text.Length ? cursor + StringInfo.GetNextTextElementLength(_text, cursor) : cursor;

    private void Draw()
    {
        var width = Math.Max(1, Console.WindowWidth);
        var shown = $"{prompt}{_text}".Replace('\t', ' ');
        var (all, left) = (shown.GetCellWidth(), shown[..(prompt.Length + _cursor)].GetCellWidth());
        var screen = new StringBuilder(_row > 0 ? $"\e[{_row}A" : "").Append("\r\e[J").Append(shown);
        // At the edge the cursor stays on the last cell until something follows.
        if (all > 0 && all % width == 0)
            screen.Append("\r\n");
        _row = left / width;
        if (all / width - _row is > 0 and var up)
            screen.Append(CultureInfo.InvariantCulture, $"\e[{up}A");
        screen.Append('\r');
        if (left % width is > 0 and var right)
            screen.Append(CultureInfo.InvariantCulture, $"\e[{right}C");
        _screen.Write(screen);
    }
}
