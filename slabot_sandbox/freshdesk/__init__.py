"""A stand-in for Freshdesk: see `standin`."""
