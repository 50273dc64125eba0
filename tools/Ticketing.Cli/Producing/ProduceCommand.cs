using System.CommandLine;
using System.Text;

namespace Ticketing.Cli;

/// <summary><c>ticketing produce</c>: makes each line of a terminal, of standard input or of files a record.</summary>
internal static class ProduceCommand
{
    private static readonly Argument<string> TopicArgument = new("TOPIC") { Description = "The topic." };

    private static readonly Argument<string[]> FilesArgument = new("FILE")
    {
        Description = "Files whose lines are sent. Without them: standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> KeyOption = new("--key", "-k")
    {
        Description = "The key. {0}, {1} and so on stand for the words of the line, here as in each text below. Without it: no key.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> ValueOption = new("--value", "-v")
    {
        Description = "The value. Words are put into JSON escaped. Without it: the whole line.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> PartitionOption = new("--partition", "-p")
    {
        Description = "The partition, or a rule such as south=0,*=1 for what --partition-by gives. Without it, or where the rule says nothing: as the key decides (murmur2, as for the services).",
        HelpName = "N|RULE",
    };

    private static readonly Option<string?> PartitionByOption = new("--partition-by") { Description = "What the rule of --partition is about.", HelpName = "TEXT" };

    private static readonly Option<string[]> HeaderOption = new("--header", "-H") { Description = "A header; may be given several times.", HelpName = "NAME=TEXT" };

    private static readonly Option<double?> RateOption = new("--rate") { Description = "How many records are sent in a second at most.", HelpName = "N" };

    private static readonly Option<long?> CountOption = new("--count", "-n") { Description = "How many lines are read at most.", HelpName = "N" };

    private static readonly Option<bool> QuietOption = new("--quiet", "-q") { Description = "Does not say where each record is." };

    public static Command Create()
    {
        CliCommand.RefusesOptions(TopicArgument);
        CliCommand.RefusesOptions(FilesArgument);
        var command = new CliCommand(
            "produce", "Sends lines to a topic, and says partition and offset of each.",
            "ticketing produce demo",
            "ticketing produce demo people.txt --quiet",
            "seq 1000 | ticketing produce demo --key '{0}' --rate 100",
            """echo 'bill south' | ticketing produce demo --key '{0}' --value '{"name":"{0}","location":"{1}"}' --partition 'south=0,*=1' --partition-by '{1}'""")
        {
            TopicArgument, FilesArgument, KeyOption, ValueOption, PartitionOption, PartitionByOption, HeaderOption, RateOption, CountOption, QuietOption,
        };
        HeaderOption.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1)
                    result.AddError($"--header must be NAME=TEXT, not '{token.Value}'.");
        });
        RateOption.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is not (null or > 0))
                result.AddError("--rate must be more than 0.");
        });
        CountOption.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() is not (null or > 0))
                result.AddError("--count must be more than 0.");
        });
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        var files = arguments.GetValue(FilesArgument) ?? [];
        foreach (var file in files)
            if (!File.Exists(file))
                throw new CliException($"There is no file '{file}'", exitCode: ExitCode.Usage);
        var shape = new RecordShape(
            Template(arguments.GetValue(KeyOption)), Template(arguments.GetValue(ValueOption)),
            new PartitionRule(arguments.GetValue(PartitionOption), arguments.GetValue(PartitionByOption)),
            [.. (arguments.GetValue(HeaderOption) ?? []).Select(one => one.Split('=', 2)).Select(parts => (parts[0], new Template(parts[1])))]);
        var connection = Connection.From(arguments);
        var topic = arguments.GetRequiredValue(TopicArgument);
        var last = connection.Partitions([topic], stop)[^1];
        if (shape.Partition.Highest > last.Partition.Value)
            throw new CliException($"'{topic}' has no partition {shape.Partition.Highest}", $"its last one is {last.Partition.Value}", ExitCode.Usage);

        var isPrompt = files.Length == 0 && !Console.IsInputRedirected;
        var isQuiet = arguments.GetValue(QuietOption);
        using var input = new LineInput(files, isPrompt ? new LinePrompt("> ") : null);
        using var production = new Production(connection, topic, last.Topic, shape, isQuiet, isPrompt);
        var reading = new Reading(input, arguments.GetValue(CountOption) ?? long.MaxValue, arguments.GetValue(RateOption));
        if (isPrompt)
            await Console.Error.WriteLineAsync("Each line is a record. Arrow up brings the lines of before, Ctrl-D ends.");
        // A bar on one line and records on the others need the same terminal, or different places.
        if (files.Length > 0 && Terminal.Live is { } console)
            await ProgressBar.ShowAsync(console, input, production, () => production.RunAsync(reading, stop));
        else
            await production.RunAsync(reading, stop);
        return production.End(wasStopped: stop.IsCancellationRequested && !isPrompt);
    }

    private static Template? Template(string? text) => text is null ? null : new Template(text);
}

/// <summary>The lines of files one after the other, those of standard input, or those that are typed.</summary>
internal sealed class LineInput(IReadOnlyList<string> files, LinePrompt? prompt) : IDisposable
{
    // Other bytes would be changed without a word.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Queue<string> _files = new(files);
    private StreamReader? _reader;
    private Stream? _stream;
    private long _bytes;
    private string _name = "standard input";
    private long _number;
    private long _bytesBefore;

    public long Bytes { get; } = files.Sum(file => new FileInfo(file).Length);

    /// <summary>How much of that the lines are that were read. The place in the file is ahead of them.</summary>
    public long BytesRead => Interlocked.Read(ref _bytes);

    /// <summary>Where the last line is, for messages.</summary>
    public string Place => $"line {_number} of {_name}";

    /// <returns>Null at the end.</returns>
    public async ValueTask<string?> ReadAsync(CancellationToken stop)
    {
        if (prompt is not null)
        {
            var typed = await prompt.ReadAsync(stop);
            _number++;
            return typed;
        }
        while (true)
        {
            if (_reader is null && !Open())
                return null;
            string? line;
            try
            {
                // Nothing cancels a read from a terminal, so it is left alone.
                line = await _reader!.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(stop);
            }
            catch (DecoderFallbackException)
            {
                throw new CliException($"{_name} is not UTF-8 near line {_number + 1}");
            }
            if (line is not null)
            {
                _number++;
                Interlocked.Add(ref _bytes, Utf8.GetByteCount(line) + 1);
                return line;
            }
            if (_stream is { CanSeek: true })
                _bytesBefore += _stream.Length;
            Interlocked.Exchange(ref _bytes, _bytesBefore);
            (_stream, _number) = (null, 0);
            _reader!.Dispose();
            _reader = null;
            if (_files.Count == 0)
                return null;
        }
    }

    public void Dispose() => _reader?.Dispose();

    private bool Open()
    {
        if (files.Count == 0)
            _stream = Console.OpenStandardInput();
        else if (_files.TryDequeue(out var file))
            (_stream, _name) = (File.OpenRead(file), file);
        else
            return false;
        _reader = new StreamReader(_stream, Utf8, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024);
        return true;
    }
}

/// <summary>Which lines are read, and how fast.</summary>
internal sealed record Reading(LineInput Input, long Count, double? Rate);

/// <summary>How a line becomes a record.</summary>
internal sealed record RecordShape(Template? Key, Template? Value, PartitionRule Partition, IReadOnlyList<(string Name, Template Value)> Headers);
