"""The smallest adapter: a helpdesk in this process. The example of docs/adapters.md; never for customers."""
