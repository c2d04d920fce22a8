"""Alter the rules in small ways and see whether a test notices: the parts of tools/mutate.py."""
