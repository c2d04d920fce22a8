"""Count what was loaded and what could not be.

Promise: everything that a file holds is either loaded or counted here in words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class LoadReport:
    """Counts of one or more loads.

    Attributes:
        silent: tickets whose messages were not recorded; their comments and audits answer 404.
        unreadable: files that could not be loaded, or not to their end, each with the reason.
        left_out: what has no place in a helpdesk (pages, acknowledgements, ...), by kind.
    """

    tickets: int = 0
    deleted: int = 0
    comments: int = 0
    audits: int = 0
    users: int = 0
    organizations: int = 0
    silent: int = 0
    unreadable: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, other: LoadReport) -> None:
        """Count another load too."""
        for name in ("tickets", "deleted", "comments", "audits", "users", "organizations", "silent"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unreadable += other.unreadable
        self.left_out += other.left_out

    def __str__(self) -> str:
        """The load in one sentence or two."""
        said = (
            f"{self.tickets} tickets ({self.deleted} of them deleted), {self.comments} comments, "
            f"{self.audits} audits, {self.users} users"
        )
        if self.silent:
            said += f"; the messages of {self.silent} tickets were not recorded and answer 404"
        if self.left_out:
            kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(self.left_out.items()))
            said += f"; left out, as a helpdesk has no place for it: {kinds}"
        return said
