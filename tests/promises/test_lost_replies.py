"""A write whose answer is lost, at each helpdesk.

Promise: the row of the delivery contract, for each kind of write, whether the connection broke before the helpdesk
acted or after it, and whether slabot lived on or was killed there. Notes, statuses, priorities and assignees once; a
message to a customer once at Zendesk, at most once at Freshdesk, where it is never sent again and people are told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from slabot.store import LedgerEvent, OutboxState
from slabot_sandbox import FaultKind
from tests.promises.desks import DESKS, Desk, both
from tests.promises.scene import AGENT, DAY, HOUR, MINUTE, SECOND, Make, Scene

BEFORE, AFTER = "before it acted", "after it acted"
FAULTS = {BEFORE: FaultKind.DROP_BEFORE, AFTER: FaultKind.DROP_AFTER}
TOLD = "write to the customer yourself if it is not there"


@dataclass(frozen=True)
class Act:
    """One kind of write, and how it comes about.

    Attributes:
        begin: sets the scene and returns the ticket; a moment later slabot wants to write.
        times: how often the write shows in the helpdesk.
        event: what the ledger calls it.
        method: of the adapter.
        message: it is one to the customer.
        settings: of the policy.
    """

    begin: Callable[[Scene, Desk], int]
    times: Callable[[Desk, int], int]
    event: LedgerEvent
    method: str
    message: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


def _waits(scene: Scene, desk: Desk) -> int:
    """A day after the question, less half a minute."""
    ticket = desk.ask("Cannot log in")
    scene.run_for(MINUTE)
    desk.asks_back(ticket)
    scene.run_for(DAY - 30 * SECOND)
    return ticket


def _silent(scene: Scene, desk: Desk) -> int:
    """Reminded three times, and solved in half a minute."""
    ticket = _waits(scene, desk)
    scene.run_for(3 * DAY)
    assert len(desk.messages(ticket)) == 3
    return ticket


def _solved(scene: Scene, desk: Desk) -> int:
    ticket = desk.ask("Cannot log in")
    scene.run_for(MINUTE)
    desk.solve(ticket)
    scene.run_for(3 * DAY - 30 * SECOND)
    return ticket


def _quiet(scene: Scene, desk: Desk) -> int:
    """The vendor has it, and an update is owed in half a minute."""
    ticket = desk.ask("Cannot log in")
    scene.run_for(MINUTE)
    desk.waits_for_others(ticket)
    scene.run_for(8 * HOUR - 30 * SECOND)
    return ticket


def _unusable(scene: Scene, desk: Desk) -> int:
    return desk.ask("production down")


def _claimed(scene: Scene, desk: Desk) -> int:
    for account in (scene.sandbox.zendesk.account, scene.sandbox.freshdesk.account):
        account.add_agent(AGENT)
    ticket = desk.ask("production down")
    scene.run_for(HOUR + MINUTE)
    [page] = scene.pages(ticket, desk.name)
    assert scene.click(page, "claim") == 200
    return ticket


ACTS: Mapping[str, Act] = {
    "a reminder": Act(
        _waits, lambda d, t: len(d.messages(t)), LedgerEvent.TICKET_FOLLOWED_UP, "send_public", message=True
    ),
    "a solve with its message": Act(
        _silent,
        lambda d, t: len(d.messages(t)) - 3,
        LedgerEvent.TICKET_AUTO_SOLVED,
        "send_public",
        message=True,
    ),
    "a close": Act(
        _solved,
        lambda d, t: [str(to) for to in d.changed(t, "status")].count(d.closed),
        LedgerEvent.TICKET_AUTO_CLOSED,
        "set_category",
    ),
    "a priority": Act(
        _unusable,
        lambda d, t: d.changed(t, "priority").count(d.urgent),
        LedgerEvent.TICKET_SEVERITY_SET,
        "set_priority",
    ),
    "an assignee": Act(
        _claimed,
        lambda d, t: len([*d.changed(t, "assignee_id"), *d.changed(t, "responder_id")]),
        LedgerEvent.TICKET_ASSIGNED,
        "assign",
    ),
    "a note": Act(
        _quiet,
        lambda d, t: len(d.messages(t, "comment.private")),
        LedgerEvent.TICKET_NUDGED,
        "add_note",
        settings={
            "clocks": [
                {
                    "name": "updates",
                    "kind": "periodic_update",
                    "within": "8h",
                    "calendar": "around_the_clock",
                    "mode": "act",
                }
            ]
        },
    ),
}
CLASSIFY = {
    "rules": [{"name": "Unusable", "severity": "critical", "when": {"text": ["production down"]}}],
    "priorities": {"urgent": "critical"},
    "otherwise": "medium",
    "mode": "act",
}


@pytest.fixture(params=DESKS)
def desk(request: pytest.FixtureRequest, sandbox: Any) -> Desk:
    return DESKS[request.param](sandbox)


@pytest.fixture(params=ACTS)
def act(request: pytest.FixtureRequest) -> Act:
    return ACTS[request.param]


@pytest.fixture
def scene(stage: Make, sqlite_url: str, sandbox: Any, act: Act) -> Scene:
    """One policy for both helpdesks."""
    made = stage(sqlite_url, helpdesks=both(sandbox), **act.settings)
    made.sweep_every = timedelta(hours=6)  # webhooks bring what happens
    if act is ACTS["a priority"]:
        made.changes["classify"] = CLASSIFY
    made.start()
    return made


def lose(scene: Scene, desk: Desk, fault: FaultKind, method: str = "*", most: int = 120) -> None:
    """Let one write of slabot meet with a fault."""
    methods = ("PUT", "POST") if method == "*" else (method,)
    faults = [scene.sandbox.faults.add(fault, service=desk.service, method=each, times=1) for each in methods]
    for _ in range(most):
        scene.run_for(SECOND)
        if any(each.times == 0 for each in faults):
            break
    else:
        raise AssertionError("nothing was written")
    scene.sandbox.faults.clear()


class Killed(BaseException):
    """As a signal 9 is: nobody gets to do anything about it."""


def kill(scene: Scene, desk: Desk, method: str, moment: str, most: int = 120) -> None:
    """Let the process die in one call of the adapter; the row stays as it was."""
    adapter = scene.parts.adapters[desk.name]
    call = getattr(adapter, method)

    def die(*arguments: Any, **named: Any) -> Any:
        if moment == AFTER:
            call(*arguments, **named)
        raise Killed

    setattr(adapter, method, die)
    with pytest.raises(Killed):
        scene.run_for(most * SECOND)
    scene.restart()


def people_told(scene: Scene) -> list[str]:
    """Notes in the channel about a message that may not have arrived."""
    posted = scene.sandbox.journal.effects(service="slack", kind="message.posted")
    return [str(effect["text"]) for effect in posted if TOLD in str(effect["text"])]


def judge(scene: Scene, desk: Desk, act: Act, ticket: int, *, acted: bool) -> None:
    """The row of the contract, and no more than that; hours later and after another start too."""
    scene.run_for(10 * MINUTE)
    rows = [row for row in scene.rows(ticket, desk.name) if row.state is OutboxState.FAILED]
    if act.message and not desk.keeps_marks and not acted:
        assert act.times(desk, ticket) == 0, "nobody can be sure, so it is not sent again"
        assert len(rows) == 1
        [words] = scene.told(ticket, LedgerEvent.WRITE_FAILED, desk.name)
        assert TOLD in words
        [note] = people_told(scene)
        assert f"{desk.name}/{ticket}" in note
    else:
        assert act.times(desk, ticket) == 1
        assert rows == []
        assert len(scene.told(ticket, act.event, desk.name)) == 1
        assert people_told(scene) == []
    before = act.times(desk, ticket)
    scene.restart()
    scene.run_for(6 * HOUR)
    assert act.times(desk, ticket) == before, "and later it is not done again"
    assert len(people_told(scene)) <= 1


def _row(act: str, moment: str) -> ParameterSet:
    """A row of the contract; of several that are one story one is in each run."""
    dangerous = act == "a reminder" if moment == BEFORE else act not in ("a close", "an assignee")
    return pytest.param(act, moment, id=f"{act}-{moment}", marks=() if dangerous else pytest.mark.long)


each_row = pytest.mark.parametrize(
    ("act", "moment"), [_row(act, moment) for act in ACTS for moment in (BEFORE, AFTER)], indirect=["act"]
)


@each_row
def test_a_connection_that_is_cut(scene: Scene, desk: Desk, act: Act, moment: str) -> None:
    ticket = act.begin(scene, desk)
    lose(scene, desk, FAULTS[moment], "POST" if act.message and not desk.keeps_marks else "*")
    judge(scene, desk, act, ticket, acted=moment == AFTER)


@each_row
def test_a_process_that_is_killed(scene: Scene, desk: Desk, act: Act, moment: str) -> None:
    ticket = act.begin(scene, desk)
    kill(scene, desk, act.method, moment)
    judge(scene, desk, act, ticket, acted=moment == AFTER)


MESSAGES = {name: act for name, act in ACTS.items() if act.message}
AT_FRESHDESK = pytest.mark.parametrize("desk", ["freshdesk"], indirect=True)


@AT_FRESHDESK
@pytest.mark.parametrize("act", MESSAGES, indirect=True)
def test_what_was_claimed_and_never_left_is_sent_after_a_kill(scene: Scene, desk: Desk, act: Act) -> None:
    """Rows are claimed together; whichever of them had not been begun needs nobody to look."""
    ticket = act.begin(scene, desk)
    kill(scene, desk, "version_of", BEFORE)
    scene.run_for(10 * MINUTE)
    assert act.times(desk, ticket) == 1
    assert people_told(scene) == []


@AT_FRESHDESK
@pytest.mark.parametrize("act", ["a solve with its message"], indirect=True)
@pytest.mark.parametrize("moment", [BEFORE, AFTER])
def test_where_the_answer_to_the_move_is_lost_the_customer_still_reads_the_message_once(
    scene: Scene, desk: Desk, act: Act, moment: str
) -> None:
    ticket = act.begin(scene, desk)
    lose(scene, desk, FAULTS[moment], "PUT")
    scene.run_for(10 * MINUTE)
    assert act.times(desk, ticket) == 1
    assert desk.status(ticket) == desk.solved
    assert people_told(scene) == []


@AT_FRESHDESK
@pytest.mark.parametrize("act", ["a reminder"], indirect=True)
def test_while_it_cannot_be_looked_for_it_stays_in_doubt_and_nobody_is_told_yet(
    scene: Scene, desk: Desk, act: Act
) -> None:
    ticket = act.begin(scene, desk)
    lose(scene, desk, FaultKind.DROP_AFTER, "POST")
    scene.sandbox.faults.add(FaultKind.DOWN, service="freshdesk", lasting=20 * MINUTE)
    scene.run_for(19 * MINUTE)
    assert people_told(scene) == []
    scene.run_for(5 * MINUTE)
    assert act.times(desk, ticket) == 1
    assert people_told(scene) == []
    assert "had been done" in scene.told(ticket, act.event, desk.name)[0]


@AT_FRESHDESK
@pytest.mark.parametrize("act", ["a reminder"], indirect=True)
def test_after_people_were_told_their_own_message_goes_on_with_the_wait(scene: Scene, desk: Desk, act: Act) -> None:
    """The first reminder is never sent by slabot; a person's takes its place, and the second comes when it is due."""
    ticket = act.begin(scene, desk)
    lose(scene, desk, FaultKind.DROP_BEFORE, "POST")
    scene.run_for(HOUR)
    assert len(people_told(scene)) == 1
    desk.asks_back(ticket)
    scene.run_for(DAY)
    assert len(desk.messages(ticket)) == 1
