"""What slabot serves over HTTP: webhooks of helpdesks, clicks in Slack, health."""

from webhooks.app import create_app

__all__ = ["create_app"]
