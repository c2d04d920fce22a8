"""Do the terms of the right agreement hold, and does a change in mid-flight count as a change of severity does?"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from slabot.domain import (
    Actor,
    AnyEvent,
    BrandChanged,
    FormChanged,
    GroupChanged,
    OrganizationChanged,
    RequesterChanged,
    TagsChanged,
    parse_instant,
    read_tickets,
)
from slabot.policy import Policy, load_policy
from slabot.rules import ClockState, Decision, Verdict, decide
from tests.fixtures.policies import policy
from tests.fixtures.tickets import Story, clock, ticket
from tests.fixtures.times import at

GOLD = {"name": "gold", "when": {"organization": ["Gold Ltd"]}, "severities": {"high": {"respond_within": "1h"}}}
FREE = {"name": "free", "when": {"tags": ["no_sla"]}, "no_promise": "agreed with the customer"}
START = "Mon 12 Jan 09:00"
HIGH = ticket(START, priority="high")  # 6 h by the file


def rules(*agreements: dict[str, Any], **more: Any) -> Policy:
    return policy({"agreements": list(agreements)}, more)


def _found(story: Story, now: str, *agreements: dict[str, Any]) -> ClockState:
    return clock(story.decide(now, rules(*agreements)))


class TestRecorded:
    """The inputs of `cases/policy/17` to `19`, with the values that stand in their comments."""

    def _decide(self, shared_dir: Path, name: str, *changes: dict[str, Any], now: str) -> Decision:
        text = next((shared_dir / "cases" / "policy").glob(f"{name}_*.yaml")).read_text("utf-8")
        line = next(line for line in text.splitlines() if line.startswith("# ticket: "))
        told = json.loads(line.removeprefix("# ticket: "))
        for change in changes:
            told |= change
        record = read_tickets(json.dumps(told))[0]
        return decide(record.ticket, record.timeline, load_policy(text, name), parse_instant(now))

    def test_17_no_promise_for_some(self, shared_dir: Path) -> None:
        decision = self._decide(shared_dir, "17", now="2026-02-19T10:00:00Z")
        written = decision.as_json()["clocks"][0]
        assert (written["agreement"], written["no_promise"]) == ("monitoring", "monitoring mails")
        assert [written[key] for key in ("target", "due_at", "met_until", "verdict")] == [None] * 4
        assert (decision.due_now, tuple(decision.upcoming)) == ((), ())
        other = {"requester": {"id": "r2", "email": "kim@client.example"}}
        found = self._decide(shared_dir, "17", other, now="2026-02-19T10:00:00Z")
        assert found.clocks[0].due_at == parse_instant("2026-02-18T12:00:00Z")

    @pytest.mark.parametrize(
        ("events", "agreement", "due", "to"),
        [
            ([], "billing", "2026-02-18T11:00:00Z", "#billing"),
            (
                [{"at": "2026-02-18T10:30:00Z", "type": "group", "to": "Hardware"}],
                "default",
                "2026-02-18T12:00:00Z",
                "channel",
            ),
        ],
    )
    def test_18_by_group(self, shared_dir: Path, events: list[Any], agreement: str, due: str, to: str) -> None:
        decision = self._decide(shared_dir, "18", {"events": events}, now="2026-02-18T12:00:01Z")
        found = decision.clocks[0]
        assert (found.terms.agreement, found.due_at) == (agreement, parse_instant(due))
        assert found.started_at == parse_instant("2026-02-18T10:00:00Z")
        assert [page.fact("to") for page in decision.due_now] == [to]

    @pytest.mark.parametrize(
        ("change", "agreement", "severity", "due"),
        [
            ({}, "gold", "critical", "2026-02-18T10:30:00Z"),
            ({"requester": {"id": "r2", "organization": "Other"}}, "default", "critical", "2026-02-18T12:00:00Z"),
            ({"events": []}, "gold", "normal", "2026-02-18T14:00:00Z"),
        ],
    )
    def test_19_tiers(self, shared_dir: Path, change: Any, agreement: str, severity: str, due: str) -> None:
        found = self._decide(shared_dir, "19", change, now="2026-02-18T10:10:00Z").clocks[0]
        assert (found.terms.agreement, found.terms.severity) == (agreement, severity)
        assert found.due_at == parse_instant(due)


class TestWhichHolds:
    @pytest.mark.parametrize(
        ("when", "story"),
        [
            ({"organization": "customer ltd"}, HIGH),
            ({"requester": "ANA@customer.example"}, HIGH),
            ({"requester": "@Customer.example"}, HIGH),
            ({"tags": "vip"}, ticket(START, priority="high", tags=("VIP",))),
            ({"helpdesk": "acme"}, HIGH),
            ({"group": "billing"}, ticket(START, priority="high", group="Billing")),
            ({"brand": "north"}, ticket(START, priority="high", brand="North")),
            ({"form": "outage"}, ticket(START, priority="high", form="Outage")),
            ({"channel": "api"}, ticket(START, priority="high", channel="api")),
            ({"type": "incident"}, ticket(START, priority="high", kind="incident")),
            ({"fields": {"plan": "gold"}}, ticket(START, priority="high", fields={"plan": "gold"})),
        ],
    )
    def test_each_condition_alone(self, when: dict[str, Any], story: Story) -> None:
        mine = {"name": "mine", "when": when, "severities": {"high": {"respond_within": "1h"}}}
        found = _found(story, START, mine)
        assert (found.terms.agreement, found.due_at) == ("mine", at("Mon 12 Jan 10:00"))
        assert found.terms.because
        assert _found(
            ticket(START, priority="high", requester=None, helpdesk="other"), START, mine
        ).terms.agreement == ("default")

    def test_the_first_that_fits_wins(self) -> None:
        every = {"name": "every", "severities": {"high": {"respond_within": "3h"}}}
        gold = HIGH.happens(OrganizationChanged(at=at(START), to="Gold Ltd"))
        assert _found(gold, START, GOLD, every).terms.agreement == "gold"
        assert _found(gold, START, every, GOLD).terms.agreement == "every"
        assert _found(HIGH, START, GOLD, every).terms.agreement == "every"

    def test_unless_takes_a_ticket_out(self) -> None:
        gold = HIGH.happens(OrganizationChanged(at=at(START), to="Gold Ltd"))
        unless = {**GOLD, "unless": {"tags": ["internal"]}}
        assert _found(gold, START, unless).terms.agreement == "gold"
        assert _found(gold.tagged(START, "internal"), START, unless).terms.agreement == "default"

    def test_what_an_agreement_leaves_out_is_the_files_own(self) -> None:
        gold = ticket(START, priority="urgent").happens(OrganizationChanged(at=at(START), to="Gold Ltd"))
        found = _found(gold, START, GOLD)
        assert (found.terms.agreement, found.terms.severity) == ("gold", "critical")
        assert found.due_at == at("Mon 12 Jan 11:00")  # 2 h, as the file says


class TestInMidFlight:
    """A changed condition is like a change of severity: the start stays, elapsed is worked out anew."""

    CHANGES: tuple[AnyEvent, ...] = (
        OrganizationChanged(at=at("Mon 12 Jan 09:30"), to="Gold Ltd"),
        TagsChanged(at=at("Mon 12 Jan 09:30"), to=("gold",)),
        GroupChanged(at=at("Mon 12 Jan 09:30"), to="Gold"),
        BrandChanged(at=at("Mon 12 Jan 09:30"), to="Gold"),
        FormChanged(at=at("Mon 12 Jan 09:30"), to="Gold"),
        RequesterChanged(at=at("Mon 12 Jan 09:30"), to="r9", email="max@gold.example"),
    )

    @pytest.mark.parametrize("change", CHANGES, ids=lambda change: type(change).__name__)
    def test_each_change_moves_the_clock(self, change: AnyEvent) -> None:
        conditions: list[dict[str, Any]] = [
            {"organization": "Gold Ltd"},
            {"tags": "gold"},
            {"group": "Gold"},
            {"brand": "Gold"},
            {"form": "Gold"},
            {"requester": "@gold.example"},
        ]
        agreements = [
            {"name": f"gold{place}", "when": when, "severities": {"high": {"respond_within": "1h"}}}
            for place, when in enumerate(conditions)
        ]
        before, after = (
            _found(HIGH.happens(change), now, *agreements) for now in ("Mon 12 Jan 09:29", "Mon 12 Jan 09:30")
        )
        assert (before.terms.agreement, before.due_at) == ("default", at("Mon 12 Jan 15:00"))
        assert (after.started_at, after.due_at) == (at(START), at("Mon 12 Jan 10:00"))
        assert after.in_force_since == at("Mon 12 Jan 09:30")

    def test_a_miss_stays_when_the_agreement_changes_after_it(self) -> None:
        gold = HIGH.happens(OrganizationChanged(at=at(START), to="Gold Ltd"))
        left = gold.happens(OrganizationChanged(at=at("Mon 12 Jan 10:30"), to="Customer Ltd"))
        found = _found(left.answers("Mon 12 Jan 11:00"), "Mon 12 Jan 12:00", GOLD)
        assert (found.verdict, found.terms.agreement) == (Verdict.MISSED, "default")
        in_time = gold.happens(OrganizationChanged(at=at("Mon 12 Jan 09:45"), to="Customer Ltd"))
        assert _found(in_time.answers("Mon 12 Jan 11:00"), "Mon 12 Jan 12:00", GOLD).verdict is Verdict.MET

    def test_what_changes_after_the_stop_changes_nothing(self) -> None:
        answered = HIGH.answers("Mon 12 Jan 11:00").happens(
            OrganizationChanged(at=at("Mon 12 Jan 11:00"), to="Gold Ltd")
        )
        found = _found(answered, "Mon 12 Jan 12:00", GOLD)
        assert (found.verdict, found.terms.agreement) == (Verdict.MET, "default")


class TestNoPromise:
    def test_a_clock_runs_without_target_pages_or_verdict(self) -> None:
        decision = ticket(START, priority="high", tags=("no_sla",)).decide("Mon 19 Jan 09:00", rules(FREE))
        found = clock(decision)
        assert (found.verdict, found.due_at, found.no_promise) == (Verdict.NO_PROMISE, None, "agreed with the customer")
        assert found.elapsed > timedelta(days=4)
        assert (decision.due_now, tuple(decision.upcoming), decision.next_look) == ((), (), None)

    @pytest.mark.parametrize(
        ("moved", "verdict"), [("Mon 12 Jan 15:00", Verdict.NO_PROMISE), ("Mon 12 Jan 15:00:01", Verdict.RUNNING)]
    )
    def test_a_miss_stays_and_what_was_not_missed_is_not_promised_any_more(self, moved: str, verdict: Verdict) -> None:
        found = _found(HIGH.tagged(moved, "no_sla"), "Mon 12 Jan 18:00", FREE)
        assert found.verdict is verdict
        assert (found.missed is not None) is (verdict is Verdict.RUNNING)

    def test_leaving_it_gives_the_clock_its_terms_from_the_same_start(self) -> None:
        story = ticket(START, priority="high", tags=("no_sla",)).tagged("Mon 12 Jan 14:00")
        found = _found(story, "Mon 12 Jan 14:30", FREE)
        assert (found.verdict, found.due_at) == (Verdict.RUNNING, at("Mon 12 Jan 15:00"))


class TestDates:
    """``from`` is inclusive, ``until`` exclusive, 00:00 in the clock's calendar; a clock counts by its own start."""

    @pytest.mark.parametrize(
        ("started", "agreement"),
        [
            ("Mon 12 Jan 23:59", "default"),
            ("Tue 13 Jan 00:00", "dated"),
            ("Wed 14 Jan 23:59", "dated"),
            ("Thu 15 Jan 00:00", "default"),
        ],
    )
    def test_a_clock_counts_by_its_own_start(self, started: str, agreement: str) -> None:
        dated = {
            "name": "dated",
            "from": "2026-01-13",
            "until": "2026-01-15",
            "severities": {"high": {"respond_within": "1h"}},
        }
        found = _found(ticket(started, priority="high"), "Fri 16 Jan 09:00", dated)
        assert found.terms.agreement == agreement

    def test_an_agreement_behind_one_whose_time_has_not_come_fits(self) -> None:
        later = {"name": "later", "from": "2027-01-01"}
        every = {"name": "every"}
        assert _found(HIGH, START, later, every).terms.agreement == "every"
        assert _found(HIGH, START, later).terms.agreement == "default"


class TestOtherTerms:
    def test_waits_ladders_and_exemptions_are_the_agreements(self) -> None:
        gold = {
            **GOLD,
            "waiting": {"mode": "act", "follow_up_spacing": "1h"},
            "escalate": [{"rungs": [{"at": "50% used", "notify": ["#gold"]}]}],
            "exempt": {"closing": {"tags": ["vip"]}},
        }
        story = HIGH.happens(OrganizationChanged(at=at(START), to="Gold Ltd"))
        page = story.decide("Mon 12 Jan 09:30", rules(gold)).due_now[0]
        assert page.fact("to") == "#gold"
        waits = story.waits("Mon 12 Jan 10:00")
        acts = [action.mode.value for action in waits.decide("Mon 12 Jan 11:00", rules(gold)).upcoming]
        others = [
            action.mode.value
            for action in HIGH.waits("Mon 12 Jan 10:00").decide("Mon 12 Jan 11:00", rules(gold)).upcoming
        ]
        assert (set(acts), set(others)) == ({"act"}, {"observe"})

    def test_further_clocks_are_the_agreements(self) -> None:
        gold = {**GOLD, "clocks": [{"name": "resolution", "kind": "resolution", "within": "8h"}]}
        story = HIGH.happens(OrganizationChanged(at=at(START), to="Gold Ltd"))
        names = [each.name for each in story.decide(START, rules(gold, clocks=[])).clocks]
        assert names == ["first_response", "resolution"]
        assert [each.name for each in HIGH.decide(START, rules(gold, clocks=[])).clocks] == ["first_response"]


class TestOrder:
    def test_the_order_of_events_in_one_second_makes_no_difference(self) -> None:
        changes: list[AnyEvent] = [
            OrganizationChanged(at=at("Mon 12 Jan 09:30"), to="Gold Ltd", by=Actor.AGENT),
            TagsChanged(at=at("Mon 12 Jan 09:30"), to=("no_sla",)),
        ]
        found = {
            (each.terms.agreement, each.no_promise)
            for order in (changes, changes[::-1])
            for each in [_found(HIGH.happens(*order), "Mon 12 Jan 10:00", FREE, GOLD)]
        }
        assert found == {("free", "agreed with the customer")}
