"""What was found, all in all?"""

from __future__ import annotations

import pytest

from slabot.domain import Finding, Level
from slabot.setup.report import ReportSection, SetupReport

RIGHT, NOTICE = Finding(Level.RIGHT, "a"), Finding(Level.NOTICE, "b", "B.")
WRONG, UNKNOWN = Finding(Level.WRONG, "c", "C."), Finding(Level.UNKNOWN, "d", "D.")


@pytest.mark.parametrize(
    ("findings", "code", "summary"),
    [
        ((), 0, "All is right"),
        ((RIGHT,), 0, "All is right"),
        ((RIGHT, NOTICE, NOTICE), 0, "All is right; 2 to know of"),
        ((RIGHT, UNKNOWN), 2, "1 could not be asked; nothing else is wrong"),
        ((NOTICE, UNKNOWN), 2, "1 could not be asked; 1 to know of; nothing else is wrong"),
        ((WRONG,), 1, "1 wrong"),
        ((WRONG, NOTICE, UNKNOWN), 1, "1 wrong; 1 to know of; 1 could not be asked"),
    ],
)
def test_one_wrong_thing_makes_the_whole_wrong(findings: tuple[Finding, ...], code: int, summary: str) -> None:
    report = SetupReport((ReportSection("here", findings[:1]), ReportSection("there", findings[1:])))
    assert (report.exit_code, report.summary) == (code, summary)


def test_findings_come_with_where_they_were_made() -> None:
    there = ReportSection("there", (WRONG,))
    assert list(SetupReport((ReportSection("here", (RIGHT,)), there)).of(Level.WRONG)) == [(there, WRONG)]


def test_a_finding_reads_as_sentences() -> None:
    assert (str(RIGHT), str(NOTICE)) == ("a.", "b. B.")
