"""What slabot's own speed is, measured beside its peers."""
