"""Worked examples: turning what a helpdesk recorded into ticket files, and replaying them. See examples/README.md."""
