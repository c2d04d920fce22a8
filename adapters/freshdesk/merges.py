"""Was this ticket merged into another one, and does it live again since?

Promise: Freshdesk says of a merge in a note only, whose beginning is in the account's language; the policy knows it
(`helpdesks.NAME.merge_words`). A merged ticket was closed from the note on. Where the customer wrote afterwards, or it
is not closed now, it lives again: from the reopening that the stats tell, else from the customer's message, else from
when its present status is known since. All of it follows from one reading, so that nobody has to have looked before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.freshdesk.authors import NOTE
from adapters.freshdesk.moves import reopening_id, status_id
from adapters.freshdesk.statuses import CLOSED, OPEN, StatusMap
from adapters.http.fields import Raw
from slabot.domain import Actor, AnyEvent, Merged, Message, Restored, StatusChanged

MERGE_WORDS = ("This ticket is closed and merged into ticket",)  # of an account whose language is English
_INTO = re.compile(r"\d+")
_MERGED_HERE = re.compile(r"Ticket with ID \d+ is merged into this ticket")  # the note on the ticket that lives on


class MergeNotes:
    """How the notes of merges begin in one account."""

    def __init__(self, words: Sequence[str] = MERGE_WORDS) -> None:
        """Take the policy's words; white space and case make no difference."""
        self.words = tuple(each for each in words if each.strip()) or MERGE_WORDS
        begins = "|".join(r"\s+".join(map(re.escape, each.split())) for each in self.words)
        self._merged = re.compile(rf"\s*(?:{begins})(?P<rest>[^\n]*)", re.IGNORECASE)

    def is_line(self, raw: Raw, text: str) -> bool:
        """True if a conversation that went out is the note of a merge, on either of the two tickets."""
        is_note = raw.get("source") == NOTE or raw.get("private") is True
        return is_note and bool(self._merged.match(text) or _MERGED_HERE.match(text))

    def into(self, message: Message) -> tuple[bool, str | None]:
        """Whether a message says that its ticket was merged, and into which where it names one."""
        told = self._merged.match(message.text) if message.by is Actor.SYSTEM else None
        number = None if told is None else _INTO.search(told["rest"])
        return told is not None, None if number is None else number[0]


def read_merges(
    messages: Sequence[Message], notes: MergeNotes, moves: Sequence[StatusChanged], statuses: StatusMap
) -> tuple[AnyEvent, ...]:
    """Each merge of a ticket, with how it came to live again if it did.

    Args:
        messages: of the ticket, oldest first.
        notes: of the account.
        moves: as `adapters.freshdesk.moves` reads them; the last is to the present status.
        statuses: of the account.
    """
    merges = [(message, into) for message in messages for merged, into in (notes.into(message),) if merged]
    ends = {place: message.at for place, (message, _) in enumerate(merges[1:])}
    return tuple(
        event
        for place, (message, into) in enumerate(merges)
        for event in _Merge(message, into, ends.get(place), messages, moves, statuses).events()
    )


@dataclass(frozen=True, slots=True)
class _Merge:
    """One merge, up to the next one of the same ticket."""

    note: Message
    into: str | None
    end: datetime | None
    messages: Sequence[Message]
    moves: Sequence[StatusChanged]
    statuses: StatusMap

    def events(self) -> Iterator[AnyEvent]:
        """The merge, the close that came with it, and the way back."""
        note, again, closed = self.note, self._again(), self.statuses.find(CLOSED)
        if again is None and (self.end is not None or self.moves[-1].to is not closed):
            return  # somebody wrote the words by hand, and nothing was merged
        if closed is not None:
            yield StatusChanged(at=note.at, by=Actor.SYSTEM, id=status_id(CLOSED, note.at), to=closed)
        yield Merged(at=note.at, by=note.by, by_id=note.by_id, id=f"merged:{note.id}", into=self.into)
        if again is None:
            return
        opened = self.statuses.find(OPEN)
        if opened is not None and self._was_opened(again.at) and not any(self._opens(move) for move in self.moves):
            yield StatusChanged(at=again.at, by=Actor.SYSTEM, id=reopening_id(again.at), to=opened)
        by = again.by if isinstance(again, Message) else Actor.SYSTEM
        yield Restored(at=again.at, by=by, id=f"restored:{note.id}", observed_at=again.observed_at)

    def _again(self) -> Message | StatusChanged | None:
        """The first sign that the ticket lives again."""
        signs: list[Message | StatusChanged] = [each for each in self.messages if each.by is Actor.CUSTOMER]
        signs += (move for move in self.moves if not move.to.ended)
        return min((sign for sign in signs if self._is_mine(sign)), key=lambda sign: sign.at, default=None)

    def _was_opened(self, at: datetime) -> bool:
        """True if it cannot have stayed closed all the time since the note."""
        present = self.moves[-1]
        return self.end is not None or not present.to.ended or (present.observed_at is None and present.at > at)

    def _opens(self, move: StatusChanged) -> bool:
        """True for a move out of the close of this merge, of which the time is known."""
        return move.observed_at is None and not move.to.ended and self._is_mine(move)

    def _is_mine(self, event: Message | StatusChanged) -> bool:
        return event.at > self.note.at and (self.end is None or event.at < self.end)
