"""Whoever speaks in the helpdesk is heard, as it was when it was said: reported situations with their right values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Snapshot
from adapters.freshdesk import reading as freshdesk
from adapters.freshdesk import statuses as freshdesk_statuses
from adapters.freshdesk.agents import read_agent
from adapters.zendesk.reading import Gathered, read_snapshot
from adapters.zendesk.statuses import StatusMap
from adapters.zendesk.users import User, read_user
from slabot.policy import load_policy
from slabot.policy.connections import FRESHDESK_STATUSES, ZENDESK_STATUSES
from slabot.reports import explanation
from slabot.rules import decide
from slabot.store import open_store
from tests.golden.helpdesk_cases import HELPDESK, Read, cases, decided, differences, take, ways_of_looking

OWN_ID = "9"  # slabot's agent in the Zendesk cases


def read_zendesk(case: dict[str, Any], snapshot: dict[str, Any], seen_at: datetime) -> Snapshot:
    """As the Zendesk adapter reads ticket and audits. The comments beside them are what it once read."""
    users = map(read_user, snapshot.get("users") or case["users"])
    people: dict[str, User] = {user.id: user for user in users if user is not None}
    gathered = Gathered(
        ticket=snapshot["ticket"],
        audits=snapshot.get("audits"),
        people=people,
        names={},
        own_id=OWN_ID,
        seen_at=seen_at,
    )
    statuses = StatusMap(HELPDESK, ZENDESK_STATUSES)
    return read_snapshot(gathered, helpdesk=HELPDESK, root="https://acme.zendesk.com", statuses=statuses)


def read_freshdesk(case: dict[str, Any], snapshot: dict[str, Any], seen_at: datetime) -> Snapshot:
    """As the Freshdesk adapter reads ticket and conversations."""
    agents = {str(each["id"]): read_agent({"id": each["id"], "contact": each}) for each in case["agents"]}
    gathered = freshdesk.Gathered(
        ticket=snapshot["ticket"],
        conversations=snapshot["conversations"],
        agents={own: agent for own, agent in agents.items() if agent is not None},
        own_id=next(str(each["id"]) for each in case["agents"] if each["name"] == "slabot"),
        seen_at=seen_at,
    )
    statuses = freshdesk_statuses.StatusMap(HELPDESK, FRESHDESK_STATUSES)
    return freshdesk.read_snapshot(gathered, helpdesk=HELPDESK, root="https://acme.freshdesk.com", statuses=statuses)


READ: Mapping[str, Read] = {"zendesk": read_zendesk, "freshdesk": read_freshdesk}


@pytest.mark.parametrize("kind", READ)
def test_what_was_said_counts_as_it_was_when_it_was_said_however_often_slabot_looked(
    kind: str, shared_dir: Path, tmp_path: Path
) -> None:
    found = cases(shared_dir / "cases" / "helpdesk", kind)
    assert found
    wrong: dict[str, Any] = {}
    for case in found:
        for way, looked_at in enumerate(ways_of_looking(case.raw["snapshots"])):
            with open_store(f"sqlite:///{tmp_path / f'{case.name}-{way}.db'}") as store:
                if differing := differences(case, decided(case, looked_at, READ[kind], store)):
                    wrong[f"{case.name}, looked at {len(looked_at)} times"] = differing
    assert wrong == {}


PHONED = "06_zendesk_phone_request_logged_by_an_agent"


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize(("setting", "starts"), [("from_creation", True), ("from_the_customer", False)])
def test_a_request_that_an_agent_wrote_down_counts_from_when_the_policy_says(
    kind: str, setting: str, starts: bool, shared_dir: Path, tmp_path: Path
) -> None:
    """The case's own values are words; a Freshdesk ticket of the same call stands beside it."""
    folder = shared_dir / "cases" / "helpdesk"
    case = json.loads((folder / f"{PHONED}.json").read_text("utf-8"))
    raw = case["snapshots"][-1]
    if kind == "freshdesk":
        case["agents"] = [{"id": 1, "name": "Ravi", "email": "ravi@acme.example"}, {"id": 99, "name": "slabot"}]
        raw = {"ticket": _phoned(raw["ticket"]), "conversations": []}
    policy = load_policy(
        (folder / "policy.yaml").read_text("utf-8") + f"\nrequests: {{written_by_agents: {setting}}}\n", "policy.yaml"
    )
    now = datetime.fromisoformat(case["now"])
    told = READ[kind](case, raw, now)
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        stored = store.write(partial(take, told=told, seen_at=now))
    decision = decide(stored.ticket, stored.timeline, policy, now)
    assert [clock.started_at for clock in decision.clocks] == ([told.ticket.created_at] if starts else [])
    if not starts:
        assert "an agent wrote it down" in explanation.text(stored.ticket, decision, policy)


def _phoned(ticket: dict[str, Any]) -> dict[str, Any]:
    """The same call, as Freshdesk has it."""
    kept = {name: ticket[name] for name in ("id", "subject", "created_at", "updated_at", "requester_id", "tags")}
    words = {"description_text": "Kim phoned: the key is rejected", "source": 3, "status": 2, "priority": 3}
    return {**kept, **words, "responder_id": 1, "custom_fields": {}, "stats": {}, "spam": False, "deleted": False}
