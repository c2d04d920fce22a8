"""From when to when does a ticket mark an outage?"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.domain import TagsChanged
from slabot.policy import Availability
from slabot.reports.outages import OutageSpan, marked
from tests.fixtures.policies import policy
from tests.fixtures.tickets import CLOSED, SOLVED, Story, ticket
from tests.fixtures.times import at


def rules(*each: dict[str, Any], **more: Any) -> Availability:
    return policy({"availability": {"outages": list(each), **more}}).availability


TAGGED = {"name": "Down", "when": {"tags": ["outage"]}}
FIELD = {"name": "Console", "when": {"fields": {"impact": ["console"]}}, "service": "console"}


def spans(story: Story, *given: dict[str, Any], **more: Any) -> list[OutageSpan]:
    return list(marked(story.ticket, story.timeline, rules(*(given or (TAGGED,)), **more).outages))


def times(found: list[OutageSpan]) -> list[tuple[str, str | None]]:
    return [(f"{span.begins:%d %H:%M}", None if span.ends is None else f"{span.ends:%d %H:%M}") for span in found]


def test_it_lasts_from_the_tag_until_the_tag_is_taken_off_and_not_until_the_ticket_is_solved() -> None:
    story = (
        ticket("Mon 12 Jan 09:00")
        .tagged("Mon 12 Jan 10:00", "vip", "outage")
        .becomes("Mon 12 Jan 12:00", SOLVED)
        .tagged("Mon 12 Jan 15:30", "vip")
    )
    [span] = spans(story)

    assert (span.begins, span.ends) == (at("Mon 12 Jan 10:00"), at("Mon 12 Jan 15:30"))
    assert (span.name, span.service, span.maintenance, span.remark) == ("acme/4711", None, False, "")
    assert span.reason == 'rule "Down": it is tagged "outage"'


def test_a_mark_that_nobody_took_off_lasts_and_a_solved_ticket_says_so() -> None:
    story = ticket("Mon 12 Jan 09:00").tagged("Mon 12 Jan 10:00", "OUTAGE")
    assert spans(story)[0].ends is None
    assert spans(story)[0].remark == ""
    [span] = spans(story.becomes("Mon 12 Jan 12:00", SOLVED).becomes("Fri 16 Jan 12:00", CLOSED))
    assert span.ends is None
    assert span.remark == "the ticket is Closed, and still bears the mark"


def test_a_mark_from_the_beginning_counts_from_the_creation_and_may_come_back() -> None:
    story = (
        ticket("Mon 12 Jan 09:00", tags=("outage",))
        .tagged("Mon 12 Jan 10:00")
        .tagged("Mon 12 Jan 11:00", "outage")
        .tagged("Mon 12 Jan 11:20")
    )
    assert times(spans(story)) == [("12 03:30", "12 04:30"), ("12 05:30", "12 05:50")]


def test_a_field_is_a_mark_as_well_and_has_its_service() -> None:
    story = (
        ticket("Mon 12 Jan 09:00")
        .field("Mon 12 Jan 10:00", "impact", "Console")
        .field("Mon 12 Jan 10:10", "other", "console")
        .field("Mon 12 Jan 11:00", "impact", "none")
    )
    [span] = spans(story, FIELD, services=["console"])
    assert (times([span]), span.service) == ([("12 04:30", "12 05:30")], "console")
    assert span.reason == 'rule "Console": the field impact is "Console"'


def test_what_happens_in_the_same_second_is_one_change() -> None:
    story = ticket("Mon 12 Jan 09:00").tagged("Mon 12 Jan 10:00", "outage").tagged("Mon 12 Jan 10:00")
    assert spans(story) == []
    paged = ticket("Mon 12 Jan 09:00").tagged("Mon 12 Jan 10:00", "outage").paged("Mon 12 Jan 10:00", "breach")
    assert times(spans(paged)) == [("12 04:30", None)]


def test_unless_and_the_helpdesk_narrow_a_rule_down() -> None:
    story = (
        ticket("Mon 12 Jan 09:00")
        .tagged("Mon 12 Jan 10:00", "outage", "drill")
        .tagged("Mon 12 Jan 10:30", "outage")
        .tagged("Mon 12 Jan 11:00", "outage", "drill")
    )
    assert times(spans(story, {**TAGGED, "unless": {"tags": ["drill"]}})) == [("12 05:00", "12 05:30")]
    assert spans(story, {**TAGGED, "when": {"tags": ["outage"], "helpdesk": "partners"}}) == []


@pytest.mark.parametrize(("end", "words"), [("merged", "merged"), ("deleted", "deleted"), ("spam", "marked as spam")])
def test_a_ticket_that_is_gone_marks_nothing_any_more(end: str, words: str) -> None:
    story = ticket("Mon 12 Jan 09:00").tagged("Mon 12 Jan 10:00", "outage")
    gone: Story = getattr(story, end)("Mon 12 Jan 11:00")
    [span] = spans(gone)
    assert times([span]) == [("12 04:30", "12 05:30")]
    assert span.remark == f"it ends because the ticket was {words}"
    back = spans(gone.restored("Mon 12 Jan 12:00"))
    assert times(back) == [("12 04:30", "12 05:30"), ("12 06:30", None)]


def test_what_was_only_observed_says_so() -> None:
    when = at("Mon 12 Jan 10:00")
    [span] = spans(ticket("Mon 12 Jan 09:00").happens(TagsChanged(at=when, observed_at=when, to=("outage",))))
    assert "this is when slabot saw it" in span.remark


def test_two_rules_may_hold_at_once() -> None:
    story = ticket("Mon 12 Jan 09:00").tagged("Mon 12 Jan 10:00", "outage", "planned")
    found = spans(story, TAGGED, {"name": "Planned", "when": {"tags": ["planned"]}, "maintenance": True})
    assert [(span.reason.split(":")[0], span.maintenance) for span in found] == [
        ('rule "Down"', False),
        ('rule "Planned"', True),
    ]
