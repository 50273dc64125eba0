using Ticketing.Testing.Documents;

namespace Ticketing.Documents.MongoDb.Tests;

public sealed class MongoDbStoreTests : DocumentStoreContract, IAsyncDisposable
{
    private readonly MongoDbServer _server = new();

    protected override ValueTask<IDocumentDatabase> OpenAsync() => new(_server.Open());

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
