"""Build tickets and audits as Zendesk's JSON has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.base import Snapshot
from adapters.zendesk.names import Named
from adapters.zendesk.reading import Gathered, read_snapshot
from adapters.zendesk.statuses import StatusMap
from adapters.zendesk.users import User

from ..conftest import STATUSES

START = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
ANA, BOB, BOT, EVE = 5, 6, 900, 7
PEOPLE = {
    "5": User("5", "end-user", "ana@customer.example"),
    "6": User("6", "agent", "bob@acme.example"),
    "900": User("900", "admin", "bot@acme.example"),
}


def minutes(passed: float, seconds: float = 0) -> datetime:
    return START + timedelta(minutes=passed, seconds=seconds)


def at(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def ticket(**changed: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "subject": "Help",
        "status": "open",
        "priority": None,
        "created_at": at(0),
        "updated_at": at(60),
        "requester_id": ANA,
        "assignee_id": None,
        "tags": [],
        "custom_fields": [],
        "via": {"channel": "email"},
        **changed,
    }


def audit(number: int, author: object, minutes: float, *events: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {
        "id": number,
        "ticket_id": 7,
        "author_id": author,
        "created_at": at(minutes),
        "events": list(events),
        "metadata": {"system": {}, "custom": {}},
        "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        **changed,
    }


def created(name: str, value: object) -> dict[str, Any]:
    return {"id": 1, "type": "Create", "field_name": name, "value": value}


def change(name: str, before: object, after: object, **more: Any) -> dict[str, Any]:
    return {"id": 2, "type": "Change", "field_name": name, "value": after, "previous_value": before, **more}


def comment(number: int, author: object, minutes: float = 0, *also: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """An audit in which somebody says something; `changed` is of the comment, `audit` among it of the audit."""
    of_audit = changed.pop("audit", {})
    said = {
        "id": number,
        "type": "Comment",
        "author_id": author,
        "body": f"words {number}",
        "public": True,
        "audit_id": number * 10,
        **changed,
    }
    return audit(number * 10, author, minutes, said, *also, **of_audit)


def read(
    raw: dict[str, Any] | None = None,
    audits: list[dict[str, Any]] | None = None,
    *,
    statuses: StatusMap | None = None,
    people: dict[str, User] | None = None,
    names: Named | None = None,
) -> Snapshot:
    gathered = Gathered(
        ticket=raw or ticket(),
        audits=audits,
        people=PEOPLE if people is None else people,
        names={} if names is None else names,
        own_id="900",
        seen_at=START + timedelta(hours=2),
    )
    return read_snapshot(
        gathered, helpdesk="acme", root="https://acme.zendesk.com", statuses=statuses or StatusMap("acme", STATUSES)
    )


BORN = audit(10, ANA, 0, created("status", "new"), created("priority", None))


def only(snapshot: Snapshot, kind: type) -> list[Any]:
    return [event for event in snapshot.events if isinstance(event, kind)]
