"""Somebody who does nothing else compares plan and store.

Promise: what is broken on purpose is found within a minute or two, mended where deciding again mends it, and told to
people, and no heartbeat is heard meanwhile. While everything agrees, nothing is said and it is heard each minute.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, update

from slabot.runtime.alarm import Alarm
from slabot.runtime.delivery.loop import Delivery
from slabot.store import Lane, LedgerEvent, audits, outbox, schema
from slabot.store.audits import AuditVerdict
from slabot_sandbox import Effect, FaultKind, Sandbox
from tests.promises.scene import HOUR, MINUTE, SECOND, Make, Scene

RUNGS = [{"severity": "critical", "rungs": [{"at": "50% used"}, {"at": "75% used"}]}]


@pytest.fixture
def audited(stage: Make, store_url: str) -> Scene:
    """A scene with a heartbeat, swept and audited each minute."""
    scene = stage(store_url)
    scene.sweep_every = MINUTE
    scene.start(heartbeat={"url_env": "HEARTBEAT_URL"}, escalate=RUNGS)
    return scene


def alerts(scene: Scene) -> list[Effect]:
    found = scene.sandbox.journal.effects(kind="message.posted")
    return [effect for effect in found if str(effect["text"]).startswith("About slabot itself")]


def verdict(scene: Scene) -> AuditVerdict:
    found = scene.parts.store.read(audits.last_verdict)
    assert found is not None
    return found


def beats(scene: Scene) -> int:
    return len(scene.sandbox.heartbeat.beats)


def breaks(scene: Scene, statement: Any) -> None:
    def do(conn: Connection) -> None:
        assert conn.execute(statement).rowcount > 0

    scene.parts.store.write(do)


def told(scene: Scene, event: LedgerEvent) -> list[str]:
    return [row.text for row in scene.ledger() if row.event is event]


def no_page_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    drain = Delivery.drain
    monkeypatch.setattr(Delivery, "drain", lambda self: self.handler.lane is not Lane.PAGE and drain(self))


def test_while_everything_agrees_the_heartbeat_is_heard_each_minute(audited: Scene) -> None:
    for _ in range(3):
        audited.ask()
    audited.run_for(HOUR + 30 * MINUTE)

    assert beats(audited) == 90
    assert alerts(audited) == []
    assert verdict(audited).agrees
    assert verdict(audited).looked_at == 3
    assert told(audited, LedgerEvent.AUDIT_DIFFERED) == []
    assert audited.get("/readyz").status_code == 200


def test_a_page_that_is_lost_from_the_outbox_is_put_in_again(audited: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = audited.ask()
    audited.run_for(MINUTE)
    with monkeypatch.context() as broken:
        no_page_leaves(broken)
        audited.run_for(HOUR - 30 * SECOND)
        assert [row.key for row in audited.rows(ticket)] == [f"acme/{ticket}/page/first_response/critical/50% used/0"]
        breaks(audited, delete(schema.outbox))
        heard = beats(audited)
        audited.run_for(MINUTE)
    assert beats(audited) == heard
    assert (
        f"ticket acme/{ticket} was not as planned: a page was due and was not in the outbox"
        in verdict(audited).findings
    )
    audited.run_for(2 * MINUTE)

    assert len(audited.pages(ticket)) == 1
    assert [row.state.value for row in audited.rows(ticket) if row.kind.value == "page"] == ["sent"]
    first, second = alerts(audited)
    assert f"ticket acme/{ticket} was not as planned" in first["text"]
    assert "what was due goes out now" in first["text"]
    assert "Everything agrees again" in second["text"]
    assert beats(audited) > heard
    assert any("that is mended" in words for words in audited.told(ticket, LedgerEvent.AUDIT_DIFFERED))


def test_a_ticket_that_nothing_would_look_at_again_is_woken(audited: Scene) -> None:
    ticket = audited.ask()
    audited.run_for(30 * MINUTE)
    breaks(audited, update(schema.ticket).values(next_look=None))
    heard = beats(audited)
    audited.run_for(MINUTE)
    assert beats(audited) == heard
    audited.run_for(40 * MINUTE)

    assert len(audited.pages(ticket)) == 1, "the page came in its time"
    assert "nothing would have looked at it" in alerts(audited)[0]["text"]
    assert beats(audited) > heard


def test_an_alarm_that_stands_still_is_told_and_its_work_is_done(
    audited: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = audited.ask()
    audited.run_for(MINUTE)
    monkeypatch.setattr(Alarm, "drain", lambda self: False)
    audited.run_for(59 * MINUTE)
    assert audited.pages(ticket) == []
    heard = beats(audited)
    audited.run_for(4 * MINUTE)

    assert len(audited.pages(ticket)) == 1, "late, and all the same"
    assert "was not looked at when its time had come" in alerts(audited)[0]["text"]
    assert "Restart slabot" in alerts(audited)[0]["text"]
    assert beats(audited) < heard + 4


def test_a_helpdesk_that_is_not_read_is_told_once_an_hour_and_stops_the_heartbeat(audited: Scene) -> None:
    audited.run_for(2 * MINUTE)
    audited.sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=2 * HOUR)
    audited.run_for(30 * MINUTE)
    heard = beats(audited)
    assert heard <= 8, "five minutes are given"
    assert len(alerts(audited)) == 1
    assert "acme was last read to the end at" in alerts(audited)[0]["text"]
    assert "slabot doctor" in alerts(audited)[0]["text"]
    assert audited.get("/readyz").status_code == 503
    audited.run_for(HOUR)
    assert len(alerts(audited)) == 2
    assert beats(audited) == heard
    assert len(told(audited, LedgerEvent.FEED_STALE)) == 2
    audited.run_for(HOUR)

    assert beats(audited) > heard
    assert "Everything agrees again" in alerts(audited)[-1]["text"]
    assert audited.get("/readyz").status_code == 200


def test_a_page_that_does_not_leave_stops_the_heartbeat(audited: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    audited.ask()
    audited.run_for(59 * MINUTE)
    no_page_leaves(monkeypatch)
    heard = beats(audited)
    audited.run_for(10 * MINUTE)

    assert beats(audited) <= heard + 4
    assert "a page waits to be sent since" in alerts(audited)[0]["text"]


def test_a_page_that_was_claimed_and_never_heard_of_stops_the_heartbeat(
    audited: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited.ask()
    audited.run_for(59 * MINUTE)
    no_page_leaves(monkeypatch)
    audited.run_for(2 * MINUTE)
    now = audited.clock.now()
    assert audited.parts.store.write(lambda conn: outbox.claim(conn, now, "page", 5))
    audited.run_for(3 * MINUTE)

    assert any("whether a page arrived" in words for words in verdict(audited).findings)


def test_a_destination_that_takes_no_pages_is_told_once_an_hour(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url)
    to = ["#support-escalations", "user:nobody@acme.example"]
    scene.start(escalate=[{"severity": "critical", "rungs": [{"at": "50% used", "notify": to}]}])
    scene.ask()
    scene.run_for(HOUR + 20 * MINUTE)

    (told_,) = alerts(scene)
    assert "a page could not be sent to user:nobody@acme.example: nobody in Slack has the address" in told_["text"]


def test_a_heartbeat_that_is_not_heard_is_told_when_it_changes(audited: Scene) -> None:
    audited.run_for(3 * MINUTE)
    audited.sandbox.faults.add(FaultKind.ERROR, service="heartbeat", lasting=5 * MINUTE)
    audited.run_for(4 * MINUTE)
    assert verdict(audited).heartbeat is False
    assert verdict(audited).agrees, "that nobody listens is no fault of slabot's"
    assert "slabot_heartbeat_heard 0.0" in audited.get("/metrics").text
    audited.run_for(5 * MINUTE)

    assert len(told(audited, LedgerEvent.HEARTBEAT_FAILED)) == 1
    assert told(audited, LedgerEvent.HEARTBEAT_RECOVERED) == ["the heartbeat is heard again."]
    assert "slabot_heartbeat_heard 1.0" in audited.get("/metrics").text
    assert "slabot_audit_findings 0.0" in audited.get("/metrics").text


def test_a_ticket_that_cannot_be_decided_about_stops_the_heartbeat_and_no_other(
    audited: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from slabot.runtime import Parts
    from slabot.runtime.audit import comparing

    ticket, other = audited.ask(), audited.ask()
    audited.run_for(10 * MINUTE)
    real = comparing.difference

    class Broken:
        """The parts, to an auditor whose rules break on one ticket."""

        def __init__(self, parts: Parts) -> None:
            self.parts = parts

        def __getattr__(self, name: str) -> Any:
            return getattr(self.parts, name)

        def decide(self, stored: Any, now: Any) -> Any:
            if stored.ticket.id == str(ticket):
                raise ZeroDivisionError(stored.ticket.subject)
            return self.parts.decide(stored, now)

    def broken(conn: Any, parts: Any, *rest: Any) -> Any:
        return real(conn, Broken(parts), *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(comparing, "difference", broken)
    heard = beats(audited)
    audited.run_for(2 * MINUTE)

    assert beats(audited) == heard
    (finding,) = verdict(audited).findings
    assert f"ticket acme/{ticket} was not as planned" in finding
    assert "ZeroDivisionError" in finding
    assert "Help" not in finding, "the words of a mistake may be a customer's"
    audited.run_for(HOUR)
    assert len(audited.pages(other)) == 1


def test_ready_says_so_if_the_auditor_itself_stands_still(audited: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from slabot.runtime.audit.auditor import Auditor

    audited.run_for(5 * MINUTE)
    monkeypatch.setattr(Auditor, "drain", lambda self: False)
    heard = beats(audited)
    audited.run_for(7 * MINUTE)

    (finding,) = audited.get("/readyz").json()["findings"]
    assert finding.startswith("the auditor has not looked since")
    assert beats(audited) == heard


def test_without_a_heartbeat_the_auditor_looks_all_the_same(stage: Make, sandbox: Sandbox, sqlite_url: str) -> None:
    scene = stage(sqlite_url)
    scene.sweep_every = MINUTE
    scene.start()
    scene.run_for(timedelta(minutes=5))

    assert verdict(scene).agrees
    assert verdict(scene).heartbeat is None
    assert beats(scene) == 0
    assert "slabot_heartbeat_heard" not in scene.get("/metrics").text
