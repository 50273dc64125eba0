using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Ticketing.Tools;

/// <summary>The functions of librdkafka that Confluent.Kafka does not offer.</summary>
internal static partial class Librdkafka
{
    public const int Producer = 0;

    private const string Name = "librdkafka";

    // The package has several builds of the library for Linux, and Confluent.Kafka loads the first that works on this machine.
    // By its plain name, the runtime would find the first one only, which needs a libsasl2 that Debian and Ubuntu lack.
    static Librdkafka() => NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        // Reading the version loads the library.
        if (name != Name || Library.Version == 0)
            return 0;
        using var process = Process.GetCurrentProcess();
        // Where modules are not listed, or no file is to be found, there is one build only, and the runtime's own search finds it.
        return process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
            .FirstOrDefault(file => Path.GetFileName(file).Contains(Name, StringComparison.Ordinal)) is { } loaded
            ? NativeLibrary.Load(loaded)
            : 0;
    }

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint ConfigurationNew();

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ConfigurationSet(nint configuration, string name, string value, [Out] byte[] error, nuint errorSize);

    [LibraryImport(Name, EntryPoint = "rd_kafka_new")]
    public static partial nint New(int type, nint configuration, [Out] byte[] error, nuint errorSize);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_cluster_new")]
    public static partial nint MockClusterNew(nint client, int brokerCount);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    public static partial nint MockClusterBootstraps(nint cluster);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MockTopicCreate(nint cluster, string topic, int partitionCount, int replicationFactor);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    public static partial void MockGroupInitialRebalanceDelay(nint cluster, int milliseconds);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_start_request_tracking")]
    public static partial void MockStartRequestTracking(nint cluster);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_get_requests")]
    public static partial nint MockGetRequests(nint cluster, out nuint count);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_request_api_key")]
    public static partial short MockRequestApiKey(nint request);

    [LibraryImport(Name, EntryPoint = "rd_kafka_mock_request_destroy_array")]
    public static partial void MockRequestDestroyArray(nint requests, nuint count);
}
