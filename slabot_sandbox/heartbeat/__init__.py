"""The heartbeat stand-in: see `standin`."""
