"""What slabot knows, told to people: a decision as a page of words."""

from slabot.reports import explanation, terminal

__all__ = ["explanation", "terminal"]
