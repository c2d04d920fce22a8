"""A ticket can be exempt from follow-ups alone, from solving alone or from closing alone.

Promise: what it is exempt from does not happen, all the rest does, customers read nothing that is not so, and the
ledger names the exemption that held.
"""

from __future__ import annotations

from datetime import timedelta

from slabot.store import LedgerEvent
from tests.promises.scene import AGENT, DAY, HOUR, Make, Scene

EXEMPT = {
    "follow_ups": {"tags": ["no_reminders"]},
    "solving": {"tags": ["stays_open"]},
    "closing": {"tags": ["stays_solved"]},
}


def start(stage: Make, url: str) -> Scene:
    scene = stage(url, exempt=EXEMPT)
    scene.sweep_every = timedelta(hours=6)
    scene.start()
    scene.sandbox.zendesk.automations.set_close(active=False)
    return scene


def waiting(scene: Scene, tag: str) -> int:
    ticket = scene.ask("Cannot log in")
    scene.sandbox.zendesk.people.agent_sets_tags(ticket, AGENT, [tag])
    scene.run_for(HOUR)
    scene.asks_back(ticket)
    return ticket


def test_each_exemption_holds_back_its_own_act_and_no_other(stage: Make, store_url: str) -> None:
    scene = start(stage, store_url)
    quiet, kept, usual = (waiting(scene, tag) for tag in ("no_reminders", "stays_open", "another"))
    scene.run_for(20 * DAY)

    assert [(len(scene.comments(ticket)), scene.status(ticket)) for ticket in (quiet, kept, usual)] == [
        (0, "pending"),
        (3, "pending"),
        (4, "closed"),
    ]
    assert all("set to Solved" not in str(comment["text"]) for comment in scene.comments(kept))
    assert "set to Solved" in str(scene.comments(usual)[0]["text"])
    assert any(
        words == 'does not send a follow-up: tickets tagged "no_reminders" are exempt from follow-ups.'
        for words in scene.told(quiet, LedgerEvent.WRITE_REFUSED)
    )
    assert any("it is solved only after 3" in words for words in scene.told(quiet, LedgerEvent.WRITE_REFUSED))
    assert scene.told(kept, LedgerEvent.WRITE_REFUSED) == [
        'does not set it to Solved: tickets tagged "stays_open" are exempt from solving.'
    ]


def test_a_ticket_exempt_from_closing_is_solved_and_stays_so(stage: Make, sqlite_url: str) -> None:
    scene = start(stage, sqlite_url)
    ticket = waiting(scene, "stays_solved")
    scene.run_for(30 * DAY)

    assert scene.status(ticket) == "solved"
    assert scene.told(ticket, LedgerEvent.WRITE_REFUSED) == [
        'does not set it to Closed: tickets tagged "stays_solved" are exempt from closing.'
    ]


def test_a_tag_that_is_set_before_a_write_goes_out_holds_it(stage: Make, sqlite_url: str) -> None:
    scene = start(stage, sqlite_url)
    ticket = waiting(scene, "another")
    scene.run_for(2 * HOUR)
    scene.sandbox.zendesk.webhooks.all.clear()  # slabot hears of the tag only as it looks before it writes
    scene.sandbox.zendesk.people.agent_sets_tags(ticket, AGENT, ["no_reminders"])
    scene.run_for(2 * DAY)

    assert scene.comments(ticket) == []
