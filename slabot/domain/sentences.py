"""How is a text ended that people read?

Promise: a sentence ends in one full stop, whether or not its parts had one.
"""

from __future__ import annotations

CLOSING = ("?", "!", ":", "…", '."', ".)", ".”")  # what ends a text without a full stop of its own


def sentence(text: str) -> str:
    """A text that ends in exactly one full stop, unless it ends in another closing mark or is empty."""
    text = text.rstrip()
    return text if not text or text.endswith(CLOSING) else f"{clause(text)}."


def clause(text: str) -> str:
    """A text without its full stop, for a sentence that goes on behind it."""
    return text.rstrip().rstrip(".")


def instruction(remedy: str) -> str:
    """A remedy as a sentence of its own: ``set it`` becomes ``Set it.``; empty stays empty."""
    return sentence(f"{remedy[:1].upper()}{remedy[1:]}")
