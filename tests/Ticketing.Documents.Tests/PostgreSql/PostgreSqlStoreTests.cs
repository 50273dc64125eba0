using Ticketing.Testing.Documents;

namespace Ticketing.Documents.Tests.PostgreSql;

public sealed class PostgreSqlStoreTests(PostgreSqlFixture postgres) : DocumentStoreContract, IClassFixture<PostgreSqlFixture>
{
    protected override ValueTask<IDocumentDatabase> OpenAsync() => new(postgres.Open());

    protected override int Sequences => 60;
}
