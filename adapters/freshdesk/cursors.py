"""Where does the next sweep begin?

Promise: a cursor is kept with what it stands for: a page that was not stored is listed again.

It is an instant, and the tickets that were reported from it on. Everything before the instant was listed so long after
it happened that nothing can be added to it any more; what is younger is listed again the next time, and what was
reported of it is left out. As text: ``2026-01-10T10:00:00Z 7@3 9@12``, ticket 7 as it was at 10:00:03, and so on. Too
many of them are left away, and then reported once more. ``#17`` behind the instant says that it fills many pages, of
which the 17th is next; whoever knows no more than the text begins it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from slabot.domain import InstantError, parse_instant

SETTLED = timedelta(seconds=30)  # a second that is so old is over, and everything that happened in it is stored
MOST = 500  # tickets in a cursor
PAGE = "#"
STAMP = "%Y-%m-%dT%H:%M:%SZ"

Row: TypeAlias = tuple[str, str]
"""A ticket's id and the time at which it stood so, as Freshdesk writes it."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a sweep begins, and what was reported from there on.

    Attributes:
        page: the next page of that instant's list.
    """

    since: datetime
    reported: frozenset[Row] = frozenset()
    page: int = 1

    @classmethod
    def read(cls, text: str | None) -> Cursor | None:
        """A cursor from its text; None if it is none of ours."""
        stamp, *entries = (text or "").split(" ")
        try:
            since = parse_instant(stamp)
            page = int(entries.pop(0)[1:]) if entries and entries[0].startswith(PAGE) else 1
            reported = set()
            for entry in entries:
                own, _, later = entry.partition("@")
                reported.add((own, (since + timedelta(seconds=int(later))).strftime(STAMP)))
        except (InstantError, ValueError, OverflowError):
            return None
        return cls(since, frozenset(reported), page)

    def text(self) -> str:
        """The cursor as text."""
        stamp = self.since.strftime(STAMP)
        recent = sorted((at, own) for own, at in self.reported if at >= stamp)[-MOST:]
        entries = [f"{own}@{int((parse_instant(at) - self.since).total_seconds())}" for at, own in recent]
        return " ".join([stamp, *([f"{PAGE}{self.page}"] if self.page > 1 else []), *entries])
