"""Is it said which agreements never hold, and nothing of those that do?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from slabot.policy.check_waiting import _year

Warned = Callable[..., list[tuple[str, str, str]]]
OFF = "waiting: {mode: off}\n"


@pytest.fixture
def found(warned: Warned) -> Callable[..., list[tuple[str, str]]]:
    """The warnings about these agreements: code and path."""

    def told(*agreements: str, today: date = date(2026, 11, 24)) -> list[tuple[str, str]]:
        lines = "".join(f"  - {line}\n" for line in agreements)
        every = warned((OFF, f"{OFF}agreements:\n{lines}"), today=today)
        return [(code, path) for code, path, _ in every]

    return told


Found = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("above", "below", "reached"),
    [
        ("when: {tags: [gold]}", "when: {tags: [Gold]}", False),
        ("when: {tags: [gold, vip]}", "when: {tags: [gold]}", False),
        ("when: {tags: [gold]}", "when: {tags: [gold], brand: North}", False),
        ("when: {tags: [gold], brand: North}", "when: {tags: [gold]}", True),
        ("when: {requester: '@a.example'}", "when: {requester: kim@A.example}", False),
        ("when: {requester: kim@a.example}", "when: {requester: '@a.example'}", True),
        ("when: {requester: '@a.example'}", "when: {requester: kim@b.a.example}", True),
        ("when: {fields: {plan: gold}}", "when: {fields: {plan: gold}, tags: vip}", False),
        ("when: {fields: {plan: gold}}", "when: {fields: {tier: gold}}", True),
        ("when: {organization: A}", "when: {group: A}", True),
        # What the one above takes out is left to the one below.
        ("when: {tags: [gold]}, unless: {brand: North}", "when: {tags: [gold]}", True),
        ("when: {tags: [gold]}, unless: {brand: North}", "when: {tags: [gold]}, unless: {brand: [north]}", False),
        ("when: {tags: [gold]}, unless: {brand: North}", "when: {tags: [gold], brand: South}", False),
        ("when: {tags: [gold]}, unless: {brand: North}", "when: {tags: [gold], brand: [South, North]}", True),
        ("when: {brand: North}, unless: {tags: [test]}", "when: {brand: North, tags: [vip]}", True),  # may be both
        ("unless: {tags: [test]}", "when: {brand: North}", True),
        ("unless: {brand: North}", "when: {brand: South}", False),
        # Dates: the one above must hold as long.
        ("when: {tags: gold}, from: 2026-01-01", "when: {tags: gold}", True),
        ("when: {tags: gold}, from: 2026-01-01", "when: {tags: gold}, from: 2026-02-01, until: 2027-01-01", False),
        ("when: {tags: gold}, until: 2027-01-01", "when: {tags: gold}, from: 2026-02-01, until: 2027-01-01", False),
        ("when: {tags: gold}", "when: {tags: gold}, from: 2027-01-01", False),
    ],
)
def test_one_that_an_earlier_one_leaves_nothing_is_never_reached(
    found: Found, above: str, below: str, reached: bool
) -> None:
    codes = [code for code, _ in found(f"{{name: above, {above}}}", f"{{name: below, {below}}}")]
    assert ("agreement-never-reached" in codes) is not reached


def test_only_the_first_that_fits_every_ticket_is_named(found: Found) -> None:
    assert found("{name: a, when: {tags: a}}", "{name: b}", "{name: c, when: {tags: a}}", "{name: d}") == [
        ("agreement-fits-all", "agreements[1].name")
    ]
    assert found("{name: a, when: {tags: a}}", "{name: b}") == []
    assert found("{name: a, from: 2026-01-01}", "{name: b}") == []


def test_a_name_in_two_agreements_is_named_where_it_does_nothing(found: Found) -> None:
    assert found("{name: a, when: {organization: [A, B]}}", "{name: b, when: {organization: [C, b, D]}}") == [
        ("agreement-has-it-already", "agreements[1].when.organization[1]")
    ]
    assert (
        found("{name: a, when: {organization: [A]}, until: 2027-01-01}", "{name: b, when: {organization: [A]}}") == []
    )
    tagged = "{name: a, when: {organization: [A], tags: [vip]}}"
    assert found(tagged, "{name: b, when: {organization: [A, B]}}") == []


class TestDates:
    OLD = "{name: old, when: {tags: gold}, until: 2027-01-01}"

    @pytest.mark.parametrize(
        ("agreements", "codes"),
        [
            ((OLD, "{name: new, when: {tags: gold}, from: 2027-01-01}"), []),
            ((OLD, "{name: new, when: {tags: vip}, from: 2027-02-01}"), []),
            ((OLD, "{name: new, when: {tags: gold}, from: 2027-02-01}"), ["agreements-leave-a-gap"]),
            # Nobody is without terms in between.
            ((OLD, "{name: new, when: {tags: gold}, from: 2027-02-01}", "{name: rest, when: {tags: [gold, a]}}"), []),
            ((OLD, "{name: new, when: {tags: gold}, from: 2026-12-01}"), ["agreements-overlap"]),
            # Some days of their own above the rule.
            (("{name: eve, when: {tags: gold}, from: 2026-12-24, until: 2026-12-27}", OLD), []),
        ],
    )
    def test_days_between_two_of_the_same_conditions(
        self, found: Found, agreements: tuple[str, ...], codes: list[str]
    ) -> None:
        assert [code for code, _ in found(*agreements)] == codes

    def test_one_that_has_ended_is_named_from_its_last_day_on(self, found: Found) -> None:
        assert found(self.OLD, today=date(2026, 12, 31)) == []
        assert found(self.OLD, today=date(2027, 1, 1)) == [("agreement-over", "agreements[0].until")]


class TestTerms:
    """What an agreement changes is looked at as the file's own is, and nothing is said twice."""

    @pytest.mark.parametrize(
        ("agreement", "expected"),
        [
            (
                'escalate: [{rungs: [{at: "1h after, then every 2h"}]}]',
                ("repeats-without-end", "agreements[0].escalate[0].rungs[0].at"),
            ),
            (
                "escalate: [{severity: [critical, high], rungs: [{at: breach}]}]",
                ("severity-without-ladder", "agreements[0].escalate"),
            ),
            (
                "quiet_hours: {severities: critical, calendar: office}",
                ("quiet-critical", "agreements[0].quiet_hours.severities"),
            ),
            ("waiting: {mode: act, or_after: 1d}", ("waiting-does-not-fit", "agreements[0].waiting.or_after")),
            ("exempt: {tags: a, closing: {tags: a}}", ("exempt-already", "agreements[0].exempt.closing.tags")),
            ("calendar: office", ("critical-not-around-the-clock", "agreements[0].calendar")),
            (
                "severities: {critical: {calendar: office}}",
                ("critical-not-around-the-clock", "agreements[0].severities.critical.calendar"),
            ),
        ],
    )
    def test_each_finding_has_its_place_in_the_agreement(
        self, found: Found, agreement: str, expected: tuple[str, str]
    ) -> None:
        assert expected in found(f"{{name: gold, {agreement}}}")

    def test_what_is_wrong_with_the_file_itself_is_said_once(self, warned: Warned) -> None:
        repeats = ("{at: breach}", '{at: "1h after, then every 2h"}')
        gold = "agreements: [{name: gold, severities: {high: {respond_within: 5h}}}]\n"
        changed = (OFF, OFF + gold)
        assert [code for code, *_ in warned(repeats, changed)] == ["repeats-without-end"]

    def test_nothing_is_said_about_pages_of_which_there_are_none(self, found: Found) -> None:
        assert found("{name: free, no_promise: our own people, calendar: office}") == []

    def test_a_wait_is_proved_once_for_all_agreements_with_the_same_follow_ups(self, found: Found) -> None:
        _year.cache_clear()
        agreements = [
            f"{{name: a{number}, when: {{tags: t{number}}}, waiting: {{mode: act, or_after: {170 + number}h, "
            f"templates: {{solved: 'Number {number}'}}}}}}"
            for number in range(40)
        ]
        assert found(*agreements) == []
        assert _year.cache_info().misses == 1
