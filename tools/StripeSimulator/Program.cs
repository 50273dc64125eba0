using Ticketing.Tools.Stripe;

// StripeSimulator [--books FILE] [--urls URL] [--faults:delay 00:00:01] [--faults:lostAnswers 2]
Simulator.Build(args).Run();
