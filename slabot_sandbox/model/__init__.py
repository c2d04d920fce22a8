"""The language model stand-in: see `standin`."""
