"""Drivers that hand out hints to processes."""
