"""Pages in Slack."""
