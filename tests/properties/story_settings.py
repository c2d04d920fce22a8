"""Under which policies are stories decided, and around which instants do they lie?

Promise: the policies count in zones whose clocks change at midnight, by half an hour or by a whole date; one has an
agreement for each kind of customer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slabot.policy import Policy, freeze, plan_of
from tests.fixtures.policies import NEXT_RESPONSE, RESOLUTION, UPDATES, Edits, ladder, ladders, policy, with_clocks

SEVERITIES = ("critical", "high", "medium", "low")

CLOCKS = with_clocks(
    NEXT_RESPONSE, {**RESOLUTION, "within": {"critical": "8h", "high": "24h", "medium": "7d"}}, UPDATES
)
LADDERS = ladders(
    ladder("50% used", "30m before", "breach", "2h after, then every 4h", severity=["critical", "high"], tag=["vip"]),
    ladder("10% used", "90% used", "2h before", "breach", "30m after", clock=["first_response", "resolution"]),
    ladder("breach", "1h after, then every 8h for 2 days", clock=["next_response", "third_party_update"]),
)
# The same, where each rung has destinations of its own.
MANY_TOLD = ladders(
    {
        "severity": ["critical", "high"],
        "rungs": [
            {"at": "50% used", "notify": ["user:maya@acme.example", "group:@leads"]},
            {"at": "30m before", "notify": ["#leads", "assignee"]},
            {"at": "breach", "notify": ["rota:primary", "pagerduty:main"]},
            {"at": "1h after, then every 2h for 12h", "notify": ["#leads", "rota:primary", "email:boss@acme.example"]},
        ],
        "after_repeats": {"every": "working day", "notify": ["#leads", "email:boss@acme.example"], "for": "4 days"},
    },
    {
        "clock": ["first_response", "resolution", "next_response"],
        "rungs": [
            {"at": "10% used", "notify": ["user:maya@acme.example"]},
            {"at": "breach", "notify": ["webhook:pager", "#leads", "#support-escalations"]},
            {"at": "30m after, then every 1h", "notify": ["assignee"]},
        ],
    },
)
WAYS: Edits = {
    "rotas": {"primary": {"time_zone": "Asia/Kolkata", "people": ["maya@acme.example", "U012AB3CD"]}},
    "pagerduty": {"main": {"routing_key_env": "PAGERDUTY_KEY"}},
    "outgoing_webhooks": {"pager": {"url_env": "PAGER_URL", "secret_env": "PAGER_SECRET"}},
    "email": {"host": "127.0.0.1", "from": "pages@acme.example"},
}


def _quiet(zone: str, *severities: str) -> Edits:
    """Nights, and one that adjoins them, in a zone of their own."""
    return {
        "calendars.nights": {"time_zone": zone, "open": {"mon-sun": ["20:00-07:30"]}},
        "calendars.mornings": {"time_zone": zone, "open": {"sat,sun": ["07:30-10:00"]}},
        "quiet_hours": [
            {"calendar": "nights", "severities": list(severities)},
            {"calendar": "mornings", "severities": list(severities)},
        ],
    }


EXEMPT: Edits = {
    "exempt.severities": ["low"],
    "exempt.organizations": ["Exempt Ltd"],
    "exempt.follow_ups": {"tags": ["vip"]},
    "exempt.solving": {"tags": ["a"]},
}


def _agreed(changes_on: str) -> Edits:
    """Agreements by everything that the stories change, one of them until a date and another from it on."""
    gold = {"severities": {"critical": {"respond_within": "30m"}, "low": {"respond_within": "1 business day"}}}
    customer = {"organization": ["Exempt Ltd"]}
    agreements: list[dict[str, Any]] = [
        {"name": "free", "when": {"tags": ["vip"]}, "no_promise": "agreed so"},
        {"name": "old", "when": customer, "until": changes_on, **gold, "clocks": [{**RESOLUTION, "within": "2d"}]},
        {
            "name": "new",
            "when": customer,
            "from": changes_on,
            "calendar": "around_the_clock",
            "escalate": [ladder("20% used", "breach", "1h after, then every 2h for 12h")],
            "waiting": {"or_after": "9d", "grace": "5h"},
        },
        {
            "name": "plan",
            "when": {"fields": {"plan": ["gold"]}},
            **gold,
            "clocks": [{"name": "own", "kind": "next_response", "within": {"critical": "1h", "high": "2h"}}],
            "solved": {"mode": "observe", "close_after": "5d"},
            "quiet_hours": [],
        },
        {
            "name": "billing",
            "when": {"group": ["Billing"]},
            "unless": {"organization": ["Customer Ltd"]},
            "received_when_closed": "as_usual",
            "exempt": {"solving": {"groups": ["billing"]}},
        },
    ]
    return {"agreements": agreements}


def _modes(mode: str) -> Edits:
    return {f"{part}.mode": mode for part in ("waiting", "solved", "classify")}


TRIAGE: Edits = {
    "classify.reader": {"mode": "act"},
    "classify.triage": {
        "to": ["#triage", "rota:primary", "email:leads@acme.example"],
        "about": ["undecided", "below_priority", "unconfirmed"],
        "within": "20m",
        "remind_every": "5h",
    },
    "replies": {"mode": "act"},
    "automatic_replies": {"mode": "act"},
}


def _week(zone: str, hours: dict[str, list[str]], **more: Any) -> Edits:
    return {"calendars.support_week": {"time_zone": zone, "open": hours, **more}}


@dataclass(frozen=True)
class Setting:
    """A policy, and the instant around which its stories lie."""

    name: str
    policy: Policy
    anchor: datetime


SETTINGS = (
    Setting(
        "Kolkata, all acts, over Republic Day",
        policy(CLOCKS, LADDERS, EXEMPT, _modes("act"), {"waiting.not_feedback": ["thanks"]}),
        datetime(2026, 1, 23, 12, tzinfo=UTC),
    ),
    Setting("Kolkata, as it comes", policy(), datetime(2026, 1, 23, 12, tzinfo=UTC)),
    Setting(
        "São Paulo, whose clocks change at midnight",
        policy(
            _week("America/Sao_Paulo", {"sun-thu": ["00:00-24:00"]}, breaks=[{"days": "mon", "at": "12:00-13:00"}]),
            CLOCKS,
            LADDERS,
            _modes("act"),
            {"severities.high.respond_within": "1d", "waiting.grace": "3h", "re_page_after": "90m"},
            {"automatic_replies": {"mode": "act"}, "requests": {"written_by_agents": "from_creation"}},
            {"third_parties": ["integrations@acme.example"]},
        ),
        datetime(2018, 11, 3, 3, tzinfo=UTC),
    ),
    Setting(
        "Lord Howe, whose clocks change by half an hour",
        policy(
            _week("Australia/Lord_Howe", {"mon-sun": ["00:30-02:15", "09:00-17:00"]}),
            CLOCKS,
            LADDERS,
            _modes("observe"),
        ),
        datetime(2020, 4, 3, 12, tzinfo=UTC),
    ),
    Setting(
        "Apia, which had no 30 December 2011",
        policy(
            _week(
                "Pacific/Apia", {"mon-fri": ["22:00-06:00"]}, holidays={"also": [{"date": "2011-12-29", "name": "x"}]}
            ),
            CLOCKS,
            LADDERS,
            _modes("act"),
            {"start_from": "2011-12-28T12:00:00Z"},
        ),
        datetime(2011, 12, 28, 3, tzinfo=UTC),
    ),
    Setting(
        "Kolkata, many destinations, quiet nights",
        policy(CLOCKS, MANY_TOLD, WAYS, _quiet("Asia/Kolkata", "high", "medium", "low"), _modes("act")),
        datetime(2026, 1, 12, 3, tzinfo=UTC),
    ),
    Setting(
        "Berlin, many destinations, all quiet in the night in which the clocks change",
        policy(
            _week("Europe/Berlin", {"mon-sun": ["00:00-24:00"]}),
            CLOCKS,
            MANY_TOLD,
            WAYS,
            _quiet("Europe/Berlin", *SEVERITIES),
            {"re_page_after": "3h"},
        ),
        datetime(2026, 3, 28, 12, tzinfo=UTC),
    ),
    Setting(
        "Kolkata, an agreement for each kind of customer, in whose middle a year ends",
        policy(CLOCKS, MANY_TOLD, WAYS, _quiet("Asia/Kolkata", "medium", "low"), _modes("act"), _agreed("2026-01-14")),
        datetime(2026, 1, 12, 3, tzinfo=UTC),
    ),
    Setting(
        "Kolkata, the file's ladders at once, quiet for low",
        policy(CLOCKS, MANY_TOLD, WAYS, _quiet("America/New_York", "low"), {"ladder_changes": "replan"}),
        datetime(2026, 1, 12, 3, tzinfo=UTC),
    ),
    Setting(
        "Kolkata, everybody is asked, quiet nights",
        policy(CLOCKS, MANY_TOLD, WAYS, _quiet("Asia/Kolkata", "high", "medium", "low"), _modes("act"), TRIAGE),
        datetime(2026, 1, 12, 3, tzinfo=UTC),
    ),
)
FROZEN = tuple(
    freeze(plan_of(rules, "first_response"))
    for rules in (policy(), policy(LADDERS, CLOCKS), policy(MANY_TOLD, CLOCKS, WAYS), policy(ladders()))
)
