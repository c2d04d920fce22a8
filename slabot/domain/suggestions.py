"""Suggest the known names that somebody probably meant to write.

Promise: at most three names, the likeliest first, and none rather than a far-fetched one. Everything that says
"did you mean" asks here, so that one cut-off and one wording hold everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

LIKENESS = 0.75  # 0 to 1, as difflib counts: a word of four letters with two of them swapped; less is far-fetched
MOST = 3  # names that are suggested


def nearest(word: object, names: Iterable[str]) -> tuple[str, ...]:
    """The names likest to a word, whatever its case and outer spaces; one name alone where it is just that word."""
    return nearest_meant(word, {name: name for name in names})


def nearest_meant(word: object, spellings: Mapping[str, str]) -> tuple[str, ...]:
    """The same, for names that are spelt in several ways: each spelling leads to the name to write for it."""
    folded: dict[str, str] = {}
    for spelling, name in spellings.items():
        folded.setdefault(spelling.casefold(), name)
    written = str(word).strip().casefold()
    if written in folded:
        return (folded[written],)
    close = get_close_matches(written, folded, n=2 * MOST, cutoff=LIKENESS)
    return tuple(dict.fromkeys(folded[spelling] for spelling in close))[:MOST]


def did_you_mean(names: Sequence[str]) -> str:
    """``did you mean "A", "B" or "C"?``; empty if there are none."""
    if not names:
        return ""
    *rest, last = [f'"{name}"' for name in names]
    return f"did you mean {', '.join(rest)} or {last}?" if rest else f"did you mean {last}?"


def suggestion(word: object, names: Iterable[str]) -> str:
    """What to put behind a sentence about an unknown word: ``; did you mean "priority"?``, or nothing."""
    found = did_you_mean(nearest(word, names))
    return f"; {found}" if found else ""
