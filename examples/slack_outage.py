"""Slack is away for an hour while 200 tickets are at risk: what do people receive, in which order, how late?

    python -m examples.slack_outage                      Slack is down for an hour
    python -m examples.slack_outage --kind limited       it answers 429 for ten minutes
    python -m examples.slack_outage --kind revoked       the token is revoked, and given back after an hour
    python -m examples.slack_outage --kind archived      the channel is archived, and unarchived after an hour
    python -m examples.slack_outage --all                every line

Everything runs on this machine: slabot itself, a real store, stand-ins for the helpdesk and Slack, and a clock that
jumps. Customers ask before and during the outage, agents answer some of them while it lasts. What is printed is what
Slack has: a message of the channel at the margin, what stands in its thread below it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from slabot.clock import SteppedClock
from slabot.composition import stepped_app
from slabot.policy import load_policy
from slabot.runtime import Driven
from slabot.runtime.app import App
from slabot_sandbox import Effect, FaultKind, Sandbox

BEGIN = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)  # of the outage, a Monday
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CHANNEL = "support-escalations"
AFTERWARDS = 15 * MINUTE  # for which people go on receiving, after the outage
SHARE = {"critical": 0.1, "high": 0.3, "medium": 0.6}  # of the tickets
AHEAD = {"critical": HOUR, "high": 3 * HOUR, "medium": 6 * HOUR}  # from the request to its first page, at 50%
ANSWERED = 10  # one ticket of so many is answered while Slack is away
SHOWN = 6  # lines of one thread
LONGEST = 118  # characters of a line
LASTS = {"down": HOUR, "limited": 10 * MINUTE, "revoked": HOUR, "archived": HOUR}

POLICY = """
version: 1
helpdesks:
  acme: {{kind: zendesk, subdomain: acme, email: {email}, token_env: ZENDESK_TOKEN, base_url: {zendesk}}}
slack: {{token_env: SLACK_BOT_TOKEN, channel: "#{channel}", api_url: {slack}}}
store: {{url: "{store}"}}
calendars: {{always: {{always: true}}}}
severities:
  critical: {{means: Unusable, respond_within: 2h, calendar: always}}
  high: {{means: Major, respond_within: 6h, calendar: always}}
  medium: {{means: Partial, respond_within: 12h, calendar: always}}
classify:
  rules:
    - {{name: Unusable, severity: critical, when: {{text: [production down]}}}}
    - {{name: No workaround, severity: high, when: {{text: [no workaround]}}}}
  otherwise: medium
escalate: [{{rungs: [{{at: 50% used}}, {{at: 75% used}}]}}]
start_from: 2026-01-01
"""

WORDS = {"critical": "production down", "high": "it fails, no workaround", "medium": "a report looks odd"}


@dataclass(slots=True)
class Stage:
    """The stand-ins, slabot, and the clock that moves both."""

    clock: SteppedClock
    sandbox: Sandbox
    app: App[Driven]

    def run_until(self, instant: datetime) -> None:
        """Let time pass, jumping from one instant to the next."""

        def drain() -> bool:
            did = self.sandbox.deliver_due()
            self.clock.waiting("slabot", self.app.engine.settle())
            due = self.sandbox.scheduler.next_instant()
            return did or (due is not None and due <= self.clock.now())

        self.clock.run_until(instant, drain)


@contextmanager
def stage(begin: datetime) -> Iterator[Stage]:
    """Set everything up, and take it down at the end."""
    clock = SteppedClock(begin)
    with tempfile.TemporaryDirectory() as folder, Sandbox(clock=clock) as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        sandbox.zendesk.limits.limits.account = None  # the helpdesk's own limits are another story
        text = POLICY.format(
            email=sandbox.zendesk.email,
            zendesk=sandbox.zendesk.url,
            slack=sandbox.slack.api_url.rstrip("/"),
            channel=CHANNEL,
            store=f"sqlite:///{Path(folder) / 'slabot.db'}",
        )
        environment = {"ZENDESK_TOKEN": sandbox.zendesk.token, "SLACK_BOT_TOKEN": sandbox.slack.token}
        app = stepped_app(
            load_policy(text), text, clock=clock, environment=environment, sweep_every=timedelta(minutes=5)
        )
        app.start()
        try:
            yield Stage(clock, sandbox, app)
        finally:
            app.stop()


def plan(tickets: int, lasting: timedelta) -> list[tuple[datetime, str]]:
    """When customers ask, and how severe it is: so that each first page falls due while Slack is away."""
    asked = []
    for severity, share in SHARE.items():
        many = round(tickets * share)
        for number in range(many):
            due = BEGIN + lasting * (number + 0.5) / many
            asked.append((due - AHEAD[severity], severity))
    return sorted(asked)


def breaks(on: Stage, kind: str, lasting: timedelta) -> Callable[[], object]:
    """Let Slack fail from now on; what is returned mends it."""
    slack, faults = on.sandbox.slack, on.sandbox.faults
    match kind:
        case "limited":
            faults.add(FaultKind.RATE_LIMIT, service="slack", path="*chat.postMessage", lasting=lasting, seconds=30)
        case "revoked":
            scopes = slack.api.tokens.scopes.pop(slack.token)
            return lambda: slack.api.tokens.allow(slack.token, scopes)
        case "archived":
            slack.workspace.add_channel(CHANNEL, archived=True)
            return lambda: slack.workspace.add_channel(CHANNEL)
        case _:
            faults.add(FaultKind.DOWN, service="slack", lasting=lasting)
    return lambda: None


def play(kind: str, tickets: int, lasting: timedelta) -> tuple[list[Effect], list[int], list[int]]:
    """What Slack has in the end, which tickets there were, and which of them were answered meanwhile."""
    asked = plan(tickets, lasting)
    with stage(asked[0][0] - MINUTE) as on:
        made: list[int] = []
        for instant, severity in asked:
            on.run_until(min(instant, BEGIN))
            customer = f"customer{len(made)}@contoso.example"
            made.append(on.sandbox.zendesk.people.create_ticket(customer, "Help", WORDS[severity]))
        on.run_until(BEGIN)
        mend = breaks(on, kind, lasting)
        answered = made[::-ANSWERED] if tickets >= ANSWERED else []
        on.run_until(BEGIN + lasting / 2)
        for ticket in answered:
            on.sandbox.zendesk.people.agent_replies(ticket, "maya@acme.example", "We are on it.", status="open")
        on.run_until(BEGIN + lasting)
        mend()
        on.run_until(BEGIN + lasting + AFTERWARDS)
        effects = on.sandbox.journal.effects(service="slack", by="api")
    posted = [effect for effect in effects if effect.kind in ("message.posted", "reply.posted")]
    return posted, made, answered


def ticket_of(message: Effect) -> str | None:
    """The number of the ticket that a message is about; None for a bundle, or words about slabot itself."""
    key = str((message.facts.get("metadata") or {}).get("event_payload", {}).get("key", ""))
    parts = key.split("/")
    return parts[1] if parts[0] == "acme" and len(parts) > 1 else None


def line(message: Effect, *, in_thread: bool) -> str:
    """One message in one line."""
    text = " ".join(str(message["text"]).split())
    text = text.partition(" It is from ")[0]
    shown = f"{message.at:%H:%M:%S}  {'    └ ' if in_thread else ''}{text}"
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def tell(posted: list[Effect], *, everything: bool) -> None:
    """Print what people receive, in order."""
    roots = [message for message in posted if message.facts.get("thread_ts") is None]
    for root in roots:
        print(line(root, in_thread=False))
        replies = [message for message in posted if message.facts.get("thread_ts") == root["ts"]]
        shown = replies if everything else replies[:SHOWN]
        for reply in shown:
            print(line(reply, in_thread=True))
        if len(replies) > len(shown):
            last = replies[-1]
            print(f"          └ … and {len(replies) - len(shown)} more, the last one:")
            print(line(last, in_thread=True))


def summary(posted: list[Effect], made: list[int], answered: list[int], back: datetime) -> None:
    """Print the figures."""
    first: dict[str, Effect] = {}
    for message in posted:
        ticket = ticket_of(message)
        if ticket is not None:
            first.setdefault(ticket, message)
    owed = {str(ticket) for ticket in made} - {str(ticket) for ticket in answered}
    loud = [m for m in posted if m.at >= back and (m.facts.get("thread_ts") is None or m.facts.get("broadcast"))]
    print()
    print(f"{len(made)} tickets at risk; {len(answered)} answered while Slack was away.")
    print(
        f"Paged: {len(first)}. Lost: {len(owed - first.keys())}. Paged although answered: {len(first.keys() - owed)}."
    )
    print(f"Messages in the channel itself since Slack was back: {len(loud)}.")
    if first:
        last = max(message.at for message in first.values())
        print(f"Slack was back at {back:%H:%M:%S}; the last ticket was heard of at {last:%H:%M:%S}.")


def main() -> None:
    """Play it and print what people receive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=sorted(LASTS), default="down")
    parser.add_argument("--tickets", type=int, default=200, metavar="N")
    parser.add_argument("--all", action="store_true", help="show every message, also the later ones of a thread")
    options = parser.parse_args()
    lasting, began = LASTS[options.kind], time.monotonic()
    print(f"Slack: {options.kind}, {BEGIN:%a %H:%M} to {BEGIN + lasting:%H:%M} UTC.\n")
    posted, made, answered = play(options.kind, options.tickets, lasting)
    tell(posted, everything=options.all)
    summary(posted, made, answered, BEGIN + lasting)
    print(f"Played in {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()
