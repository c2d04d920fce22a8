"""By which ways are people told: Slack, e-mail, PagerDuty, webhooks. `base` is what each of them promises."""
