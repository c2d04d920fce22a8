"""What can be measured from outside?

Promise: every figure is read from the store when it is asked for, so that any number of processes tell the same; only
what the web server refused is counted by each process for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import product

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from slabot.runtime import Parts
from slabot.runtime.asked import waiting_questions
from slabot.store import Lane, OutboxState, audits, socket_mode
from slabot.store.audits import AuditVerdict
from slabot.store.status import status


class _FromStore(Collector):
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def collect(self) -> Iterable[Metric]:
        """Read everything at one instant."""
        refused = CounterMetricFamily(
            "slabot_web_refused", "Requests that this process refused, or connections that it ended", labels=["reason"]
        )
        for reason, number in self._parts.refusals.totals().items():
            refused.add_metric([reason.value], number)
        yield refused
        now = self._parts.now()
        state = self._parts.store.read(lambda conn: status(conn, now))
        yield GaugeMetricFamily("slabot_tickets", "Tickets that the store knows", state.tickets)
        yield GaugeMetricFamily("slabot_open_tickets", "Tickets neither solved nor closed", state.open_tickets)
        yield GaugeMetricFamily("slabot_running_clocks", "Clocks that have not stopped", state.running_clocks)
        yield GaugeMetricFamily("slabot_overdue_clocks", "Running clocks past their deadline", state.overdue_clocks)
        yield GaugeMetricFamily("slabot_inbox_pending", "Tickets that are still to be read", state.inbox_pending)
        yield GaugeMetricFamily("slabot_overdue_looks", "Tickets whose look has come", state.overdue_looks)
        asked = self._parts.store.read(
            lambda conn: waiting_questions(conn, lambda stored: self._parts.decide(stored, now))
        )
        late = sum(each.question.due is not None and each.question.due <= now for each in asked)
        yield GaugeMetricFamily("slabot_triage_waiting", "Questions to people without an answer", len(asked))
        yield GaugeMetricFamily("slabot_triage_late", "Of these, those past their time", late)
        outbox = GaugeMetricFamily("slabot_outbox", "Rows of the outbox", labels=["lane", "state"])
        # Those of none too: an alert that asks for the least of five minutes would see only the minutes with some.
        for lane, at in product(Lane, OutboxState):
            outbox.add_metric([lane.value, at.value], state.outbox.get((lane, at), 0))
        yield outbox
        age = GaugeMetricFamily(
            "slabot_feed_age_seconds", "Since a helpdesk was last read to the end", labels=["helpdesk"]
        )
        for feed in state.feeds:
            if feed.swept_at is not None:
                age.add_metric([feed.helpdesk], (now - feed.swept_at).total_seconds())
        yield age
        calls = GaugeMetricFamily(
            "slabot_model_calls_day", "Calls of the language model within 24 hours", labels=["outcome"]
        )
        calls.add_metric(["answered"], state.model_answers)
        calls.add_metric(["dropped"], state.model_drops)
        yield calls
        processes = GaugeMetricFamily("slabot_processes", "Processes on the store", labels=["kind", "policy"])
        kinds = Counter(
            (each.kind.value, "another" if state.is_of_another_policy(each) else "in_force") for each in state.processes
        )
        for labels, number in kinds.items():
            processes.add_metric(labels, number)
        yield processes
        socket = self._parts.store.read(socket_mode.state)
        if socket is not None:
            lost = 0.0 if socket.lost_since is None else (now - socket.lost_since).total_seconds()
            yield GaugeMetricFamily("slabot_slack_socket_lost_seconds", "Since Socket Mode lost its connection", lost)
        verdict = self._parts.store.read(audits.last_verdict)
        if verdict is not None:
            yield from _audit(verdict, (now - verdict.at).total_seconds())


def _audit(verdict: AuditVerdict, age: float) -> Iterable[GaugeMetricFamily]:
    yield GaugeMetricFamily("slabot_audit_age_seconds", "Since the auditor last looked", age)
    yield GaugeMetricFamily("slabot_audit_findings", "What did not agree at the last audit", len(verdict.findings))
    yield GaugeMetricFamily("slabot_audit_tickets", "Tickets compared at the last audit", verdict.looked_at)
    yield GaugeMetricFamily("slabot_audit_repairs", "Tickets mended at the last audit", verdict.repaired)
    if verdict.heartbeat is not None:
        yield GaugeMetricFamily("slabot_heartbeat_heard", "1 if the last heartbeat was heard", verdict.heartbeat)


def registry(parts: Parts) -> CollectorRegistry:
    """A registry of its own: nothing global is measured by accident."""
    made = CollectorRegistry()
    made.register(_FromStore(parts))
    return made
