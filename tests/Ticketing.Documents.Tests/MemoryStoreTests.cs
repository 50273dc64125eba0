using Ticketing.Documents.Memory;
using Ticketing.Testing.Documents;

namespace Ticketing.Documents.Tests;

public sealed class MemoryStoreTests : DocumentStoreContract
{
    protected override ValueTask<IDocumentDatabase> OpenAsync() => new(new MemoryDatabase());
}
