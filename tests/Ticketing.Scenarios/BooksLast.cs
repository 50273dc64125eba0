using Xunit.Sdk;
using Xunit.v3;

namespace Ticketing.Scenarios;

/// <summary>Puts the test that checks the books behind all those that make entries.</summary>
public sealed class BooksLast : ITestCaseOrderer
{
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(test => test.TestMethod?.MethodName == nameof(ShopScenarios.The_books_balance_when_nothing_is_in_flight))];
}
