"""Serve the incremental exports.

Promise: the traps of the real exports are here. The last minute's changes are withheld. A ticket comes
again each time that it changes, ordered by `generated_timestamp`; deleted ones come too, scrubbed. `after_cursor` is
never null, not even at the end of the stream. Pages overlap by a ticket, and `after_url` may name another host.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import Refused
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.metric_events import every
from slabot_sandbox.zendesk.metrics import metric_set
from slabot_sandbox.zendesk.objects import Ticket, seconds_of
from slabot_sandbox.zendesk.refusals import bad_request

WITHHELD = 60  # seconds
LARGEST = 1000  # tickets a page
FOREIGN_HOST = "https://other-host.zendesk.example"  # nobody answers there


@dataclass(slots=True)
class ExportSwitches:
    """Switches for the traps of the real exports."""

    foreign_host: bool = True  # after_url and next_page name another host
    overlap: bool = True  # the last ticket of a page comes again on the next one
    cursors_expire: int | None = None  # a cursor older than this many seconds is refused; None: never


class Exports:
    """The incremental exports of one account."""

    def __init__(self, account: ZendeskAccount) -> None:
        """Export this account."""
        self.switches = ExportSwitches()
        self._account = account

    def by_cursor(self, query: Mapping[str, str], *, url: str) -> Json:
        """`GET /incremental/tickets/cursor.json`."""
        size = _size(query)
        since = self._read_cursor(query["cursor"]) if "cursor" in query else (self._start_time(query), -1)
        tickets = self._changed()
        fresh = [ticket for ticket in tickets if _key(ticket) > since]
        repeated: list[Ticket] = []
        if self.switches.overlap and "cursor" in query and size > 1 and fresh:
            repeated = [ticket for ticket in tickets if _key(ticket) == since]
        part = [*repeated, *fresh][:size]
        last = _key(part[-1]) if part else since
        cursor = _write_cursor(last)
        kept = {name: query[name] for name in ("per_page", "include") if name in query}
        return {
            **self._body(part, query),
            "after_url": f"{self._host(url)}?{urlencode({'cursor': cursor, **kept})}",
            "before_url": None,
            "after_cursor": cursor,
            "before_cursor": None,
            "end_of_stream": not fresh or last == _key(fresh[-1]),
        }

    def by_time(self, query: Mapping[str, str], *, url: str) -> Json:
        """`GET /incremental/tickets.json`: pages are cut at whole seconds, so one may be larger than asked for."""
        start, size = self._start_time(query), _size(query)
        part: list[Ticket] = []
        for ticket in (ticket for ticket in self._changed() if ticket.generated >= start):
            if len(part) >= size and ticket.generated != part[-1].generated:
                break
            part.append(ticket)
        rest = [ticket for ticket in self._changed() if ticket.generated >= start][len(part) :]
        end = part[-1].generated if part else start
        if rest and end == start:  # a second with more than a page: go on behind it
            end += 1
        kept = {name: query[name] for name in ("per_page", "include") if name in query}
        return {
            **self._body(part, query),
            "count": len(part),
            "end_of_stream": not rest,
            "next_page": f"{self._host(url)}?{urlencode({**kept, 'start_time': str(end)})}",
            "end_time": end,
        }

    def ticket_events(self, query: Mapping[str, str], *, url: str) -> Json:
        """`GET /incremental/ticket_events.json`: one event an audit, comments whole only with `comment_events`."""
        start, size = self._start_time(query), _size(query)
        whole = "comment_events" in query.get("include", "")
        newest = self._newest()
        audits = [
            audit
            for ticket in self._account.tickets.values()
            for audit in ticket.audits or []
            if start <= seconds_of(audit["created_at"]) <= newest
        ]
        audits.sort(key=lambda audit: (audit["created_at"], audit["id"]))
        part, rest = audits[:size], audits[size:]
        end = seconds_of(part[-1]["created_at"]) if part else start
        if rest and end == start:
            end += 1
        return {
            "ticket_events": [_event(audit, whole=whole) for audit in part],
            "next_page": f"{self._host(url)}?{urlencode({**query, 'start_time': str(end)})}",
            "count": len(part),
            "end_of_stream": not rest,
            "end_time": end,
        }

    def metric_events(self, query: Mapping[str, str], *, url: str) -> Json:
        """`GET /incremental/ticket_metric_events.json`: pages are cut at whole seconds."""
        start, size, newest = self._start_time(query), _size(query), self._newest()
        events = [event for event in every(self._account) if start <= seconds_of(event["time"]) <= newest]
        part: list[Json] = []
        for event in events:
            if len(part) >= size and event["time"] != part[-1]["time"]:
                break
            part.append(event)
        end = seconds_of(part[-1]["time"]) if part else start
        if len(part) < len(events) and end == start:
            end += 1
        return {
            "ticket_metric_events": part,
            "count": len(part),
            "end_of_stream": len(part) == len(events),
            "next_page": f"{self._host(url)}?{urlencode({'start_time': str(end)})}",
            "end_time": end,
        }

    def _changed(self) -> list[Ticket]:
        newest = self._newest()
        return sorted((ticket for ticket in self._account.tickets.values() if ticket.generated <= newest), key=_key)

    def _newest(self) -> int:
        return int(self._account.clock.now().timestamp()) - WITHHELD

    def _body(self, tickets: Iterable[Ticket], query: Mapping[str, str]) -> Json:
        included = {name.strip() for name in query.get("include", "").split(",") if name.strip()}
        account, shown = self._account, []
        for ticket in tickets:
            one = {**ticket.shown, "generated_timestamp": ticket.generated}
            if "metric_sets" in included:
                one["metric_set"] = metric_set(account, ticket)
            shown.append(one)
        body: Json = {"tickets": shown}
        for name, known, fields in (
            ("users", account.users, ("requester_id", "submitter_id", "assignee_id")),
            ("organizations", account.organizations, ("organization_id",)),
            ("groups", account.groups, ("group_id",)),
        ):
            if name in included:
                wanted = {one[field] for one in shown for field in fields}
                body[name] = [known[number] for number in sorted(wanted & known.keys())]
        return body

    def _start_time(self, query: Mapping[str, str]) -> int:
        try:
            start = int(query["start_time"])
        except (KeyError, ValueError):
            raise bad_request("InvalidValue", "start_time must be a whole number of seconds since 1970") from None
        if start > self._newest():
            raise Refused(
                422,
                {
                    "error": "StartTimeTooRecent",
                    "description": f"Too recent start_time. Use a start_time older than {WITHHELD} seconds",
                },
            )
        return start

    def _read_cursor(self, cursor: str) -> tuple[int, int]:
        try:
            seconds, _, number = base64.b64decode(cursor, validate=True).decode().partition(".0||")
            since = (int(seconds), int(number.rstrip("|")))
        except (ValueError, binascii.Error):
            raise bad_request("InvalidCursor", "The cursor is not valid") from None
        life = self.switches.cursors_expire
        if life is not None and since[0] < self._newest() - life:
            raise bad_request("InvalidCursor", "The cursor has expired")
        return since

    def _host(self, url: str) -> str:
        return FOREIGN_HOST + url[url.index("/api/") :] if self.switches.foreign_host else url


def _key(ticket: Ticket) -> tuple[int, int]:
    return (ticket.generated, ticket.id)


def _write_cursor(key: tuple[int, int]) -> str:
    return base64.b64encode(f"{key[0]}.0||{key[1]}|".encode()).decode()


def _size(query: Mapping[str, str]) -> int:
    try:
        return min(max(1, int(query.get("per_page", LARGEST))), LARGEST)
    except ValueError:
        raise bad_request("InvalidValue", "per_page must be a whole number") from None


def _event(audit: Json, *, whole: bool) -> Json:
    children = []
    for event in audit["events"]:
        shared = {"id": event["id"], "via": audit["via"]["channel"], "via_reference_id": None}
        if event["type"] not in ("Comment", "Create", "Change"):
            children.append({**event, **shared, "event_type": event["type"]})
        elif event["type"] != "Comment":
            field = {event["field_name"]: event["value"]}
            former = {"previous_value": event["previous_value"]} if "previous_value" in event else {}
            children.append({**shared, "event_type": event["type"], **field, **former})
        elif whole:
            children.append({**event, **shared, "event_type": "Comment", "created_at": audit["created_at"]})
        else:
            told = {"comment_present": True, "comment_public": event["public"]}
            children.append({**shared, "event_type": "Comment", **told})
    return {
        "id": audit["id"],
        "ticket_id": audit["ticket_id"],
        "timestamp": seconds_of(audit["created_at"]),
        "created_at": audit["created_at"],
        "updater_id": audit["author_id"],
        "via": audit["via"]["channel"],
        "system": audit["metadata"]["system"],
        "metadata": audit["metadata"],
        "event_type": "Audit",
        "child_events": children,
    }
