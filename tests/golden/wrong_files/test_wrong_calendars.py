"""What is said about calendars that join others, and about dates that return?"""

from __future__ import annotations

import pytest

from tests.golden.wrong_files.office import OFFICE, office, printed

CALENDAR = next(line for line in OFFICE.splitlines(keepends=True) if line.startswith("  office:"))


def beside(*calendars: str) -> str:
    """The right file with further calendars."""
    return office((CALENDAR, CALENDAR + "".join(f"  {calendar}\n" for calendar in calendars)))


def with_settings(settings: str) -> str:
    """The right file with more settings of its calendar."""
    return office(("UTC, open", f"UTC, {settings}, open"))


WRONG: dict[str, tuple[str, str]] = {
    "a name that no calendar has": (
        beside(
            "both: {open_when: [office, chenai]}",
            'chennai: {time_zone: Asia/Kolkata, open: {mon-fri: ["09:00-17:00"]}}',
        ),
        """
config.yaml:4:30: error: "chenai" is not a calendar of this file  [unknown-calendar]
      both: {open_when: [office, chenai]}
                                 ^^^^^^
  fix: use one of office, both, chennai; did you mean "chennai"?
1 problem
""",
    ),
    "a circle of two": (
        beside("a: {open_when: [b]}", "b: {open_when: [office, a]}"),
        """
config.yaml:5:27: error: this calendar would be open when it is open itself: a → b → a  [calendar-circle]
      b: {open_when: [office, a]}
                              ^
  fix: take "a" out, or name the calendars with hours that are meant
1 problem
""",
    ),
    "a calendar that names itself": (
        beside("a: {open_when: [a, office]}"),
        """
config.yaml:4:19: error: this calendar would be open when it is open itself: a → a  [calendar-circle]
      a: {open_when: [a, office]}
                      ^
  fix: take "a" out, or name the calendars with hours that are meant
1 problem
""",
    ),
    "holidays beside others' hours": (
        beside("a: {open_when: [office], holidays: {country: DE}}"),
        """
config.yaml:4:28: error: a calendar with open_when takes its hours from those that it names, and holidays is none of them  [calendar-joined]
      a: {open_when: [office], holidays: {country: DE}}
                               ^^^^^^^^
  fix: take holidays out, or give it to office
1 problem
""",  # noqa: E501
    ),
    "an always-open calendar that joins": (
        beside("a: {open_when: [office], always: true}"),
        """
config.yaml:4:36: error: a calendar with open_when takes its hours from those that it names, and always is none of them  [calendar-joined]
      a: {open_when: [office], always: true}
                                       ^^^^
  fix: take always out, or give it to office
1 problem
""",  # noqa: E501
    ),
    "a name twice": (
        beside("a: {open_when: [office, office]}"),
        """
config.yaml:4:27: error: "office" stands twice here  [calendar-joined]
      a: {open_when: [office, office]}
                              ^^^^^^
  fix: name it once
1 problem
""",
    ),
    "no names": (
        beside("a: {open_when: []}"),
        """
config.yaml:4:7: error: this list is empty  [empty-value]
      a: {open_when: []}
          ^^^^^^^^^
  fix: name the calendars of which any is to be open
1 problem
""",
    ),
    "no year in common": (
        beside(
            'old: {time_zone: UTC, years: "1990-1999", open: {mon: ["09:00-17:00"]}}',
            'new: {time_zone: UTC, years: "2020-2029", open: {mon: ["09:00-17:00"]}}',
            "a: {open_when: [new, old]}",
        ),
        """
config.yaml:6:7: error: there is no year for which new and old all answer  [calendar-joined]
      a: {open_when: [new, old]}
          ^^^^^^^^^
  fix: give those the same years, or leave years out
1 problem
""",
    ),
    "a misspelt setting": (
        beside("a: {opens_when: [office]}"),
        """
config.yaml:4:7: error: "opens_when" is not a setting of calendars.a  [unknown-setting]
      a: {opens_when: [office]}
          ^^^^^^^^^^
  fix: did you mean "open_when"?
1 problem
""",
    ),
    "the day first": (
        with_settings("dates: [{date: 24-12, open: [], name: X}]"),
        """
config.yaml:3:43: error: "24-12" is no date  [bad-date]
      office: {time_zone: UTC, dates: [{date: 24-12, open: [], name: X}], open: {mon-fri: ["09:00-17:00"]}}
                                              ^^^^^
  fix: write 12-24, the month first, for each year
1 problem
""",
    ),
    "the day first, with dots": (
        with_settings("dates: [{date: 24.12., open: [], name: X}]"),
        """
config.yaml:3:43: error: "24.12." is no date  [bad-date]
      office: {time_zone: UTC, dates: [{date: 24.12., open: [], name: X}], open: {mon-fri: ["09:00-17:00"]}}
                                              ^^^^^^
  fix: write 12-24, the month first, for each year
1 problem
""",
    ),
    "a day and a month that may be either": (
        with_settings("dates: [{date: 1/2, open: [], name: X}]"),
        """
config.yaml:3:43: error: "1/2" is no date  [bad-date]
      office: {time_zone: UTC, dates: [{date: 1/2, open: [], name: X}], open: {mon-fri: ["09:00-17:00"]}}
                                              ^^^
  fix: write 01-02 or 02-01, the month first, for each year
1 problem
""",
    ),
    "a day that no February has": (
        with_settings('breaks: [{date: 02-30, at: "12:00-13:00"}]'),
        """
config.yaml:3:44: error: "02-30" is no date  [bad-date]
      office: {time_zone: UTC, breaks: [{date: 02-30, at: "12:00-13:00"}], open: {mon-fri: ["09:00-17:00"]}}
                                               ^^^^^
  fix: write it like 2026-12-24, or 12-24 for each year
1 problem
""",
    ),
    "a date that returns twice": (
        with_settings("dates: [{date: 12-24, open: [], name: X}, {date: 12-24, open: [], name: Y}]"),
        """
config.yaml:3:77: error: 12-24 stands here twice  [duplicate-date]
    …dates: [{date: 12-24, open: [], name: X}, {date: 12-24, open: [], name: Y}], open: {mon-fri: ["09:00-17:00"]}}
                                                      ^^^^^
  fix: keep one of them; several spans of a date stand in one list
1 problem
""",
    ),
    "a holiday twice": (
        with_settings("holidays: {also: [{date: 12-24, name: X}, {date: 12-24, name: Y}]}"),
        """
config.yaml:3:77: error: 12-24 stands here twice  [duplicate-date]
    …ne: UTC, holidays: {also: [{date: 12-24, name: X}, {date: 12-24, name: Y}]}, open: {mon-fri: ["09:00-17:00"]}}
                                                               ^^^^^
  fix: keep one of them
1 problem
""",
    ),
    "half holidays of no country": (
        with_settings('half_holidays: {open: ["10:00-12:00"]}'),
        """
config.yaml:3:3: error: the calendar "office" has hours for the half holidays of no country  [bad-calendar]
      office: {time_zone: UTC, half_holidays: {open: ["10:00-12:00"]}, open: {mon-fri: ["09:00-17:00"]}}
      ^^^^^^
  fix: give the country
1 problem
""",
    ),
    "the eve in the singular": (
        with_settings('before_holiday: {open: ["09:00-12:00"]}'),
        """
config.yaml:3:28: error: "before_holiday" is not a setting of calendars.office  [unknown-setting]
      office: {time_zone: UTC, before_holiday: {open: ["09:00-12:00"]}, open: {mon-fri: ["09:00-17:00"]}}
                               ^^^^^^^^^^^^^^
  fix: did you mean "before_holidays"?
1 problem
""",
    ),
}

DOUBTFUL: dict[str, tuple[str, str]] = {
    "a leap day": (
        with_settings("dates: [{date: 02-29, open: [], name: X}]"),
        """
config.yaml:3:43: warning: 02-29 returns in leap years only; the next one is 2028  [leap-day]
      office: {time_zone: UTC, dates: [{date: 02-29, open: [], name: X}], open: {mon-fri: ["09:00-17:00"]}}
                                              ^^^^^
  fix: write 02-28 or 03-01 for every year, or keep it if leap years are meant
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar
""",
    ),
    "a date that a holiday closes each year": (
        with_settings(
            'dates: [{date: 12-25, open: ["10:00-12:00"], name: X}], holidays: {country: DE, region: national}'
        ),
        """
config.yaml:3:43: warning: 12-25 is closed anyway from 2026 to 2038, and a date that returns opens none  [date-changes-nothing]
    …ce: {time_zone: UTC, dates: [{date: 12-25, open: ["10:00-12:00"], name: X}], holidays: {country: DE, region: n…
                                         ^^^^^
  fix: take the holiday out by except, or write a full date such as 2038-12-25, which opens
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar
""",  # noqa: E501
    ),
    "short days before no holidays": (
        with_settings('before_holidays: {open: ["09:00-12:00"]}'),
        """
config.yaml:3:28: warning: this calendar has no holidays, so no day is before one  [date-changes-nothing]
      office: {time_zone: UTC, before_holidays: {open: ["09:00-12:00"]}, open: {mon-fri: ["09:00-17:00"]}}
                               ^^^^^^^^^^^^^^^
  fix: add holidays: {country: DE}, with your own country, or take before_holidays out
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar
""",
    ),
    "half holidays that the country has not": (
        with_settings('half_holidays: {open: ["10:00-12:00"]}, holidays: {country: DE, region: national}'),
        """
config.yaml:3:28: warning: no half holiday of DE is known for the coming year, so these hours are never used  [no-half-holidays]
      office: {time_zone: UTC, half_holidays: {open: ["10:00-12:00"]}, holidays: {country: DE, region: national}, …
                               ^^^^^^^^^^^^^
  fix: take half_holidays out, or write such dates under dates: {date: 12-24, open: [...], name: Christmas Eve}
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar
""",  # noqa: E501
    ),
    "a short day that is long": (
        with_settings('before_holidays: {open: ["08:00-20:00"]}, holidays: {country: DE, region: national}'),
        """
config.yaml:3:28: warning: Thursday 2026-04-02 (day before Good Friday) would be open for 12 h instead of 8 h  [short-day-is-longer]
      office: {time_zone: UTC, before_holidays: {open: ["08:00-20:00"]}, holidays: {country: DE, region: national}…
                               ^^^^^^^^^^^^^^^
  fix: give shorter hours, or give such a date its own hours under dates
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar
""",  # noqa: E501
    ),
    "an exception that returns and takes nothing away": (
        with_settings('holidays: {country: DE, region: national, except: ["12-26", "12-27"]}'),
        """
config.yaml:3:70: warning: "12-27" takes away no public holiday of 2026 or 2027  [unused-exception]
    … UTC, holidays: {country: DE, region: national, except: ["12-26", "12-27"]}, open: {mon-fri: ["09:00-17:00"]}}
                                                     ^^^^^^
  fix: write a holiday's name as slabot names it, or a date such as 2026-11-24
config.yaml is right, with 1 warning: 0 helpdesks, 1 severity, 1 calendar
""",
    ),
}


@pytest.mark.parametrize(("text", "expected"), [*WRONG.values(), *DOUBTFUL.values()], ids=[*WRONG, *DOUBTFUL])
def test_a_calendar_that_is_wrong_or_doubtful_is_described_in_these_words(text: str, expected: str) -> None:
    assert printed(text) == expected.strip("\n")


@pytest.mark.parametrize(
    "settings",
    [
        "dates: [{date: 12-24, open: [], name: X}, {date: 2026-12-24, open: [], name: Y}]",
        'dates: [{date: 12-26, open: ["10:00-12:00"], name: X}], holidays: {also: [{date: 2027-12-27, name: Y}]}',
        "breaks: [{date: 07-01, at: 12:00-17:00, name: Summer party}]",
        'before_holidays: {open: ["09:00-12:00"]}, holidays: {also: [{date: 05-04, name: Founders}]}',
        'half_holidays: {open: ["09:00-12:00"]}, holidays: {country: TR}',
    ],
)
def test_what_is_right_is_no_doubt(settings: str) -> None:
    assert printed(with_settings(settings)) == "config.yaml is right: 0 helpdesks, 1 severity, 1 calendar"


def test_every_circle_is_found_once_beside_other_mistakes() -> None:
    text = beside("a: {open_when: [b, c]}", "b: {open_when: [a]}", "c: {open_when: c}", "d: {open_when: [a, nine]}")
    said = printed(text)

    assert said.count("[calendar-circle]") == 2
    assert "config.yaml:5:19: error: this calendar would be open when it is open itself: a → b → a" in said
    assert "config.yaml:6:18: error: this calendar would be open when it is open itself: c → c" in said
    assert '"nine" is not a calendar of this file' in said
    assert said.endswith("3 problems")
