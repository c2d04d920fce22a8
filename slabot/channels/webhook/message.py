"""Write a page as the JSON body of a webhook.

Promise: version 1 of the body. Instants are ISO 8601 in UTC, lengths are whole seconds, what is not known is null; a
receiver may rely on every name below. Names are added, never changed or taken away.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_never

from slabot.domain import utc
from slabot.messages import plain_text
from slabot.messages.message import PageMessage, TextMessage
from slabot.messages.page_text import headline
from slabot.messages.styles import one_line, web_address
from slabot.messages.view import (
    AcknowledgedBy,
    AnsweredInTime,
    ClaimedBy,
    Late,
    MissedBy,
    Open,
    PageView,
    SnoozedUntil,
    State,
    Superseded,
    Who,
)

VERSION = 1
LONGEST = 1000  # characters of a text from outside

Json = dict[str, Any]


def body_of(message: PageMessage | TextMessage, now: datetime) -> Json:
    """The body, before it is written as JSON."""
    match message:
        case PageMessage():
            return _page(message, now)
        case TextMessage():
            return _notice(message, now)
        case _:
            assert_never(message)


def _page(message: PageMessage, now: datetime) -> Json:
    view = message.view
    return {
        "version": VERSION,
        "type": "page",
        "id": message.key,
        "possible_repeat": message.repeat,
        "sent_at": _instant(now),
        "headline": headline(view),
        "text": plain_text.text(message),
        "ticket": {
            "helpdesk": view.helpdesk,
            "id": view.ticket,
            "url": web_address(view.url),
            "subject": one_line(view.subject)[:LONGEST],
            "organization": view.organization,
            "requester": view.requester,
            "assignee": None if view.assignee is None else view.assignee.name,
            "assignee_id": None if view.assignee is None else view.assignee.agent_id,
        },
        "severity": {"name": view.severity, "because": [one_line(reason)[:LONGEST] for reason in view.because]},
        "clock": _clock(view),
        "state": _state(view.state),
        "rung": view.rung,
        "last": view.last,
        "why_now": view.why_now or None,
        "next": [
            {"at": _instant(step.at), "rung": step.rung, "repetition": step.repetition} for step in view.next_steps
        ],
        "late": _late(view.late),
        "unchecked_since": _instant(view.unchecked_since),
        "unseen": one_line(view.unseen)[:LONGEST] or None,
    }


def _notice(message: TextMessage, now: datetime) -> Json:
    return {
        "version": VERSION,
        "type": "notice",
        "id": message.key,
        "possible_repeat": message.repeat,
        "sent_at": _instant(now),
        "headline": plain_text.one_subject(message),
        "text": plain_text.plain_text(message),
    }


def _clock(view: PageView) -> Json:
    return {
        "name": view.clock,
        "target": view.target,
        "agreement": view.agreement,
        "due_at": _instant(view.due_at),
        "met_until": _instant(view.met_until),
        "paused_since": _instant(view.paused_since),
        "left_seconds": int(view.left.total_seconds()),
        "overdue_seconds": int(view.overdue.total_seconds()),
    }


def _state(state: State) -> Json:
    match state:
        case Open(earlier):
            who, since = (None, None) if earlier is None else earlier
            name = "open" if who is None else "open_again"
            return {"name": name, "who": None if who is None else _name(who), "at": _instant(since)}
        case AcknowledgedBy(who, at):
            return {"name": "acknowledged", "who": _name(who), "at": _instant(at)}
        case ClaimedBy(who, at):
            return {"name": "claimed", "who": _name(who), "at": _instant(at)}
        case SnoozedUntil(who, until):
            return {"name": "snoozed", "who": _name(who), "until": _instant(until)}
        case AnsweredInTime(at, _):
            return {"name": "in_time", "at": _instant(at)}
        case MissedBy(by, at, answered):
            seconds = int(by.total_seconds())
            return {"name": "missed", "at": _instant(at), "by_seconds": seconds, "answered": answered}
        case Superseded(why, at):
            return {"name": "superseded", "at": _instant(at), "why": why}
        case _:
            assert_never(state)


def _late(late: Late | None) -> Json | None:
    if late is None:
        return None
    by_seconds = int(late.by.total_seconds())
    return {"planned_at": _instant(late.planned_at), "by_seconds": by_seconds, "cause": late.cause.value}


def _name(who: Who) -> str | None:
    return who.name or who.slack_id


def _instant(at: datetime | None) -> str | None:
    return None if at is None else utc(at).isoformat()
