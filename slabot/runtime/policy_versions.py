"""Which version of the policy is in force from a start on?

Promise: the same text with the same dates is the same version. A text to which a new release of the public holidays or
the time zones gives other dates is a new one, and the ledger names them.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection

from slabot.policy import Policy, PolicyError, load_policy
from slabot.policy.used_dates import changes, further, span_of, used_dates, years_around
from slabot.store import LedgerEvent, ledger, looks, policies
from slabot.store.policies import PolicyVersion


def put_in_force(conn: Connection, policy: Policy, text: str, now: datetime) -> int:
    """Decide by this policy from now on, and say in the ledger if it is another one than before; its version."""
    before = policies.in_force(conn)
    version, moved = _version(conn, policy, text, now)
    if before not in (None, version):
        if moved:
            what = f"{'; '.join(moved)}. The file is the same, and its dates count as version {version} from now on"
            words = f"{what}: clocks that have stopped keep the dates that they were judged by"
        else:
            words = (
                f"the policy is another one since this start: version {version} is in force instead of version "
                f"{before}, and every ticket that is not closed is decided again under it; to go back, put the old "
                "file in its place and start slabot again"
            )
        facts = {"from": before, "to": version}
        ledger.write(conn, now, LedgerEvent.POLICY_CHANGED, words, None, None, facts=facts)
    looks.recall(conn, now, version)
    words = f"slabot started with policy version {version}"
    ledger.write(conn, now, LedgerEvent.SLABOT_STARTED, words, None, None, facts={policies.IN_FORCE: version})
    return version


def recognise(conn: Connection, policy: Policy, text: str, now: datetime) -> int:
    """The version that this policy is, for a process that puts none in force; a new one is recorded."""
    return _version(conn, policy, text, now)[0]


def _version(conn: Connection, policy: Policy, text: str, now: datetime) -> tuple[int, list[str]]:
    """The version, and in what its dates differ from those of the version of this text that was in force."""
    digest, years = hashlib.sha256(text.encode()).hexdigest(), years_around(now)
    _complete(conn, now)
    known, in_force = policies.of_text(conn, digest), policies.in_force(conn)
    if not known:
        return policies.record(conn, digest, text, now, used_dates(policy, years)), []
    differences = {former.version: _differences(policy, former) for former in known}
    moved = differences.get(in_force, []) if in_force is not None else []
    same = next((former for former in known if not differences[former.version]), None)
    if same is None:
        return policies.record_other_dates(conn, digest, text, now, used_dates(policy, years)), moved
    span = span_of(same.dates) or years
    whole = min(span[0], years[0]), max(span[1], years[1])
    if whole != span:
        policies.keep_dates(conn, same.version, further(same.dates, used_dates(policy, whole)))
    return same.version, moved


def _differences(policy: Policy, former: PolicyVersion) -> list[str]:
    span = span_of(former.dates)
    return [] if span is None else changes(policy, former.dates, used_dates(policy, span))


def _complete(conn: Connection, now: datetime) -> None:
    """Record the dates of versions from before they were kept: those of today are the nearest that can be had."""
    for former in policies.every(conn).values():
        if former.dates is not None:
            continue
        try:
            dates = used_dates(load_policy(former.text), (years_around(former.at)[0], years_around(now)[1]))
        except PolicyError:
            dates = {}  # its clocks are judged by what was frozen with them
        policies.keep_dates(conn, former.version, dates)
