"""Record every call of the stand-ins and every effect it had.

Promise: every call stands in the journal with the time of the clock, and every effect (a message posted, a ticket
changed, a webhook sent) stands there apart from the calls, once for each time that it happened. So a request
that was dropped, refused or repeated can be told from the thing that it brought about. Nothing is ever removed.
"""

from __future__ import annotations

import contextvars
import hashlib
import itertools
import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl

DIGEST_LENGTH = 16  # hexadecimal digits of the SHA-256 of a body: enough to tell bodies apart
SECRET_FIELDS = frozenset({"token", "client_secret"})  # of forms and JSON objects; never written down


class Did(StrEnum):
    """The kinds of effects."""

    TICKET_CREATED = "ticket.created"
    TICKET_UPDATED = "ticket.updated"
    TICKET_MERGED = "ticket.merged"
    TICKET_DELETED = "ticket.deleted"
    TICKET_RESTORED = "ticket.restored"
    TICKET_SPAM = "ticket.spam"
    COMMENT_PUBLIC = "comment.public"
    COMMENT_PRIVATE = "comment.private"
    CHAT_SAID = "chat.said"
    WEBHOOK_SENT = "webhook.sent"
    WEBHOOK_LOST = "webhook.lost"
    MESSAGE_POSTED = "message.posted"
    REPLY_POSTED = "reply.posted"
    MESSAGE_UPDATED = "message.updated"
    MESSAGE_DELETED = "message.deleted"
    REACTION_ADDED = "reaction.added"
    VIEW_OPENED = "view.opened"
    VIEW_PUBLISHED = "view.published"
    CLICKED = "button.clicked"
    COMMANDED = "command.sent"
    ALERT_TRIGGERED = "alert.triggered"
    ALERT_REPEATED = "alert.repeated"  # a trigger with the key of an alert that is open: no second one
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    ALERT_RESOLVED = "alert.resolved"
    PAGE_RECEIVED = "page.received"
    PAGE_REFUSED = "page.refused"
    HEARTBEAT = "heartbeat"
    MODEL_ASKED = "model.asked"
    PROXY_STRUCK = "proxy.struck"  # a call that the proxy did not hand on as it should


class Now(Protocol):
    """All that the journal needs of a clock."""

    def now(self) -> datetime:
        """The present instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request: who asked what, and what was answered. `status` is None if the connection was dropped."""

    seq: int
    at: datetime
    service: str
    endpoint: str  # method and path without ids: "PUT /api/v2/tickets/{id}", "chat.postMessage"
    method: str
    path: str
    query: str
    who: str
    digest: str
    body: Any
    status: int | None
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that happened. `call` is the request that brought it about; None if people or rules did."""

    seq: int
    at: datetime
    service: str
    kind: Did
    by: str  # "api", "people", "automation", "webhook"
    who: str
    call: int | None
    facts: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """A fact by its name: `effect["ticket"]`."""
        return self.facts[name]


@dataclass(slots=True, kw_only=True)
class Draft:
    """A call that is being answered."""

    seq: int
    at: datetime
    service: str
    endpoint: str
    method: str
    path: str
    query: str
    body: bytes
    content_type: str
    who: str = ""
    effects: list[Effect] = field(default_factory=list)


_answering: contextvars.ContextVar[Draft | None] = contextvars.ContextVar("answering", default=None)


class Journal:
    """The append-only record of a sandbox."""

    def __init__(self, clock: Now) -> None:
        """Start empty; times are the clock's."""
        self._clock = clock
        self._entries: list[Call | Effect] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()
        self._most: Counter[str] = Counter()

    # -- written by the stand-ins ---------------------------------------------------------------------------

    def begin(
        self, *, service: str, endpoint: str, method: str, path: str, query: str, body: bytes, content_type: str
    ) -> Draft:
        """Open the entry of a call; effects and the caller's name are added to it until `finish`."""
        draft = Draft(
            seq=next(self._numbers),
            at=self._clock.now(),
            service=service,
            endpoint=endpoint,
            method=method,
            path=path,
            query=query,
            body=body,
            content_type=content_type,
        )
        with self._lock:
            self._open[endpoint] += 1
            self._most[endpoint] = max(self._most[endpoint], self._open[endpoint])
        _answering.set(draft)
        return draft

    def finish(self, draft: Draft, *, status: int | None, fault: str | None = None) -> None:
        """Close the entry of a call."""
        _answering.set(None)
        call = Call(
            seq=draft.seq,
            at=draft.at,
            service=draft.service,
            endpoint=draft.endpoint,
            method=draft.method,
            path=draft.path,
            query=draft.query,
            who=draft.who,
            digest=hashlib.sha256(draft.body).hexdigest()[:DIGEST_LENGTH],
            body=_parsed(draft.body, draft.content_type),
            status=status,
            fault=fault,
        )
        with self._lock:
            self._open[draft.endpoint] -= 1
            self._entries.append(call)

    def caller(self, who: str) -> None:
        """Name the caller of the request that this thread is answering."""
        if (draft := _answering.get()) is not None:
            draft.who = who

    def effect(self, kind: Did, service: str, *, by: str = "people", who: str = "", **facts: Any) -> Effect:
        """Write down that something happened. During a call it is the call's doing."""
        draft = _answering.get()
        effect = Effect(
            seq=next(self._numbers),
            at=self._clock.now(),
            service=service,
            kind=kind,
            by="api" if draft is not None and by == "people" else by,
            who=who or (draft.who if draft is not None else ""),
            call=draft.seq if draft is not None else None,
            facts=facts,
        )
        with self._lock:
            self._entries.append(effect)
        return effect

    # -- read by judges -------------------------------------------------------------------------------------

    def entries(self) -> tuple[Call | Effect, ...]:
        """Everything, in the order in which it began."""
        with self._lock:
            return tuple(sorted(self._entries, key=lambda entry: entry.seq))

    def calls(
        self,
        *,
        service: str | None = None,
        endpoint: str | None = None,
        method: str | None = None,
        status: int | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
    ) -> tuple[Call, ...]:
        """The calls that fit every condition given; `endpoint` is part of the endpoint's name."""
        return tuple(
            entry
            for entry in self.entries()
            if isinstance(entry, Call)
            and (service is None or entry.service == service)
            and (endpoint is None or endpoint in entry.endpoint)
            and (method is None or entry.method == method)
            and (status is None or entry.status == status)
            and (since is None or entry.at >= since)
            and (before is None or entry.at < before)
        )

    def effects(
        self,
        *,
        kind: Did | str | None = None,
        service: str | None = None,
        by: str | None = None,
        who: str | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        **facts: Any,
    ) -> tuple[Effect, ...]:
        """The effects that fit every condition given: `effects(kind=Did.MESSAGE_POSTED, channel="C1")`."""
        return tuple(
            entry
            for entry in self.entries()
            if isinstance(entry, Effect)
            and (kind is None or entry.kind == kind)
            and (service is None or entry.service == service)
            and (by is None or entry.by == by)
            and (who is None or entry.who == who)
            and (since is None or entry.at >= since)
            and (before is None or entry.at < before)
            and all(name in entry.facts and entry.facts[name] == value for name, value in facts.items())
        )

    def most_at_once(self, endpoint: str) -> int:
        """How many calls of one endpoint were under way at the same moment, at most."""
        with self._lock:
            return self._most[endpoint]

    def counts(self, *, service: str | None = None) -> Counter[str]:
        """How many calls each endpoint got, answered or not."""
        return Counter(call.endpoint for call in self.calls(service=service))

    def lines(self) -> Iterator[str]:
        """The journal as JSONL, one entry a line, in the order in which things began."""
        for entry in self.entries():
            yield json.dumps(_plain(entry), ensure_ascii=False, sort_keys=True)

    def write(self, path: Path) -> None:
        """Export as JSONL."""
        path.write_text("".join(f"{line}\n" for line in self.lines()), encoding="utf-8")


def _plain(entry: Call | Effect) -> dict[str, Any]:
    plain = asdict(entry)
    plain["at"] = entry.at.isoformat()
    return {"entry": "call" if isinstance(entry, Call) else "effect", **plain}


def _parsed(body: bytes, content_type: str) -> Any:
    if not body:
        return None
    text = body.decode("utf-8", errors="replace")
    if "x-www-form-urlencoded" in content_type:
        fields = dict(parse_qsl(text, keep_blank_values=True))
        return {name: "(secret)" if name in SECRET_FIELDS else _json_or_text(value) for name, value in fields.items()}
    return _json_or_text(text)


def _json_or_text(text: str) -> Any:
    if text[:1] in "{[":
        try:
            value = json.loads(text)
        except ValueError:
            return text
        return _masked(value) if isinstance(value, dict) else value
    return text


def _masked(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: "(secret)" if name in SECRET_FIELDS else value for name, value in fields.items()}
