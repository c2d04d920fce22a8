"""In which hours can a deadline fall, and is somebody there?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from slabot.policy import load_policy
from slabot.reports.coverage import Cover, Coverage, CoverageStretch

BERLIN = ZoneInfo("Europe/Berlin")
POLICY = """\
version: 1
calendars:
  always: {{always: true}}
  office:
    time_zone: Europe/Berlin
    open: {{mon-fri: ["09:00-17:00"]}}
    holidays: {{also: [{{date: 2026-12-24, name: Day off}}]}}
  nights: {{time_zone: Europe/Berlin, open: {{mon-sun: ["17:00-09:00"]}}}}
severities:
  critical: {{means: Unusable, respond_within: 2h, calendar: always}}
  low: {{means: A question, respond_within: 6h, calendar: office}}
classify: {{otherwise: low}}
escalate: [{{severity: critical, rungs: [{{at: breach, notify: [{notify}]}}]}}, {{rungs: [{{at: breach}}]}}]
slack: {{token_env: SLACK_BOT_TOKEN, channel: "#support"}}
{more}
"""
ROTA = """\
rotas:
  primary:
    time_zone: Europe/Berlin
    people: [maya@acme.example, nobody]
    begins: 2026-12-21
    only_in: nights
"""


def covered(notify: str = "", more: str = "", begins: str = "2026-12-23T00:00+01:00", days: int = 2) -> Coverage:
    start = datetime.fromisoformat(begins).astimezone(UTC)
    return Coverage(load_policy(POLICY.format(notify=notify, more=more)), start, start + timedelta(days=days))


def shown(stretches: tuple[CoverageStretch, ...]) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (
            f"{stretch.begins.astimezone(BERLIN):%a %H}",
            f"{stretch.ends.astimezone(BERLIN):%a %H}",
            {each.severity: each.cover.value for each in stretch.covered},
        )
        for stretch in stretches
    ]


def test_where_only_a_channel_is_told_nobody_is_there_outside_the_hours() -> None:
    found = covered()
    assert shown(found.stretches) == [
        ("Wed 00", "Wed 09", {"critical": "nobody"}),
        ("Wed 09", "Wed 17", {"critical": "open", "low": "open"}),
        ("Wed 17", "Fri 00", {"critical": "nobody"}),  # the 24th is closed
    ]
    assert [stretch.uncovered for stretch in found.gaps] == [("critical",), ("critical",)]


def test_the_map_has_a_mark_for_each_hour() -> None:
    lines = [(f"{day:%a %d}", marks) for day, marks in covered().days(BERLIN)]
    assert lines == [("Wed 23", "!" * 9 + "o" * 8 + "!" * 7), ("Thu 24", "!" * 24)]
    change = [marks for _, marks in covered(begins="2026-03-29T00:00+01:00", days=1).days(BERLIN)]
    assert [len(marks) for marks in change] == [23, 24]
    assert change[1] == "!" + " " * 23  # 24 hours after midnight are one more on a day of 23


def test_a_rota_covers_its_nights_and_its_person_is_named() -> None:
    found = covered('"rota:primary"', ROTA)
    assert shown(found.stretches) == [
        ("Wed 00", "Wed 09", {"critical": "on_call"}),
        ("Wed 09", "Wed 17", {"critical": "open", "low": "open"}),
        ("Wed 17", "Thu 09", {"critical": "on_call"}),
        ("Thu 09", "Thu 17", {"critical": "nobody"}),  # a holiday, and the rota is for the nights
        ("Thu 17", "Fri 00", {"critical": "on_call"}),
    ]
    assert found.at(datetime(2026, 12, 23, 20, tzinfo=UTC), "critical", "default").who == "maya@acme.example"
    assert [marks for _, marks in found.days(BERLIN)][1] == "c" * 9 + "!" * 8 + "c" * 7
    # In the second week nobody is on call.
    second = covered('"rota:primary"', ROTA, begins="2026-12-29T00:00+01:00")
    assert {stretch.worst for stretch in second.stretches} == {Cover.NOBODY, Cover.OPEN}


def test_an_override_of_the_rota_begins_and_ends_on_its_minute() -> None:
    more = ROTA.replace(
        "only_in: nights", "overrides: [{from: '2026-12-23 18:30', to: '2026-12-23 20:00', person: nobody}]"
    )
    gaps = covered('"rota:primary"', more).gaps
    assert [(gap.begins, gap.ends) for gap in gaps] == [
        (datetime(2026, 12, 23, 17, 30, tzinfo=UTC), datetime(2026, 12, 23, 19, tzinfo=UTC))
    ]


@pytest.mark.parametrize(
    ("notify", "cover"),
    [
        ('"user:maya@acme.example"', Cover.NAMED),
        ('"group:@oncall"', Cover.NAMED),
        ('"#leads", assignee', Cover.NOBODY),
        ('"rota:slack"', Cover.NAMED),
    ],
)
def test_who_is_named_is_said_and_not_vouched_for(notify: str, cover: Cover) -> None:
    found = covered(notify, 'rotas: {slack: {group: "@oncall"}}')
    there = found.at(datetime(2026, 12, 23, 20, tzinfo=UTC), "critical", "default")
    assert there.cover is cover
    assert there.who == ("" if cover is Cover.NOBODY else notify.strip('"'))


def test_other_hours_of_an_agreement_are_looked_at_as_well() -> None:
    more = "agreements: [{name: gold, when: {tags: [gold]}, severities: {low: {calendar: always}}}]"
    found = covered(more=more)
    assert found.gaps[0].uncovered == ("critical", "low (gold)")
    assert found.at(datetime(2026, 12, 23, 20, tzinfo=UTC), "low", "gold").severity == "low (gold)"
    none = more.replace("severities: {low: {calendar: always}}", "no_promise: ours")
    assert covered(more=none).gaps[0].uncovered == ("critical",)


def test_every_second_lies_in_one_stretch() -> None:
    stretches = covered('"rota:primary"', ROTA, days=40).stretches
    assert all(first.ends == second.begins for first, second in pairwise(stretches))
    assert sum((each.ends - each.begins for each in stretches), timedelta()) == timedelta(days=40)
