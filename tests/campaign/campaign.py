"""Run a campaign: stand-ins, slabot in its processes, people, faults; then rest, gather, judge.

Promise: bounded in time, drawn from a seed, and nothing is left running. The verdict is the checker's alone.
"""

from __future__ import annotations

import contextlib
import random
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from slabot.clock import SystemClock
from slabot.composition.connections import connect
from slabot.policy import Policy, load_policy
from slabot.store import ledger, open_store
from slabot_sandbox import Sandbox, SlackLimits, ZendeskLimits
from tests.campaign.checker import AIM, Verdict, check
from tests.campaign.cluster import Cluster
from tests.campaign.databases import OwnPostgres, OwnSqlite
from tests.campaign.evidence import Evidence, pages_of, sent_rows_of, tickets_of, unheard_of, unsettled_of, writes_of
from tests.campaign.faults import ON_SQLITE, Breaker, FaultKind
from tests.campaign.load import Load
from tests.campaign.policy import HELPDESK, campaign_policy
from tests.promises.scene import CHANNEL, environment_of

REST = 75.0  # seconds after the last request: the whole life of a ticket is a minute
QUIET = 25.0  # seconds more, in which what waits for its next try is done
WARM = 5.0  # seconds before the first fault, in which leases are shared out
REFUSED = 70.0  # seconds more where peers were broken: what they refuse is tried again once a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be played.

    Attributes:
        store: ``sqlite`` or ``postgresql``.
        minutes: of load and faults; the rest afterwards comes on top.
        rate: tickets a second.
        every: seconds between two faults, at least and at most.
        golden_every: each so many tickets one is of the table.
    """

    store: str = "postgresql"
    minutes: float = 10.0
    webs: int = 2
    workers: int = 3
    rate: float = 1.5
    every: tuple[float, float] = (2.0, 7.0)
    golden_every: int = 6
    kinds: tuple[FaultKind, ...] = tuple(FaultKind)
    seed: int = 16


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of it.

    Attributes:
        stories: what the ledger and the outbox say of each ticket that is named by a finding.
        ended: processes that ended by themselves.
        logged: errors of slabot's own, as its processes logged them.
    """

    plan: Plan
    evidence: Evidence
    verdict: Verdict
    taken_over: Sequence[float]
    restarted: Sequence[float]
    ended: Sequence[str]
    logged: str
    stories: dict[str, list[str]] = field(default_factory=dict)

    @property
    def failures(self) -> list[timedelta]:
        """How late what fell due within ten seconds after a worker's death was."""
        deaths = [fault.since for fault in self.evidence.faults if not fault.hinders and "worker" in fault.name]
        return [
            late for due, late in self.verdict.lateness if any(timedelta() <= due - death <= AIM for death in deaths)
        ]


def kinds_for(plan: Plan, *, can_be_full: bool) -> tuple[FaultKind, ...]:
    """Those of the plan's faults that this store and this machine can have."""
    return tuple(
        kind
        for kind in plan.kinds
        if (plan.store != "sqlite" or kind in ON_SQLITE) and (kind is not FaultKind.FULL or can_be_full)
    )


def play(plan: Plan, tell: Callable[[str], object] = lambda _: None) -> Outcome:
    """Play a campaign, and judge it."""
    with contextlib.ExitStack() as undo:
        database = OwnSqlite() if plan.store == "sqlite" else OwnPostgres()
        undo.callback(database.close)
        sandbox = undo.enter_context(
            Sandbox(
                clock=SystemClock(),
                slack_limits=SlackLimits(posts=None, tiers=False),
                zendesk_limits=ZendeskLimits(account=None, incremental=None),
                proxied=True,
            )
        )
        sandbox.slack.workspace.add_channel(CHANNEL)
        text = campaign_policy(sandbox, database.url if plan.store == "sqlite" else "postgresql://user@host/name")
        environment = environment_of(sandbox) | {"DATABASE_URL": database.url}
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory()))
        cluster = Cluster(database, folder, environment)
        undo.callback(cluster.stop)
        for url in cluster.start(text, plan.webs, plan.workers):
            hooks = sandbox.zendesk.webhooks
            hooks.subscribe(f"{url}/hooks/{HELPDESK}", secret=sandbox.zendesk.webhook_secret)
        kinds = kinds_for(plan, can_be_full=database.disk.can_be_full)
        tell(f"{len(cluster.webs)} webs and {len(cluster.workers)} workers work; faults: {', '.join(kinds) or 'none'}")
        load = Load(sandbox, random.Random(plan.seed), plan.rate, plan.golden_every)
        breaker = Breaker(cluster, sandbox, random.Random(plan.seed + 1), kinds)
        _run(plan, load, breaker, tell)
        policy = load_policy(text, "the campaign's policy")
        evidence = _gathered(policy, environment, database.url, sandbox, load, breaker)
        tell(f"{len(evidence.pages)} pages and {len(evidence.writes)} writes on {len(load.created)} tickets are judged")
        verdict = check(evidence, policy)
        stories = {one.ticket: _story(database.url, one.ticket) for one in verdict.findings[:20] if one.ticket}
        return Outcome(
            plan=plan,
            evidence=evidence,
            verdict=verdict,
            taken_over=breaker.taken_over,
            restarted=breaker.restarted,
            ended=breaker.ended,
            logged=cluster.logs(),
            stories=stories,
        )


def _run(plan: Plan, load: Load, breaker: Breaker, tell: Callable[[str], object]) -> None:
    """Let people work and things break; afterwards nothing breaks, until all has come to rest."""
    asking, over = threading.Event(), threading.Event()
    asking.set()
    people = threading.Thread(target=load.run, args=(asking, over), name="people")
    end = time.monotonic() + plan.minutes * 60
    people.start()
    try:
        time.sleep(WARM)
        while breaker.kinds:
            pause = breaker.chance.uniform(*plan.every)
            if time.monotonic() + pause >= end:
                break
            time.sleep(pause)
            tell(str(breaker.strike()))
        time.sleep(max(0.0, end - time.monotonic()))
        asking.clear()
        tell("nothing breaks any more, and nobody asks")
        time.sleep(REST + QUIET + (REFUSED if FaultKind.PEER in breaker.kinds else 0.0))
    finally:
        over.set()
        people.join()


def _gathered(
    policy: Policy, environment: dict[str, str], url: str, sandbox: Sandbox, load: Load, breaker: Breaker
) -> Evidence:
    """All that the checker looks at."""
    ended = datetime.now(UTC)
    journal = sandbox.journal
    connections = connect(policy, clock=SystemClock(), environment=environment)
    with contextlib.closing(connections), open_store(url) as store:
        return Evidence(
            pages=pages_of(journal),
            writes=writes_of(journal),
            tickets=tickets_of(connections.adapters[HELPDESK], load.created),
            created=load.created,
            golden=load.golden,
            unheard=unheard_of(journal),
            sent_rows=sent_rows_of(store),
            unsettled=unsettled_of(store, ended),
            faults=breaker.faults,
            ended=ended,
        )


def _story(url: str, ticket: str) -> list[str]:
    """What the ledger says of a ticket."""
    with open_store(url) as store:
        rows = store.read(lambda conn: ledger.of_ticket(conn, HELPDESK, ticket))
        return [f"{row.at:%H:%M:%S} {row.event}: {row.text}"[:180] for row in rows]
