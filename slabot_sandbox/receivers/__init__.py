"""Whoever else is told: PagerDuty, a receiver of webhooks, a heartbeat that is listened for."""
