"""When does this team work: the first policy file's answers about country, region, zone and hours.

Promise: an answer is judged by the checks of the policy file and refused in their words; every line of the file that
speaks of working time is written from the answers, examples and comments too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from slabot.policy import Problem, check_policy
from slabot.setup import places
from slabot.setup.hours_text import Open, closed_days, days_phrase, hours_phrase

COLUMN = 44  # where comments begin
NONE = "none"  # no public holidays, or those of no region
ASSUMED: Open = {"mon-fri": ("09:00-17:00",)}  # where an answer is judged that is not about hours
CALENDAR = "support_week"
SHORT = 3  # characters of a region's code that people know; longer ones are its name, as in the Netherlands


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """What was answered.

    Attributes:
        country: its ISO code; empty for a team that works on public holidays.
        region: its code in the package `holidays`; empty for the holidays of the whole country alone.
        zone: an IANA name.
        hours: weekdays to spans.
    """

    country: str = ""
    region: str = ""
    zone: str = "UTC"
    hours: Open = field(default_factory=lambda: ASSUMED)

    @property
    def calendar(self) -> dict[str, object]:
        """The calendar as the file's value."""
        holidays = {"country": self.country} | ({"region": self.region} if self.region else {})
        return {
            "time_zone": self.zone,
            "open": {days: list(spans) for days, spans in self.hours.items()},
            **({"holidays": holidays} if self.country else {}),
        }


def judge(working: WorkingTime, today: date) -> tuple[Problem, ...]:
    """What `slabot check` says of such a calendar, in a file that holds nothing else that it could speak of."""
    line = f"  {CALENDAR}: {json.dumps(working.calendar, ensure_ascii=False)}"
    text = f"""version: 1
calendars:
{line}
severities: {{high: {{means: any, respond_within: 1h, calendar: {CALENDAR}}}}}
classify: {{otherwise: high}}
waiting: {{mode: "off", calendar: {CALENDAR}}}
escalate: [{{rungs: [{{at: breach}}]}}]
"""
    _, problems = check_policy(text, "the answer", today)
    return tuple(problem for problem in problems if problem.line == text[: text.index(line)].count("\n") + 1)


def block(working: WorkingTime, today: date) -> str:
    """The calendar's lines, from its name on, with their comments."""
    closed = ", except closed holidays" if working.country else ""
    lines = [
        commented(f"  {CALENDAR}:", f"{hours_phrase(working.hours)}{closed}"),
        f"    time_zone: {working.zone}",
        "    open:",
        *(f"      {days}: {_spans(spans)}" for days, spans in working.hours.items()),
        *_holidays(working, today),
        "    # dates:                                # a date's own hours instead of the week's and of a holiday",
        f'    #   - {{date: {today.year + 1}-12-31, open: ["{_half_day(working.hours)}"], name: New Year\'s Eve}}',
        "    # breaks:",
        f'    #   - {{days: {next(iter(working.hours))}, at: "13:00-14:00", name: Lunch}}',
    ]
    return "\n".join(lines) + "\n"


def closed_dates(working: WorkingTime) -> str:
    """The dates without opening, for a comment: ``a Saturday, Sunday or holiday``."""
    days = closed_days(working.hours)
    names = [days_phrase([day]) for day in days] + (["holiday"] if working.country else [])
    if not names:
        return "a closed date"
    return f"a {', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else f"a {names[0]}"


def commented(setting: str, comment: str) -> str:
    """A line with its comment in the file's column of comments."""
    return f"{setting:<{COLUMN - 1}} # {comment}" if comment else setting


def _holidays(working: WorkingTime, today: date) -> Iterator[str]:
    if not working.country:
        yield "    # holidays:                             # none are closed; those of a country would be:"
        yield "    #   country: DE"
        yield f"    #   also: [{{date: {today.year + 1}-12-24, name: Company day}}]"
        return
    yield "    holidays:"
    yield commented(f"      country: {_word(working.country)}", places.country_name(working.country))
    known = places.regions(working.country)
    if working.region:
        yield commented(f"      region: {_word(working.region)}", _other(known[working.region], working.region))
    elif known:
        example = min(known, key=lambda code: len(code) > SHORT)  # the first short one, or the first
        yield commented("      region: national", f"or {_word(example)}: the holidays of {known[example]} as well")
    yield f"      # also: [{{date: {today.year + 1}-12-24, name: Company day}}]"
    if name := places.some_holiday(working.country, today):
        yield commented(f"      # except: [{json.dumps(name, ensure_ascii=False)}]", "by name, every year, or by date")


def _other(name: str, code: str) -> str:
    return "" if name == code else name


def _word(code: str) -> str:
    """A code as YAML reads it back: NO is Norway here and false in other readers."""
    return code if code.isalpha() and code not in ("NO", "ON") and code.isascii() else json.dumps(code)


def _spans(spans: Sequence[str]) -> str:
    return json.dumps(list(spans), ensure_ascii=False)


def _half_day(hours: Open) -> str:
    """The first half of a working day, for an example."""
    opens = next(iter(hours.values()))[0].partition("-")[0]
    return f"{opens}-12:00" if opens < "11" else f"{opens}-18:00" if opens < "17" else f"{opens}-24:00"
