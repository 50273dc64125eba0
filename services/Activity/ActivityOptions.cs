using Microsoft.Extensions.Options;
using Ticketing.ActivityLog;

namespace Ticketing.Activities;

/// <summary>Settings under <c>Activity:</c>.</summary>
public sealed class ActivityOptions
{
    private const long MaxBytesInMemory = 64L << 20;
    private const long MaxBytesInStore = 10L << 30;

    /// <summary>How long entries are kept.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How many bytes are kept: 64 MiB in memory, 10 GiB in a store, unless set.</summary>
    public long? MaxBytes { get; set; }

    /// <summary>How often the store is asked what other instances have written, for each stream.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a stream that has nothing to say is silent.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Where the Aspire dashboard is, which shows traces; null if there is none.</summary>
    public Uri? DashboardUrl { get; set; }

    /// <summary>Whether all of them are greater than zero.</summary>
    public bool AreValid => MaxAge > TimeSpan.Zero && MaxBytes is null or > 0 && Poll > TimeSpan.Zero && Heartbeat > TimeSpan.Zero;

    /// <summary>How much a store keeps.</summary>
    public Retention Retention(bool isMemory) => new(MaxAge, MaxBytes ?? (isMemory ? MaxBytesInMemory : MaxBytesInStore));
}

/// <summary>Where the entries are: beside the documents of other services (<c>Documents:Store</c>).</summary>
internal static class ActivityStores
{
    public static void AddActivityStore(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ActivityOptions>().BindConfiguration("Activity")
            .Validate(options => options.AreValid, "Activity:MaxAge, Activity:MaxBytes, Activity:Poll and Activity:Heartbeat must be greater than zero.").ValidateOnStart();
        var (settings, name) = (builder.Configuration, ActivityService.Value.Name);
        builder.Services.AddSingleton<IActivityStore>(services =>
        {
            var (options, time) = (services.GetRequiredService<IOptions<ActivityOptions>>().Value, services.GetRequiredService<TimeProvider>());
            // AddServiceDefaults has checked them.
            return settings["Documents:Store"] switch
            {
                "postgres" => new PostgreSqlActivityStore(settings.GetConnectionString("postgres")!, name, options.Retention(isMemory: false), time),
                "mongodb" => new MongoDbActivityStore(settings.GetConnectionString("mongodb")!, name, options.Retention(isMemory: false), time),
                _ => new MemoryActivityStore(options.Retention(isMemory: true), time),
            };
        });
    }
}
