"""The ways in which people are told: Slack, e-mail, PagerDuty, webhooks. `base` is their contract."""
