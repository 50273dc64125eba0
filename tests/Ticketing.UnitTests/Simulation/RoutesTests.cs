using System.Collections;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ticketing.Messaging;

namespace Ticketing.UnitTests.Simulation;

/// <summary>The simulation is of the services as they are.</summary>
public sealed class RoutesTests
{
    public static TheoryData<string> Services => ["tickets", "orders", "payments", "expiration"];

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_routes_events_as_the_simulation_does(string service)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["ConnectionStrings:kafka"] = "127.0.0.1:9092";
        var messaging = builder.AddMessaging(service);
        _ = service switch
        {
            "tickets" => Ticketing.Tickets.EventHandlers.Groups(messaging),
            "orders" => Ticketing.Orders.EventHandlers.Groups(messaging),
            "payments" => Ticketing.Payments.EventHandlers.Groups(messaging),
            _ => Ticketing.Expiration.EventHandlers.Groups(messaging),
        };

        var simulated = Routes.All.Where(route => route.Group.StartsWith($"{service}-", StringComparison.Ordinal))
            .Select(route => $"{route.Group}: {route.EventType} -> {Describe(route.Decider.Method)}");
        Assert.Equal(simulated.Order(), Registered(builder.Services).Order());
    }

    // What a service registers is in closures; the field names there are nobody's contract, so they are found by type.
    private static IEnumerable<string> Registered(IServiceCollection services) =>
        from closure in services.Select(Factory).Select(factory => factory?.Target).OfType<object>().Distinct()
        from handlers in Fields(closure).OfType<GroupBuilder>()
        let names = Fields(closure).OfType<string>()
        from routes in Fields(handlers).OfType<IDictionary>()
        from string type in routes.Keys
        select $"{names.Single(name => name.Contains('-'))}: {type} -> {Describe(Decider((Delegate)routes[type]!))}";

    private static Delegate? Factory(ServiceDescriptor service) =>
        service.IsKeyedService ? service.KeyedImplementationFactory : service.ImplementationFactory;

    /// <summary>The one method in the closures of a route that was written as a method.</summary>
    private static MethodInfo Decider(Delegate route) =>
        (route.Target is { } target ? Fields(target) : []).OfType<Delegate>().Select(Decider)
            .FirstOrDefault(method => !method.Name.Contains('<')) ?? route.Method;

    private static IEnumerable<object?> Fields(object target) =>
        target.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(field => field.GetValue(target));

    private static string Describe(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
