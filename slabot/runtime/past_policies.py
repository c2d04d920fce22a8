"""Have the policies at hand by which clocks of before are judged.

Promise: a policy that was in force judges as it did then, with the public holidays and time zones of then. One that
this slabot cannot read any more is told once in the log, and what was frozen with the clock counts instead.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from slabot.policy import Policy, PolicyError, load_policy
from slabot.policy.used_dates import with_dates
from slabot.store.policies import PolicyVersion

_log = structlog.get_logger(__name__)


class StoredPolicies:
    """The port `slabot.rules.PastPolicies`, on the texts that a store keeps. For all threads."""

    def __init__(
        self,
        versions: Mapping[int, PolicyVersion],
        current: int | None,
        start_from: datetime | None,
        starts: Sequence[tuple[datetime, int]] = (),
    ) -> None:
        """Read nothing yet.

        Args:
            versions: all of them (`slabot.store.policies.every`).
            current: the version in force; None where that does not matter.
            starts: when slabot was started with which version, in order (`slabot.store.policies.starts`).
            start_from: stands where a file left it to the day of installation.
        """
        self.current = current
        self._versions, self._start_from = versions, start_from
        self._starts = starts
        self._lock = threading.Lock()
        self._read: dict[int, Policy | None] = {}

    def policy(self, version: int) -> Policy | None:
        """The policy of that version; None where there is none, or it cannot be read any more."""
        with self._lock:
            if version not in self._read:
                self._read[version] = self._load(version)
            return self._read[version]

    def version_at(self, instant: datetime) -> int | None:
        """The version of the last start until an instant; None before the first, and where it cannot be read."""
        place = bisect_right(self._starts, instant, key=lambda start: start[0])
        version = self._starts[place - 1][1] if place else None
        return version if version is None or version == self.current or self.policy(version) is not None else None

    def _load(self, version: int) -> Policy | None:
        known = self._versions.get(version)
        if known is None:
            return None
        try:
            policy = load_policy(known.text, f"policy version {version}")
        except PolicyError as error:
            _log.warning("policy.past_unreadable", version=version, why=str(error))
            return None
        dated = policy if known.dates is None else with_dates(policy, known.dates)
        return dated if self._start_from is None else dated.starting(self._start_from)
