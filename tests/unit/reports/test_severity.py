"""Does the report on severity lay readings beside choices, and claims beside findings?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slabot.domain import TicketRecord
from slabot.reports.as_text import text_of
from slabot.reports.kinds import severity
from slabot.reports.local_time import seconds
from slabot.reports.model import NONE, Report, Share, Table
from slabot.reports.question import Cut, Question
from slabot.reports.ticket_source import TicketSource
from tests.fixtures.policies import NO_RULES, policy
from tests.fixtures.tickets import Story, ticket
from tests.fixtures.times import KOLKATA, at

NOW, START, CHOSEN = "Fri 30 Jan 12:00", "Mon 12 Jan 10:00", "Mon 12 Jan 11:00"
DOWN = "All agents are offline since this morning, nobody can work."
BROKEN = "The export does not work."  # undecided between high and medium
QUESTION = "How do I rename a report?"


def wrote(text: str, chosen: str | None = None, organization: str | None = "Customer Ltd") -> Story:
    story = ticket(START).asks(START, text)
    person = story.ticket.requester
    assert person is not None
    story = replace(story, ticket=replace(story.ticket, requester=replace(person, organization=organization)))
    return story if chosen is None else story.severity(CHOSEN, chosen)


def made(*stories: Story, mode: str = "observe", **more: Any) -> Report:
    terms = policy(NO_RULES, {"classify.reader": {"mode": mode}})
    asked = Question(now=seconds(at(NOW)), zone=KOLKATA, severities=terms.severity_names, **more)
    told = [TicketRecord(replace(each.ticket, id=str(n)), each.timeline) for n, each in enumerate(stories, 1)]
    return severity.build(TicketSource(told, terms, at(NOW)), asked)


def table(report: Report, key: str) -> Table:
    return next(each for each in report.tables if each.key == key)


def lines(report: Report, key: str) -> list[dict[str, Any]]:
    found = table(report, key)
    return [dict(zip([each.key for each in found.columns], line.values, strict=True)) for line in found.lines]


def test_what_was_read_stands_beside_what_was_chosen_in_the_end() -> None:
    report = made(wrote(DOWN, "critical"), wrote(DOWN, "low"), wrote(QUESTION, "high"), wrote(BROKEN, "medium"))

    decided, undecided = lines(report, "reader")
    assert (decided["reading"], decided["read"], decided["confirmed"]) == ("decided", 3, 3)
    assert (decided["agree"], decided["raised"], decided["lowered"]) == (Share(1, 3), 1, 1)
    assert (undecided["reading"], undecided["agree"]) == ("undecided", Share(1, 1))
    assert [(each["read"], each["chosen"]) for each in lines(report, "readings")] == [
        ("critical", "critical"),
        ("critical", "low"),
        ("high or medium", "medium"),
        ("low", "high"),
    ]


def test_an_undecided_reading_is_exceeded_only_outside_of_both() -> None:
    (line,) = lines(made(*(wrote(BROKEN, chosen) for chosen in ("critical", "high", "medium", "low"))), "reader")

    assert line["agree"] == Share(2, 4)
    assert (line["raised"], line["lowered"]) == (1, 1)


def test_what_nobody_chose_is_read_and_not_compared() -> None:
    (line,) = lines(made(wrote(DOWN), wrote(DOWN, "critical")), "reader")
    assert (line["read"], line["confirmed"], line["agree"]) == (2, 1, Share(1, 1))


def test_what_was_not_read_is_counted_and_said() -> None:
    report = made(wrote(DOWN), wrote(QUESTION, "low"), mode="off")
    found = table(report, "reader")
    assert found.lines == []
    assert found.notes[1].startswith("Not read: 2,")
    assert table(report, "inflation").lines == []


def test_claims_are_counted_for_each_organisation_the_most_inflated_first() -> None:
    report = made(
        wrote(f"URGENT! {QUESTION}", organization="Loud Ltd"),
        wrote(f"URGENT! {QUESTION}", organization="Loud Ltd"),
        wrote(f"URGENT! {DOWN}", organization="Loud Ltd"),
        wrote(QUESTION, organization="Loud Ltd"),
        wrote(f"URGENT! {DOWN}", organization="Fair Ltd"),
        wrote(f"No rush. {DOWN}", organization=None),
        wrote(QUESTION, organization="Quiet Ltd"),
        tickets=True,
    )

    found = lines(report, "inflation")
    assert [each["organization"] for each in found] == ["Loud Ltd", "Fair Ltd", NONE]
    assert (found[0]["read"], found[0]["claims"], found[0]["more"]) == (4, Share(3, 4), Share(2, 3))
    assert [(each["same"], each["less"]) for each in found] == [(1, 0), (1, 0), (0, 1)]
    inflation = table(report, "inflation")
    assert inflation.lines[0].tickets == {"more": ["acme/1", "acme/2"], "same": ["acme/3"]}
    assert inflation.total is not None
    assert inflation.total.values == ("all", 7, Share(5, 7), Share(2, 5), 2, 1)


def test_a_cut_adds_up_to_the_whole() -> None:
    stories = [wrote(DOWN, "critical"), wrote(DOWN, "low", "Other Ltd"), wrote(BROKEN, None, "Other Ltd")]
    found = table(made(*stories, by=(Cut.ORGANIZATION, Cut.SEVERITY)), "reader")
    assert found.total is not None
    place = [column.key for column in found.columns].index("read")
    assert sum(int(str(line.values[place])) for line in found.lines) == found.total.values[place] == 3


def test_the_report_says_where_the_regret_meter_is() -> None:
    report = made(wrote(DOWN))
    asked = Question(now=seconds(at(NOW)), zone=KOLKATA, severities=("critical", "high", "medium", "low"))
    assert "The regret meter is slabot report auto-solved" in text_of(report, asked, config="c")
