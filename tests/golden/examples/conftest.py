"""The recorded log, replayed."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from examples.event_log import read_log, read_rows
from examples.follow import follow, observing
from examples.summary import Summary
from slabot.calendars import iana_zone
from slabot.policy import load_policy
from tests.golden.examples.event_log import POLICY, Replayed, log_path


@pytest.fixture(scope="session")
def replayed(shared_dir: Path) -> Replayed:
    """The whole log, replayed once for all tests."""
    counts: Counter[str] = Counter()
    policy = observing(load_policy(POLICY.read_bytes(), str(POLICY)))
    summary, followed = Summary(policy), {}
    with gzip.open(log_path(shared_dir), "rt", encoding="utf-8", newline="") as stream:
        for record in read_log(read_rows(stream, "helpdesk.csv", iana_zone("Europe/Rome")), "helpdesk", counts):
            result = follow(record, policy)
            summary.add(result)
            followed[record.ticket.id] = result
    return Replayed(counts, policy, followed, summary)
