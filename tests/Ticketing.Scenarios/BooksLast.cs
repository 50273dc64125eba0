using Xunit.Sdk;
using Xunit.v3;

namespace Ticketing.Scenarios;

/// <summary>
/// Puts the tests that check the books, and what was told of all that, behind all those that make entries. The one that waits for a whole hold comes just before it, so that
/// no hold is left for the books to wait for.
/// </summary>
public sealed class BooksLast : ITestCaseOrderer
{
    private static readonly string[] Last =
    [
        nameof(ShopScenarios.Two_hundred_buyers_at_once_share_fifty_seats_and_all_are_free_again_after_the_hold),
        nameof(ShopScenarios.The_books_balance_when_nothing_is_in_flight),
        nameof(ShopScenarios.Each_event_is_told_as_one_action_and_neither_actions_nor_logs_name_anybody),
    ];

    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(test => Array.IndexOf(Last, test.TestMethod?.MethodName))];
}
