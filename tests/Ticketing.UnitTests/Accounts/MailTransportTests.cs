using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using netDumbster.smtp;
using Ticketing.Mail;

namespace Ticketing.UnitTests.Accounts;

public sealed class MailTransportTests
{
    private static MimeMessage Mail => new([MailboxAddress.Parse("shop@example.com")], [MailboxAddress.Parse("ann@example.com")], "Hello", new TextPart("plain") { Text = "Küche\n" })
    {
        MessageId = "m1@example.com",
    };

    [Theory]
    [InlineData(null)]
    [InlineData("shop")]
    public async Task A_mail_goes_to_the_server_with_its_name(string? user)
    {
        using var server = SimpleSmtpServer.Start();
        var transport = new SmtpTransport(Options.Create(new MailOptions
        {
            Host = "127.0.0.1",
            Port = server.Configuration.Port,
            Security = SecureSocketOptions.None,
            UserName = user,
            Password = "secret",
        }));

        await transport.SendAsync(Mail, TestContext.Current.CancellationToken);

        var received = Assert.Single(server.ReceivedEmail);
        Assert.Equal(("ann@example.com", "<m1@example.com>", "Hello"), (received.ToAddresses[0].Address, received.Headers["Message-ID"], received.Subject));
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_gets_no_mail_unless_that_is_wanted()
    {
        using var server = SimpleSmtpServer.Start();
        var transport = new SmtpTransport(Options.Create(new MailOptions { Host = "127.0.0.1", Port = server.Configuration.Port }));

        await Assert.ThrowsAnyAsync<Exception>(() => transport.SendAsync(Mail, TestContext.Current.CancellationToken));

        Assert.Empty(server.ReceivedEmail);
    }

    [Fact]
    public async Task Without_a_server_a_mail_is_a_file_however_often_it_is_sent()
    {
        var folder = Directory.CreateTempSubdirectory("ticketing-mail-");
        var transport = new FolderTransport(Options.Create(new MailOptions { Folder = Path.Combine(folder.FullName, "new") }));

        await transport.SendAsync(Mail, TestContext.Current.CancellationToken);
        await transport.SendAsync(Mail, TestContext.Current.CancellationToken);

        var file = Assert.Single(folder.GetFiles("*", SearchOption.AllDirectories));
        Assert.Equal("m1.eml", file.Name);
        using var read = await MimeMessage.LoadAsync(file.FullName, TestContext.Current.CancellationToken);
        Assert.Equal("Küche\n", read.TextBody);
        folder.Delete(recursive: true);
    }
}
