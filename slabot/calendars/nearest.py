"""Which known name was probably meant?

Promise: at most three names, the likeliest first, and none rather than a far-fetched one.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

LIKENESS = 0.7  # 0 to 1; below it a suggestion confuses more than it helps
SUGGESTIONS = 3


def nearest_names(word: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The names likest to a word.

    Args:
        word: what was written, in any case.
        names: what somebody might write, casefolded, to the name that should be written.
    """
    spelt = word.strip().casefold()
    if spelt in names:
        return (names[spelt],)
    close = get_close_matches(spelt, names, n=2 * SUGGESTIONS, cutoff=LIKENESS)
    return tuple(dict.fromkeys(names[match] for match in close))[:SUGGESTIONS]


def did_you_mean(names: tuple[str, ...]) -> str:
    """``did you mean A, B or C?``; empty if there are none."""
    if not names:
        return ""
    *rest, last = names
    return f"did you mean {', '.join(rest)} or {last}?" if rest else f"did you mean {last}?"
