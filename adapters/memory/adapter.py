"""How is the contract kept by the smallest adapter there can be?

Promise: everything that `adapters.base` asks for, with nothing left out and nothing added, so that it can be read
in ten minutes by somebody who is about to write their own. The conformance suite runs against it like any other.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from adapters.base import (
    MARKED,
    READ_BEFORE_ACTING,
    RESERVE_PERCENT,
    Account,
    Clock,
    Done,
    Hint,
    OwnStatus,
    Plans,
    RateBudget,
    ReadingPace,
    Repeat,
    Snapshot,
    SweepBatch,
    Write,
)
from adapters.errors import (
    BadHook,
    BadSettings,
    BadSignature,
    Closed,
    Conflict,
    Gone,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreachable,
)
from adapters.memory.desk import AGENTS, BOT, NAMES, Desk, NotDone, NotThere, Outdated, Row, desk_at
from adapters.memory.reading import read_changed, read_snapshot, version
from slabot.domain import Category, Finding, InstantError, Level, parse_instant
from slabot.domain.sentences import sentence

Answer = TypeVar("Answer")

PER_PAGE = 100  # tickets
FRESH = timedelta(minutes=5)  # either side of now
SIGNATURE, TIMESTAMP = "x-memory-signature", "x-memory-timestamp"
PRIORITIES = ("urgent", "high", "normal", "low")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What the desk signs a delivery with."""
    return hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).hexdigest()


class MemoryAdapter:
    """One desk. An `adapters.base.Adapter`; `adapters.registry.open_adapter` makes it."""

    kind = "memory"

    def __init__(
        self,
        *,
        name: str,
        url: str,
        token: str,
        statuses: Mapping[str, Category],
        clock: Clock,
        email: str = "",
        webhook_secrets: Sequence[str] = (),
        reserve_percent: int = RESERVE_PERCENT,
        budget: RateBudget | None = None,
    ) -> None:
        """Check the settings; call nobody yet. There are no limits here, so nothing is done with a budget.

        Raises:
            BadSettings: an address that is none of a desk, or no token.
        """
        if not url.startswith("memory://"):
            raise BadSettings(f"helpdesks.{name}.url", f'"{url}" is no desk', remedy="write memory://NAME")
        if not token:
            raise BadSettings(f"helpdesks.{name}.token_env", "the token is empty", remedy="set the variable it names")
        self.name = name
        self._desk: Desk = desk_at(url, clock.now)
        self._statuses = {word.casefold(): category for word, category in statuses.items()}
        self._clock = clock
        self._closed = False
        self._secrets = tuple(webhook_secrets)

    # -- reading: may be repeated, so a broken call is simply Unreachable ------------------------------------------

    def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
        """See `adapters.base`. The cursor is the version up to which everything was handed out."""
        after = int(cursor) if cursor else self._read("changed", lambda: self._desk.version_at(since))
        while True:
            rows = self._read("changed", lambda after=after: self._desk.changed(after, PER_PAGE))  # type: ignore[misc]
            after = rows[-1].version if rows else after
            end = len(rows) < PER_PAGE
            yield SweepBatch(changed=tuple(map(read_changed, rows)), cursor=str(after), end=end)
            if end:
                return

    def fetch(self, ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        """See `adapters.base`. A call in memory takes no time, so `timeout` is kept in any case."""
        row = self._read("ticket", lambda: self._desk.row(ticket_id).copy(), ticket_id)
        if row.gone:
            raise Gone(ticket_id, endpoint="memory ticket")
        return read_snapshot(row, helpdesk=self.name, statuses=self._statuses)

    def look_ahead(self, ticket_ids: Collection[str], *, timeout: float | None = None) -> None:
        """See `adapters.base`: no call here brings several tickets with their history."""

    def reading_pace(self) -> ReadingPace:
        """See `adapters.base`. Nobody counts the calls here."""
        return ReadingPace(calls=1, a_minute=None)

    def version_of(self, ticket_id: str, *, timeout: float = READ_BEFORE_ACTING) -> Snapshot:
        """See `adapters.base`."""
        return self.fetch(ticket_id, timeout=timeout)

    def repeat(self, write: Write) -> Repeat:
        """See `adapters.base`: every entry carries its mark."""
        return MARKED[write]

    def find_marker(
        self, ticket_id: str, marker: str, *, words: str | None = None, since: datetime | None = None
    ) -> bool:
        """See `adapters.base`: the desk keeps the marker with each entry."""
        row = self._read("ticket", lambda: self._desk.row(ticket_id).copy(), ticket_id)
        return any(entry.marker == marker for entry in row.entries)

    def whoami(self, *, timeout: float | None = None) -> Account:
        """See `adapters.base`."""
        email = self._read("me", lambda: AGENTS[BOT])
        return Account(id=BOT, name="slabot", email=email, role="admin")

    def agent_id_by_email(self, email: str) -> str | None:
        """See `adapters.base`."""
        wanted = email.strip().casefold()
        return next((own for own, known in AGENTS.items() if known == wanted), None)

    def email_of(self, user_id: str) -> str | None:
        """See `adapters.base`."""
        return AGENTS.get(user_id)

    def agent_names(self, ids: Collection[str], *, timeout: float = READ_BEFORE_ACTING) -> Mapping[str, str]:
        """See `adapters.base`."""
        return self._read("agents", lambda: {own: NAMES[own] for own in ids if own in NAMES})

    # -- writing: sent once; a call that broke off may have happened -----------------------------------------------

    def set_category(self, ticket_id: str, category: Category, *, seen: str, marker: str) -> Done:
        """See `adapters.base`."""
        status = self._status(category)
        undoable = category is not Category.CLOSED
        return self._write(ticket_id, {"status": status}, f"status set to {status}", seen, marker, undoable=undoable)

    def set_priority(self, ticket_id: str, priority: str, *, seen: str, marker: str) -> Done:
        """See `adapters.base`: ``urgent``, ``high``, ``normal`` or ``low``."""
        if priority not in PRIORITIES:
            raise Refused("priority", f'"{priority}" is none of {", ".join(PRIORITIES)}', endpoint="memory write")
        return self._write(ticket_id, {"priority": priority}, f"priority set to {priority}", seen, marker)

    def assign(self, ticket_id: str, assignee_id: str, *, seen: str, marker: str) -> Done:
        """See `adapters.base`."""
        return self._write(ticket_id, {"assignee": assignee_id}, f"assigned to agent {assignee_id}", seen, marker)

    def send_public(
        self, ticket_id: str, text: str, *, seen: str, marker: str, category: Category | None = None
    ) -> Done:
        """See `adapters.base`."""
        changes = {"message": text} | ({} if category is None else {"status": self._status(category)})
        undoable = Write.PUBLIC_MESSAGE.undoable
        return self._write(ticket_id, changes, "message sent to the customer", seen, marker, undoable=undoable)

    def add_note(self, ticket_id: str, text: str, *, marker: str) -> Done:
        """See `adapters.base`. It rests on no version: it tells no customer anything."""
        undoable = Write.NOTE.undoable
        return self._write(ticket_id, {"note": text}, "internal note added", None, marker, undoable=undoable)

    # -- webhooks --------------------------------------------------------------------------------------------------

    def read_hint(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """See `adapters.base`. Only the ticket's id is believed."""
        lower = {name.lower(): value for name, value in headers.items()}
        given, stamp = lower.get(SIGNATURE, ""), lower.get(TIMESTAMP, "")
        expected = [signature(secret, stamp, body) for secret in self._secrets]
        fits = [hmac.compare_digest(each.encode(), given.encode()) for each in expected]  # all, whichever fits
        if not any(fits):
            raise BadSignature("it is not signed with the secret of this desk")
        try:
            if abs(now - parse_instant(stamp)) > FRESH:
                raise BadSignature("its signature is not from now")
            found: Any = json.loads(body)
            return Hint(delivery_id=found["delivery"], ticket_id=str(found["ticket"]), kind="changed")
        except (InstantError, ValueError, KeyError, TypeError, RecursionError):
            raise BadHook("it names no ticket", remedy="let the desk itself send it") from None

    # -- the account -----------------------------------------------------------------------------------------------

    def own_statuses(self) -> tuple[OwnStatus, ...]:
        """See `adapters.base`."""
        usual = {
            "open": Category.PENDING,
            "pending": Category.WAITING_ON_CUSTOMER,
            "hold": Category.WAITING_ON_THIRD_PARTY,
            "solved": Category.SOLVED,
            "closed": Category.CLOSED,
        }
        return tuple(OwnStatus(word=word, label=word.title(), usual=found) for word, found in usual.items())

    def own_groups(self) -> tuple[str, ...]:
        """See `adapters.base`: a desk has none."""
        return ()

    def own_brands(self) -> tuple[str, ...]:
        """See `adapters.base`: a desk has none."""
        return ()

    def own_forms(self) -> tuple[str, ...]:
        """See `adapters.base`: a desk has none."""
        return ()

    def own_languages(self) -> tuple[str, ...]:
        """See `adapters.base`: a desk has none."""
        return ()

    def examine(self, plans: Plans) -> tuple[Finding, ...]:
        """See `adapters.base`."""
        try:
            account = self.whoami()
        except (Unreachable, RateLimited) as error:
            return (Finding(Level.UNKNOWN, "The desk could not be asked", sentence(str(error))),)
        return (Finding(Level.RIGHT, f"The desk answers; slabot is {account.email} there, an {account.role}"),)

    def close(self) -> None:
        """See `adapters.base`; no call ever waits."""
        self._closed = True

    # -- what an answer means: the only place that knows -----------------------------------------------------------

    def _read(self, call: str, act: Callable[[], Answer], ticket_id: str = "") -> Answer:
        endpoint = f"memory {call}"
        if self._closed:
            raise Closed(endpoint=endpoint)
        try:
            return self._desk.call(call, act)
        except NotThere:
            raise Gone(ticket_id, endpoint=endpoint) from None
        except TimeoutError:
            raise RateLimited(self._clock.now() + timedelta(minutes=1), endpoint=endpoint) from None
        except ConnectionError:
            raise Unreachable("the connection broke off", endpoint=endpoint) from None

    def _write(
        self,
        ticket_id: str,
        changes: dict[str, Any],
        words: str,
        seen: str | None,
        marker: str,
        *,
        undoable: bool = True,
    ) -> Done:
        endpoint = "memory write"
        if self._closed:
            raise Closed(endpoint=endpoint)
        if not marker:
            raise Refused("marker", "a write without a mark could not be found again", endpoint=endpoint)
        if not all(changes.values()) or not all(str(value).strip() for value in changes.values()):
            raise Refused("text", "the text is empty", endpoint=endpoint, remedy="check the template")
        number = None if seen is None else str(int(seen)) if seen.isdecimal() else "?"
        try:
            row: Row = self._desk.call(
                "write", lambda: self._desk.write(ticket_id, BOT, changes, seen=number, marker=marker)
            )
        except NotThere:
            raise Gone(ticket_id, endpoint=endpoint) from None
        except Outdated:
            raise Conflict(ticket_id, endpoint=endpoint) from None
        except NotDone as error:
            raise Refused(error.args[0], error.args[1], endpoint=endpoint) from None
        except TimeoutError:
            raise RateLimited(self._clock.now() + timedelta(minutes=1), endpoint=endpoint) from None
        except ConnectionError:
            raise OutcomeUnknown("the connection broke off", endpoint=endpoint) from None
        return Done(words=words, version=version(row), undoable=undoable, source_id=str(row.entries[-1].number))

    def _status(self, category: Category) -> str:
        for word, stands_for in self._statuses.items():
            if stands_for is category:
                return word
        raise Refused("status", f"no status stands for {category.words}", endpoint="memory write")
