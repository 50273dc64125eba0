using Xunit.Sdk;
using Xunit.v3;

namespace Ticketing.Scenarios;

/// <summary>
/// Puts the tests that need the end of a hold behind the others, during which holds pass, and then those that check the books and what was told of all that,
/// which find no hold to wait for. The crowd comes first, as its orders are those that are waited for.
/// </summary>
public sealed class BooksLast : ITestCaseOrderer
{
    private const string First = nameof(ShopScenarios.Two_hundred_buyers_at_once_share_fifty_seats);

    private static readonly string[] Last =
    [
        nameof(ShopScenarios.An_order_that_nobody_pays_expires_at_its_time_in_its_trace_and_frees_its_seat),
        nameof(ShopScenarios.An_expiration_that_comes_early_ends_no_hold),
        nameof(ShopScenarios.When_the_hold_ends_before_its_holder_decides_nothing_is_captured),
        nameof(ShopScenarios.Of_two_hundred_orders_that_nobody_pays_all_seats_are_free_again_after_the_hold),
        nameof(ShopScenarios.A_timer_fires_once),
        nameof(ShopScenarios.The_books_balance_when_nothing_is_in_flight),
        nameof(ShopScenarios.Each_event_is_told_as_one_action_and_neither_actions_nor_logs_name_anybody),
    ];

    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(test => test.TestMethod?.MethodName != First).ThenBy(test => Array.IndexOf(Last, test.TestMethod?.MethodName))];
}
