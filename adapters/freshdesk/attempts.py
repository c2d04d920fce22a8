"""Which messages to customers did slabot send, or try to send?

Promise: at most once. Freshdesk keeps no mark with a reply, so this remembers, for as long as the process lives, what
was tried under which mark. An attempt whose answer was lost is looked for in the conversations, by its text and time;
where it is not found it is still not sent again, and a person is told.

After a restart nothing is remembered. Whoever looks for a message then says what it was and since when it may be there
(`find_marker`); what is decided anew rests on the conversations, in which a reply that did arrive stands as slabot's.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.freshdesk.conversations import words_of
from adapters.http.fields import Raw, Unreadable, ident, instant

KEPT = 10_000  # attempts; beyond this the oldest is forgotten
SKEW = timedelta(minutes=2)  # between Freshdesk's clock and ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One message to a customer.

    Attributes:
        at: just before it was sent, UTC.
        conversation: Freshdesk's id of it; None while nobody knows whether it arrived.
    """

    text: str
    at: datetime
    conversation: str | None = None


class Attempts:
    """What was tried by this process. Shared by all threads."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], Attempt] = OrderedDict()

    def get(self, ticket_id: str, marker: str) -> Attempt | None:
        """The attempt under a mark."""
        with self._lock:
            return self._known.get((ticket_id, marker))

    def begin(self, ticket_id: str, marker: str, text: str, at: datetime) -> Attempt | None:
        """Note that a message is about to be sent; returns the attempt that stands in its way, if there is one."""
        with self._lock:
            before = self._known.get((ticket_id, marker))
            if before is None:
                self._known[ticket_id, marker] = Attempt(text=text, at=at)
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
            return before

    def arrived(self, ticket_id: str, marker: str, conversation: str) -> None:
        """It is there."""
        with self._lock:
            before = self._known.get((ticket_id, marker))
            if before is not None:
                self._known[ticket_id, marker] = replace(before, conversation=conversation)

    def came_to_nothing(self, ticket_id: str, marker: str) -> None:
        """It was certainly not sent."""
        with self._lock:
            self._known.pop((ticket_id, marker), None)

    def look_for(self, ticket_id: str, attempt: Attempt, conversations: Iterable[Raw], *, own_id: str) -> str | None:
        """The id of the conversation that this attempt became; None if none of them is it."""
        with self._lock:
            taken = {known.conversation for (ticket, _), known in self._known.items() if ticket == ticket_id}
        for raw in conversations:
            if (
                raw.get("incoming") is not False
                or raw.get("private") is not False
                or ident(raw.get("user_id")) != own_id
            ):
                continue
            own = ident(raw.get("id"))
            # The account may put its own words around an agent's: a signature, a greeting.
            if own in taken or _bare(attempt.text) not in _bare(words_of(raw, "body")):
                continue
            try:
                if instant(raw, "created_at", "a conversation") >= attempt.at - SKEW:
                    return own
            except Unreadable:
                continue
        return None


def _bare(words: str) -> str:
    return " ".join(words.split())
