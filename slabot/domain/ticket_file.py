"""How is a ticket with its history written down in a file?

Promise: what is read is what is meant. A key that is unknown, a value that cannot be, an event before the ticket's
creation: each is refused with the event and the field named, all problems of a ticket at once. What is written
reads back the same.

The format is JSON, one object, or JSONL, one object a line (CONTRACTS, "Ticket file").
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from slabot.domain.errors import InstantError, TicketFileError
from slabot.domain.events import AnyEvent
from slabot.domain.instant import parse_instant
from slabot.domain.person import Person
from slabot.domain.suggestions import suggestion
from slabot.domain.ticket import Ticket, TicketRecord
from slabot.domain.ticket_schema import (
    EVENTS,
    PERSON,
    TICKET,
    Key,
    event_name,
)
from slabot.domain.ticket_values import SchemaRefusal, told
from slabot.domain.timeline import Timeline

LARGEST = (
    32 * 1024 * 1024
)  # characters; a ticket with 5,000 comments, the most a helpdesk holds, is below a tenth of it
SHOWN = 20  # problems listed for one ticket before the rest are only counted


def read_tickets(text: str, *, severities: Collection[str] | None = None) -> list[TicketRecord]:
    """Read a ticket file: one JSON object, or one a line.

    Args:
        text: the file's text, at most ``LARGEST`` characters.
        severities: names that a severity may have; None accepts any.

    Raises:
        TicketFileError: with the line, the event and the field, and what would do instead.
    """
    if len(text) > LARGEST:
        raise TicketFileError(
            f"the ticket file holds {len(text) / 1e6:,.0f} million characters",
            f"at most {LARGEST / 1e6:,.0f} million are read. Give one ticket, or split the file",
        )
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise TicketFileError("the ticket file is empty", "it should hold one JSON object (see docs/ticket-file.md)")
    try:
        whole = _loads(text)
    except json.JSONDecodeError as error:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) > 1 and lines[0][1].rstrip().endswith("}"):
            return [_read_line(number, line, severities) for number, line in lines]
        raise TicketFileError(
            f"this is not JSON: {error.msg}. Check the file around there",
            place=f"line {error.lineno}, column {error.colno}",
        ) from None
    return [_read_ticket(whole, "", severities)]


def write_ticket(record: TicketRecord) -> str:
    """The record as one line of JSON; ``read_tickets`` gives an equal record back."""
    ticket = record.ticket
    value = _write_keys(TICKET, ticket)
    if ticket.requester is not None:
        value["requester"] = _write_keys(PERSON, ticket.requester)
    value["events"] = [
        {"at": event.at.isoformat(), "type": name, **_write_keys(EVENTS[name].keys, event)}
        for event in record.timeline
        for name in (event_name(event),)
    ]
    return json.dumps(value, ensure_ascii=False)


def _read_line(number: int, line: str, severities: Collection[str] | None) -> TicketRecord:
    try:
        value = _loads(line)
    except json.JSONDecodeError as error:
        raise TicketFileError(
            f"this line is not JSON: {error.msg}. A file of several tickets holds one whole object a line",
            place=f"line {number}, column {error.colno}",
        ) from None
    return _read_ticket(value, f"line {number}", severities)


def _loads(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise TicketFileError("the JSON is nested far too deep to be a ticket") from None
    except json.JSONDecodeError:
        raise
    except ValueError as error:  # a number of thousands of digits
        raise TicketFileError(f"the JSON holds a number that cannot be read: {error}") from None


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits[:20]} is larger than any number")
    return number


def _read_ticket(value: object, place: str, severities: Collection[str] | None) -> TicketRecord:
    if isinstance(value, list):
        raise TicketFileError(
            f"the file holds a list of {len(value)}",
            "one ticket is an object {…}. "
            "For several tickets write one object a line, without brackets and commas between them",
            place=place,
        )
    if not isinstance(value, dict):
        raise TicketFileError("one ticket is an object {…} with helpdesk, id, created_at and events", place=place)
    reader = _Reader(severities)
    facts = reader.keys(value, TICKET, "")
    requester = value.get("requester")
    if requester is not None:
        read = reader.keys(requester, PERSON, "requester") if isinstance(requester, dict) else None
        if read is None:
            reader.problem("requester", told("an object with id, email and organization", requester))
        elif "id" in read:
            facts["requester"] = Person(**read)
    events = reader.events(value.get("events", []), facts.get("created_at"))
    if reader.problems:
        name = value.get("id")
        label = f"ticket {name}" if isinstance(name, str | int) else "the ticket"
        raise TicketFileError(_listed(reader.problems), place=f"{place}, {label}" if place else label)
    return TicketRecord(Ticket(**facts), Timeline.of(events))


def _listed(problems: list[str]) -> str:
    if len(problems) == 1:
        return problems[0]
    shown = [f"\n  {problem}" for problem in problems[:SHOWN]]
    more = len(problems) - SHOWN
    return f"{len(problems)} problems" + "".join(shown) + (f"\n  … and {more} more" if more > 0 else "")


class _Reader:
    """Collects every problem of one ticket, each with its place."""

    def __init__(self, severities: Collection[str] | None) -> None:
        self.problems: list[str] = []
        self._severities = severities

    def problem(self, place: str, message: str) -> None:
        self.problems.append(f"{place}: {message}" if place else message)

    def keys(self, value: Mapping[str, object], keys: Mapping[str, Key], place: str) -> dict[str, Any]:
        """The attributes that these keys give, leaving out what is absent or wrong."""
        facts: dict[str, Any] = {}
        for name in value:
            if name not in keys and name not in _ELSEWHERE.get(place, _EVENT_ELSEWHERE) and not name.startswith("_"):
                known = [*keys, *_ELSEWHERE.get(place, _EVENT_ELSEWHERE)]
                self.problem(_join(place, name), f"this key is unknown{suggestion(name, known)}")
        for name, key in keys.items():
            if name not in value:
                if key.required:
                    self.problem(_join(place, name), f"is missing; {key.hint}")
                continue
            try:
                facts[key.attribute] = key.read(value[name])
            except (SchemaRefusal, InstantError) as refusal:
                self.problem(_join(place, name), str(refusal))
        return facts

    def events(self, value: object, created_at: Any) -> list[AnyEvent]:
        if not isinstance(value, list):
            self.problem("events", told("a list of objects", value))
            return []
        return [
            event
            for index, item in enumerate(value)
            if (event := self._event(item, f"events[{index}]", created_at)) is not None
        ]

    def _event(self, value: object, place: str, created_at: Any) -> AnyEvent | None:
        if not isinstance(value, dict):
            self.problem(place, told('an object such as {"at": "…", "type": "message", …}', value))
            return None
        name = value.get("type")
        schema = EVENTS.get(name) if isinstance(name, str) else None
        if schema is None:
            wrong = f'"{name}" is no type of event' if isinstance(name, str) else "is missing or no text"
            self.problem(f"{place}.type", f"{wrong}; use one of {', '.join(EVENTS)}{suggestion(name, EVENTS)}")
            return None
        place = f"{place} ({name})"
        before = len(self.problems)
        facts = self.keys(value, schema.keys, place)
        try:
            facts["at"] = parse_instant(value.get("at"))
        except InstantError as error:
            self.problem(f"{place}.at", str(error) if "at" in value else "is missing; every event has a time")
        if name == "excused" and "since" in facts and "until" in facts and facts["until"] <= facts["since"]:
            self.problem(f"{place}.to", f"{value['to']} is not after from, {value['from']}; write the later time here")
        severity = facts.get("to") if name == "severity" else facts.get("severity")
        if severity is not None and self._severities is not None and severity not in self._severities:
            self.problem(
                f"{place}.{'to' if name == 'severity' else 'severity'}",
                f'"{severity}" is no severity of this policy; use one of {", ".join(self._severities)}'
                f"{suggestion(severity, self._severities)}",
            )
        if "at" in facts and created_at is not None and facts["at"] < created_at:
            self.problem(
                f"{place}.at",
                f"{value['at']} is before the ticket's creation at {created_at.isoformat()}; "
                "correct the event's time or created_at",
            )
        if len(self.problems) > before:
            return None
        make: Callable[..., AnyEvent] = schema.make
        return make(**facts)


_ELSEWHERE = {"": ("requester", "events"), "requester": ()}
_EVENT_ELSEWHERE = ("at", "type")


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _write_keys(keys: Mapping[str, Key], source: object) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name, key in keys.items():
        value = getattr(source, key.attribute)
        if key.required or value != key.default:
            written[name] = key.write(value)
    return written
