"""Run a campaign of faults against slabot, and judge it.

    python -m tests.campaign --store postgresql --minutes 10 --faults kill-worker kill-web --every 2 6

Webs and workers (on SQLite one process) stand beside stand-ins for Zendesk and Slack; tickets come in, people act on
them, and one thing after the other breaks. Afterwards the stand-ins' journal and the ledger are compared with what was
due, by `decide()` and by a table written by hand. Ends with 0 if nothing was lost, doubled, late or wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.campaign.campaign import Outcome, Plan, play
from tests.campaign.checker import AIM
from tests.campaign.faults import FaultKind

SHOWN = 20  # findings with the story of their ticket


def main() -> int:
    """Play, print, judge."""
    outcome = play(_plan(), lambda line: print(f"{datetime.now(UTC):%H:%M:%S}  {line}", flush=True))
    return 0 if report(outcome) else 1


def report(outcome: Outcome) -> bool:
    """Print what came of it; True if it is sound."""
    verdict, evidence = outcome.verdict, outcome.evidence
    print(
        f"\n{len(evidence.created)} tickets, {len(evidence.golden)} of them worked out by hand; {len(evidence.faults)} "
        f"faults (seed {outcome.plan.seed}, {outcome.plan.store})"
    )
    print(
        f"{verdict.pages} pages, {verdict.writes} writes; {verdict.repeats} pages came again and said so, "
        f"{verdict.unknowable} twice by a process that was stopped while it sent"
    )
    print(f"due until seen: {_spread([late.total_seconds() for _, late in verdict.lateness])}")
    failures = [late.total_seconds() for late in outcome.failures]
    print(f"the same, due within {AIM.seconds} s after a worker's death: {_spread(failures)}")
    print(f"from a worker's death until others held its leases: {_spread(outcome.taken_over)}")
    print(f"from the death of a process that listens until it worked again: {_spread(outcome.restarted)}")
    for line in (*outcome.ended, *filter(None, outcome.logged.splitlines()[:SHOWN])):
        print(f"noted: {line}")
    for finding in verdict.findings:
        print(f"\n{finding}")
        for line in outcome.stories.get(finding.ticket, ()):
            print(f"    {line}")
    print(f"\nverdict: {'nothing was lost, doubled, late or wrong' if verdict.sound else 'UNSOUND'}")
    return verdict.sound and not outcome.ended


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "none"
    ordered = sorted(values)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
    return f"p50 {p50:.1f} s, p99 {p99:.1f} s, worst {ordered[-1]:.1f} s ({len(ordered)})"


def _plan() -> Plan:
    parser = argparse.ArgumentParser(
        prog="python -m tests.campaign", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    usual, kinds = Plan(), [kind.value for kind in FaultKind]
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default=usual.store)
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="of load and faults; rest comes on top")
    parser.add_argument("--webs", type=int, default=usual.webs)
    parser.add_argument("--workers", type=int, default=usual.workers)
    parser.add_argument("--rate", type=float, default=usual.rate, help="tickets a second")
    parser.add_argument("--every", type=float, nargs=2, default=usual.every, help="seconds between two faults")
    parser.add_argument("--faults", nargs="*", choices=kinds, default=kinds, help="which; none: load alone")
    parser.add_argument("--seed", type=int, default=usual.seed)
    given = parser.parse_args()
    return Plan(
        store=given.store,
        minutes=given.minutes,
        webs=given.webs,
        workers=given.workers,
        rate=given.rate,
        every=tuple(given.every),
        kinds=tuple(FaultKind(kind) for kind in given.faults),
        seed=given.seed,
    )


if __name__ == "__main__":
    sys.exit(main())
