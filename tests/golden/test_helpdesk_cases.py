"""Whoever speaks in the helpdesk is heard, as it was when it was said: reported situations with their right values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Snapshot
from adapters.zendesk.reading import Gathered, read_snapshot
from adapters.zendesk.statuses import StatusMap
from adapters.zendesk.users import User, read_user
from slabot.policy.connections import ZENDESK_STATUSES
from slabot.store import open_store
from tests.golden.helpdesk_cases import HELPDESK, Read, cases, decided, differences, ways_of_looking

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


READ: Mapping[str, Read] = {"zendesk": read_zendesk}


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
