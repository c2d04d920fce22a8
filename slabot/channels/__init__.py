"""Channels: Slack, e-mail, PagerDuty and webhooks. `base` is their contract."""
