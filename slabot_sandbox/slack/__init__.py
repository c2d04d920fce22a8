"""The Slack stand-in: see `standin`."""
