using Microsoft.Extensions.Configuration;
using Ticketing.AppHost.Deployment;

var builder = DistributedApplication.CreateBuilder(args);
var settings = builder.Configuration;

// Settings of the shop: here, and in what is published, to be changed there.
IResourceBuilder<ParameterResource> Parameter(string name, string value) =>
    builder.AddParameter(name, settings[$"Parameters:{name}"] ?? value, publishValueAsDefault: true);
var holdDuration = Parameter("hold-duration", "00:02:00");
var paymentAnswer = Parameter("payment-answer-within", "00:00:05");
var gatewayLatency = Parameter("payment-gateway-latency", "00:00:00");

// Containers, or the servers that ConnectionStrings:kafka and ConnectionStrings:mongodb name.
IResourceBuilder<IResourceWithConnectionString> kafka = settings.GetConnectionString("kafka") is null
    ? builder.AddKafka("kafka").WithKafkaUI().WithDataVolume("ticketing-kafka")
    : builder.AddConnectionString("kafka");
var mongodb = settings.GetConnectionString("mongodb") is null
    ? builder.AddMongoDB("mongodb").WithMongoExpress().WithDataVolume("ticketing-mongodb")
    : null;
var existingMongodb = mongodb is null ? builder.AddConnectionString("mongodb") : null;

// A database per service. In an existing server, the services make theirs, by the same names.
IResourceBuilder<IResourceWithConnectionString> Database(string service) =>
    mongodb?.AddDatabase($"{service}-documents", service) ?? existingMongodb!;
var (accountsDocuments, ticketsDocuments, ordersDocuments) = (Database("accounts"), Database("tickets"), Database("orders"));
var (paymentsDocuments, expirationDocuments) = (Database("payments"), Database("expiration"));

var accounts = builder.AddProject<Projects.Accounts>("accounts")
    .WithHttpEndpoint(port: 5101).WithExternalHttpEndpoints()
    .WithReference(accountsDocuments, "mongodb").WaitFor(accountsDocuments);

var tickets = builder.AddProject<Projects.Tickets>("tickets")
    .WithHttpEndpoint(port: 5102).WithExternalHttpEndpoints()
    .WithReplicas(2)
    .WithReference(ticketsDocuments, "mongodb").WaitFor(ticketsDocuments)
    .WithReference(kafka).WaitFor(kafka);

var orders = builder.AddProject<Projects.Orders>("orders")
    .WithHttpEndpoint(port: 5103).WithExternalHttpEndpoints()
    .WithReplicas(2)
    .WithEnvironment("Orders__HoldDuration", holdDuration)
    .WithReference(ordersDocuments, "mongodb").WaitFor(ordersDocuments)
    .WithReference(kafka).WaitFor(kafka);

var payments = builder.AddProject<Projects.Payments>("payments")
    .WithHttpEndpoint(port: 5104).WithExternalHttpEndpoints()
    .WithEnvironment("Payments__GatewayLatency", gatewayLatency)
    .WithEnvironment("Payments__AnswerWithin", paymentAnswer)
    .WithReference(paymentsDocuments, "mongodb").WaitFor(paymentsDocuments)
    .WithReference(kafka).WaitFor(kafka);

var expiration = builder.AddProject<Projects.Expiration>("expiration")
    .WithHttpEndpoint(port: 5105)
    .WithReference(expirationDocuments, "mongodb").WaitFor(expirationDocuments)
    .WithReference(kafka).WaitFor(kafka);

// What a Kafka cluster asks of its clients beyond its address (Kafka:SaslMechanism, Kafka:ReplicationFactor, …); its password is a secret.
var kafkaPassword = settings["Kafka:SaslUsername"] is null ? null : builder.AddParameter("kafka-sasl-password", secret: true);
foreach (var service in (IResourceBuilder<ProjectResource>[])[tickets, orders, payments, expiration])
{
    foreach (var setting in settings.GetSection("Kafka").GetChildren())
        service.WithEnvironment($"Kafka__{setting.Key}", setting.Value);
    if (kafkaPassword is not null)
        service.WithEnvironment("Kafka__SaslPassword", kafkaPassword);
}

foreach (var service in (IResourceBuilder<ProjectResource>[])[accounts, tickets, orders, payments, expiration])
{
    service
        .WithEnvironment("Documents__Store", "mongodb")
        .WithEnvironment("DataProtection__KeyRing", KeyRing.FolderFor(builder))
        // Each is a health check in the dashboard and a probe in Kubernetes. A service that waits for its broker or store is ready: it answers.
        .WithHttpProbe(ProbeType.Liveness, "/alive", initialDelaySeconds: 5, periodSeconds: 10, timeoutSeconds: 3)
        .WithHttpProbe(ProbeType.Readiness, "/health", initialDelaySeconds: 1, periodSeconds: 5, timeoutSeconds: 3)
        .WithUrlForEndpoint("http", url => url.DisplayText = $"{service.Resource.Name} API")
        .WithUrlForEndpoint("http", _ => new() { Url = "/openapi/v1.json", DisplayText = "OpenAPI" })
        .WithUrlForEndpoint("http", _ => new() { Url = "/health", DisplayText = "Health" });
}

// What is published: Docker Compose, or Kubernetes with --Target=kubernetes.
if (settings["Target"] == "kubernetes")
    builder.PublishToKubernetes(makesKeys: accounts);
else
    builder.PublishToCompose(makesKeys: accounts);

builder.Build().Run();
