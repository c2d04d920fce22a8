"""A store of before work was typed (migration 0004), with rows of every kind, some in doubt.

Promise: after the upgrade each row has the effect that it would have had: what arrived is not sent again, what was lost
is sent as a possible repeat, what a customer may have read is never written twice, and everything that waited goes out
once. The rows are as that version wrote them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import column, create_engine, insert, table

from slabot.store import OutboxState
from slabot.store.address import read_address
from slabot.store.migrate import upgrade
from slabot_sandbox import Sandbox
from tests.fixtures.stores import empty_postgres_url, empty_store_url
from tests.promises.desks import FreshdeskDesk, both
from tests.promises.heard import Heard, Way, everything
from tests.promises.scene import AGENT, CHANNEL, HOUR, MINUTE, SECOND, Make, Scene, said

__all__ = ["empty_postgres_url", "empty_store_url"]

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
KILLED = datetime(2026, 1, 13, 9, 0, 0, tzinfo=UTC)  # when half of 2h was used, and follow-ups were due
AT = int(KILLED.timestamp())
LADDER = [{"severity": "critical", "rungs": [{"at": "50% used", "notify": ["pagerduty:main"]}]}]
BUNDLE = f"bundle/#{CHANNEL}/storm/20260113T090000Z/cee65689"
OUTBOX = (
    "key", "kind", "lane", "helpdesk", "ticket_id", "channel", "body", "urgency", "not_before", "attempts",
    "created_at", "state", "sending_since", "words", "outcome",
)  # fmt: skip
TICKET = ("helpdesk", "id", "facts", "version", "created_at", "seen_at", "generation", "category")
MESSAGE = ("helpdesk", "ticket_id", "clock", "channel", "ts", "digest", "state", "updated_at", "thread_ts")

Row = dict[str, Any]


def row(key: str, kind: str, about: str, channel: str | None, body: Row, **more: Any) -> Row:
    """A row that waits; ``about`` is ``acme/1``, or empty."""
    helpdesk, _, ticket = about.partition("/")
    lane = {"bundle": "page", "note": "update"}.get(kind, kind)
    waits = {"urgency": AT, "not_before": AT, "attempts": 1, "created_at": AT, "state": "pending"}
    rest = {"sending_since": None, "words": None, "outcome": None}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    named = {"key": key, "kind": kind, "lane": lane, "helpdesk": helpdesk, "ticket_id": ticket, "channel": channel}
    return named | {"body": text} | waits | rest | more


IN_DOUBT: Row = {"state": "sending", "sending_since": AT}


def page_key(ticket: int, to: str = "") -> str:
    return f"acme/{ticket}/page/first_response/critical/50% used/0{to}"


def page(ticket: int, to: str = "", further: Row | None = None, **more: Any) -> Row:
    """As the rules planned it: for Slack's channel, or for ``to``."""
    facts = [
        ["clock", "first_response"],
        ["severity", "critical"],
        ["rung", "50% used"],
        ["repetition", "0"],
        ["to", to or "channel"],
    ]
    body = {
        "at": "2026-01-13T09:00:00+00:00",
        "because": "50% of 2h used",
        "facts": facts,
        "kind": "page",
        "mode": "act",
    }
    key = page_key(ticket, f"/to/{to}" if to else "")
    return row(key, "page", f"acme/{ticket}", to or f"#{CHANNEL}", body | (further or {}), **more)


def follow_up(ticket: int, **more: Any) -> Row:
    because = "no feedback since Mon 12 Jan 2026 14:30 +05:30: follow-up 1 of 3, on business day 1 of the wait"
    body = {"at": "2026-01-13T09:00:00+00:00", "because": because, "facts": [["number", "1"]], "kind": "follow_up"}
    key = f"partners/{ticket}/follow_up/20260112T090000Z/1"
    return row(key, "write", f"partners/{ticket}", None, body | {"mode": "act"}, **more)


def ticket(helpdesk: str, number: int, created: datetime) -> Row:
    """A ticket as it was read a moment after it came; what happened since is read again."""
    facts = {"helpdesk": helpdesk, "id": str(number), "subject": "Help", "channel": "email", "events": []}
    facts |= {"priority": "urgent"} if helpdesk == "acme" else {}
    at = int(created.timestamp())
    read = {"version": f"{created:%Y-%m-%dT%H:%M:%SZ}", "created_at": at, "seen_at": at, "generation": 1}
    named = {"helpdesk": helpdesk, "id": str(number), "category": "open"}
    return named | read | {"facts": json.dumps(facts | {"created_at": created.isoformat()})}


class Before:
    """The stand-ins as they stood when the older slabot was killed, and the rows that it left."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.channel = sandbox.slack.workspace.add_channel(CHANNEL).id
        self.maya = str(sandbox.slack.workspace.add_user(AGENT)["id"])
        sandbox.zendesk.account.add_agent(AGENT)
        sandbox.slack.api.limits.posts = None

    def posted(self, key: str, text: str) -> str:
        """A message that had arrived in Slack; its ts."""
        metadata = {"event_type": "slabot_page", "event_payload": {"key": key}}
        answer = requests.post(
            f"{self.sandbox.slack.api_url}chat.postMessage",
            json={"channel": self.channel, "text": text, "metadata": metadata},
            headers={"Authorization": f"Bearer {self.sandbox.slack.token}"},
            timeout=10,
        )
        return str(answer.json()["ts"])

    def triggered(self, key: str) -> None:
        """An alert that PagerDuty had."""
        event = {
            "routing_key": self.sandbox.pagerduty.routing_key,
            "event_action": "trigger",
            "dedup_key": key,
            "payload": {"summary": "A page", "source": "acme/5", "severity": "critical"},
        }
        assert requests.post(f"{self.sandbox.pagerduty.url}/v2/enqueue", json=event, timeout=10).status_code == 202

    def rows(self, ts: str) -> tuple[list[Row], list[Row]]:
        """The outbox, and the messages; ``ts`` is of ticket 5's page in Slack."""
        alert, place = page_key(5, "/to/pagerduty:main"), "pagerduty:main#50% used/0"
        update = {"clock": "first_response"}
        said = {"at": "2026-01-13T09:00:00+00:00", "because": "It is not known whether a write arrived.", "facts": []}
        chosen = {"severity": "medium", "reason": "one user", "by": self.maya, "name": "maya", "channel": self.channel}
        outbox = [
            page(1, **IN_DOUBT),
            page(2, **IN_DOUBT),
            page(3),
            page(4, "pagerduty:main", **IN_DOUBT),
            page(5, state="sent", words="sent", outcome=json.dumps({"channel": self.channel, "ts": ts})),
            page(5, "pagerduty:main", state="sent", words="sent", outcome=json.dumps({"channel": place, "ts": alert})),
            row(f"acme/5/first_response/update/{self.channel}/a/1", "update", "acme/5", self.channel, update),
            row(f"acme/5/first_response/update/{place}/a/1", "update", "acme/5", place, update),
            row(BUNDLE, "bundle", "", f"#{CHANNEL}", {"cause": "storm", "keys": [page_key(6), page_key(7)]}, urgency=0),
            page(6, further={"bundle": BUNDLE}),
            page(7, further={"bundle": BUNDLE}),
            row("acme/8/assign/slack:c1", "write", "acme/8", None, {"assign": self.maya, "clock": "first_response"}),
            row("acme/8/note/instead", "write", "acme/8", None, {"internal_note": "slabot could not page #x."}),
            row("acme/9/severity/c2", "write", "acme/9", None, chosen | {"clock": "first_response"}),
            row("acme/9/told", "note", "acme/9", f"#{CHANNEL}", said | {"kind": "note", "mode": "act"}, **IN_DOUBT),
            row("alert/breaker/20260113T09", "alert", "", f"#{CHANNEL}",
                {"what": "breaker", "words": "The circuit breaker is open."}, **IN_DOUBT),
            follow_up(1, **IN_DOUBT, words="it was being sent"),
            follow_up(2, **IN_DOUBT),
        ]  # fmt: skip
        shown = {"helpdesk": "acme", "ticket_id": "5", "clock": "first_response", "digest": "a", "state": "Open"}
        kept = shown | {"updated_at": AT, "thread_ts": None}
        return outbox, [kept | {"channel": self.channel, "ts": ts}, kept | {"channel": place, "ts": alert}]


def stored(url: str, tickets: list[Row], outbox: list[Row], messages: list[Row]) -> None:
    """A store as that version left it."""
    engine = create_engine(read_address(url).url)
    with engine.begin() as conn:
        upgrade(conn, "0003")
        conn.execute(insert(table("ticket", *map(column, TICKET))), tickets)
        conn.execute(insert(table("outbox", *map(column, OUTBOX))), outbox)
        conn.execute(insert(table("message", *map(column, MESSAGE))), messages)
    engine.dispose()


Upgraded = Callable[..., Scene]


@pytest.fixture
def upgraded(stage: Make, sandbox: Sandbox) -> Upgraded:
    """Plays until the older slabot was killed; ``between`` takes the store's address and gives that to start on."""

    def make(url: str, between: Callable[[str], str] = lambda url: url) -> Scene:
        before, desk = Before(sandbox), FreshdeskDesk(sandbox)
        scene = stage(
            url,
            helpdesks=both(sandbox),
            escalate=LADDER,
            waiting={"mode": "act", "calendar": "around_the_clock", "follow_ups": 3, "on_business_days": [1, 2, 3]},
            pagerduty={"main": {"routing_key_env": "PAGERDUTY_KEY", "api_url": sandbox.pagerduty.url}},
            storm={"above": 100},
        )
        scene.sweep_every = MINUTE
        for _ in range(2):
            desk.asks_back(desk.ask("Cannot log in"))
        scene.run_until(KILLED - HOUR)
        for number in range(9):
            scene.ask(who=f"c{number}@contoso.example")
        scene.run_until(KILLED)
        before.posted(page_key(1), "Critical: 1 hour left to answer ticket 1")
        before.triggered(page_key(5, "/to/pagerduty:main"))
        tickets = [ticket("acme", number, KILLED - HOUR) for number in range(1, 10)]
        tickets += [ticket("partners", number, MONDAY) for number in (1, 2)]
        stored(url, tickets, *before.rows(before.posted(page_key(5), "Critical: 1 hour left to answer ticket 5")))
        scene.store_url = between(url)
        scene.answer(5)
        scene.run_until(KILLED + 20 * SECOND)
        scene.start()
        scene.run_for(2 * MINUTE)
        return scene

    return make


def told(scene: Scene, *ways: Way) -> list[Heard]:
    """What slabot told since it was started again."""
    heard = everything(scene.sandbox)
    return [each for each in heard if each.at >= KILLED + 20 * SECOND and each.way in ways]


def test_every_row_has_its_effect_once(upgraded: Upgraded, empty_store_url: str) -> None:
    has_every_effect_once(upgraded(empty_store_url))


def has_every_effect_once(scene: Scene) -> None:
    """Each row that the older slabot left had its effect, and none had it twice."""
    sandbox, account = scene.sandbox, scene.sandbox.zendesk.account
    messages = told(scene, Way.MESSAGE, Way.REPLY)
    pages = {number: [each for each in messages if each.key == page_key(number)] for number in range(1, 10)}

    assert pages[1] == [], "it had arrived"
    assert [each.is_repeat for each in pages[2]] == [True], "nobody knows whether it had arrived"
    assert [each.is_repeat for each in pages[3]] == [False]
    assert pages[5] == []
    updates = [each.text for each in told(scene, Way.UPDATE) if each.ticket == 5]
    assert "in time" in updates[-1]

    [bundle] = [each for each in messages if each.key == BUNDLE]
    assert "4 pages" in bundle.whole, "those of 2 and 3 joined it, for they wait for the same channel"
    threads = [each.effect["thread_ts"] for number in (2, 3, 6, 7) for each in pages[number]]
    assert threads == [bundle.effect["ts"]] * 4

    alert = sandbox.pagerduty.alert(page_key(4, "/to/pagerduty:main"))
    assert alert is not None
    assert alert.triggers == 1
    answered = sandbox.pagerduty.alert(page_key(5, "/to/pagerduty:main"))
    assert answered is not None
    assert answered.status == "resolved"

    assert account.tickets[8].shown["assignee_id"] == account.add_agent(AGENT)["id"]
    notes = [each for each in told(scene, Way.NOTE) if each.where in ("ticket 8", "ticket 9")]
    assert [each.text for each in notes if "could not page #x" in each.text] != []
    assert sum("severity to medium" in each.text for each in notes) == 1
    assert sum("It is not known whether a write arrived" in each.text for each in messages) == 1
    assert sum("The circuit breaker is open" in each.text for each in messages) == 1

    desk = FreshdeskDesk(sandbox)
    assert [len(desk.messages(number)) for number in (1, 2)] == [0, 1], "what may have been read is not written again"
    states = {row.key: row.state for number in (1, 2) for row in scene.rows(number, "partners")}
    assert states["partners/1/follow_up/20260112T090000Z/1"] is OutboxState.FAILED
    assert states["partners/2/follow_up/20260112T090000Z/1"] is OutboxState.SENT
    assert [each for each in messages if "partners/1" in each.text] != [], "a person is told to look"


def test_a_second_start_does_nothing_more(upgraded: Upgraded, tmp_path: Path) -> None:
    scene = upgraded(f"sqlite:///{tmp_path / 'slabot.db'}")
    before = len(everything(scene.sandbox))
    scene.restart()
    scene.run_for(2 * MINUTE)
    assert [said(each.effect)[:80] for each in everything(scene.sandbox)[before:] if each.way is not Way.UPDATE] == []
