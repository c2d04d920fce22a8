"""Pages by e-mail."""
