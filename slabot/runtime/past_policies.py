"""Have the policies at hand by which clocks of before are judged.

Promise: a policy that was in force is read from the store once, and judges as it did then. One that this slabot cannot
read any more is told once in the log, and the words that were frozen with the clock count instead.
"""

from __future__ import annotations

import threading
from datetime import datetime

import structlog

from slabot.domain import TermsFrozen, Timeline
from slabot.policy import Policy, PolicyError, load_policy
from slabot.store import Store, policies

_log = structlog.get_logger(__name__)


class StoredPolicies:
    """The port `slabot.rules.PastPolicies`, on a store. For all threads."""

    def __init__(self, store: Store, current: int | None, start_from: datetime | None) -> None:
        """`current` is the version in force, None where that does not matter; `start_from` stands where a file left it
        to the day of installation.
        """
        self.current = current
        self._store, self._start_from = store, start_from
        self._lock = threading.Lock()
        self._read: dict[int, Policy | None] = {}

    def policy(self, version: int) -> Policy | None:
        """The policy of that version; None where there is none, or it cannot be read any more.

        Raises:
            StoreUnavailable: the store could not be asked.
        """
        with self._lock:
            if version not in self._read:
                self._read[version] = self._load(version)
            return self._read[version]

    def prepare(self, timeline: Timeline) -> None:
        """Read what this ticket's clocks are judged by, so that the store need not stay open."""
        for event in timeline:
            if isinstance(event, TermsFrozen) and event.policy_version is not None:
                self.policy(event.policy_version)

    def _load(self, version: int) -> Policy | None:
        kept = self._store.read(lambda conn: policies.get(conn, version))
        if kept is None:
            return None
        try:
            policy = load_policy(kept.text, f"policy version {version}")
        except PolicyError as error:
            _log.warning("policy.past_unreadable", version=version, why=str(error))
            return None
        return policy if self._start_from is None else policy.starting(self._start_from)
