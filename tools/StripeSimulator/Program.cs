using Ticketing.Tools.Stripe;

// StripeSimulator [--urls URL] [--books FILE] [--webhooks:url URL --webhooks:secret whsec_…] [--faults:…]: see docs/payments.md
Simulator.Build(args).Run();
