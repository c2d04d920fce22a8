"""Rules in mode `observe`.

Promise: they write to the ledger what they would have done, and why, as if it had been done; the helpdesk is not
touched. Pages are on all the same.
"""

from __future__ import annotations

from datetime import timedelta

from slabot.store import LedgerEvent
from tests.promises.scene import AGENT, DAY, HOUR, MINUTE, Make

OBSERVE = {
    "waiting": {"mode": "observe", "calendar": "support_week"},
    "solved": {"mode": "observe"},
    "classify": {
        "rules": [{"name": "Unusable", "severity": "critical", "when": {"text": ["production down"]}}],
        "priorities": {"urgent": "critical", "normal": "medium"},
        "otherwise": "medium",
        "mode": "observe",
    },
    "clocks": [
        {
            "name": "third_party_update",
            "kind": "periodic_update",
            "during": ["waiting_on_third_party"],
            "within": "1 business day",
            "calendar": "support_week",
            "mode": "observe",
        }
    ],
}


def test_a_fortnight_of_observing_touches_no_ticket(stage: Make, store_url: str) -> None:
    scene = stage(store_url, **OBSERVE)
    scene.sweep_every = timedelta(hours=6)
    scene.start()
    people = scene.sandbox.zendesk.people
    scene.sandbox.zendesk.automations.set_close(active=False)
    silent, solved, third, down = scene.ask("a"), scene.ask("b"), scene.ask("c"), scene.ask()
    scene.run_for(HOUR)
    scene.asks_back(silent)
    people.solve(solved, AGENT, "Fixed.")
    people.agent_replies(third, AGENT, "We ask the vendor.", status="hold")
    scene.run_for(14 * DAY)
    assert scene.writes() == []
    assert scene.pages(down)
    told = [words.partition(":")[0] for words in scene.told(silent, LedgerEvent.WRITE_OBSERVED)]
    assert told.count("would send a follow-up") == 3
    assert told.count("would set it to Solved") == 1
    assert [w.partition(":")[0] for w in scene.told(solved, LedgerEvent.WRITE_OBSERVED)].count(
        "would set it to Closed"
    ) == 1
    assert any(words.startswith("would remind the assignee") for words in scene.told(third, LedgerEvent.WRITE_OBSERVED))
    assert any("would write the severity" in words for words in scene.told(down, LedgerEvent.WRITE_OBSERVED))
    assert all("nothing was done" in words for words in scene.told(silent, LedgerEvent.WRITE_OBSERVED))
    rows = [row for ticket in (silent, solved, third, down) for row in scene.rows(ticket)]
    assert {row.lane.value for row in rows} == {"page", "update"}


def test_off_says_nothing_either(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url, waiting={"mode": "off", "calendar": "support_week"}, solved={"mode": "off"})
    scene.sweep_every = timedelta(hours=6)
    scene.start()
    ticket = scene.ask("a")
    scene.run_for(MINUTE)
    scene.asks_back(ticket)
    scene.run_for(9 * DAY)
    assert scene.writes() == []
    assert scene.told(ticket, LedgerEvent.WRITE_OBSERVED) == []
