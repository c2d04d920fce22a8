"""The Zendesk stand-in: see `standin`."""
