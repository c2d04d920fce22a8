"""The webhook receiver stand-in: see `standin`."""
