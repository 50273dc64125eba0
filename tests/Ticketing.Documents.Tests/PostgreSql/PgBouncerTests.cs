using Ticketing.Testing.Documents;

namespace Ticketing.Documents.Tests.PostgreSql;

/// <summary>The contract, with each transaction on whichever connection PgBouncer has.</summary>
public sealed class PgBouncerTests(PgBouncerFixture postgres) : DocumentStoreContract, IClassFixture<PgBouncerFixture>
{
    protected override ValueTask<IDocumentDatabase> OpenAsync() => new(postgres.Open());

    protected override int Sequences => 20;

    [Fact]
    public Task Every_statement_finds_its_rows_by_an_index_there_too() => SchemaTests.AssertIndexesAreUsedAsync(postgres);
}
