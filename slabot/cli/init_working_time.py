"""The questions of `slabot init` about country, region, time zone and hours.

Promise: an answer that the checks of the policy file would refuse is refused here in the same words and asked for
again; nothing is taken for granted but what the tables leave no doubt about, and that is offered, not hidden.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import available_timezones

import click

from slabot.calendars import iana_zone
from slabot.calendars.holiday_book import known_country, known_region
from slabot.domain import SlabotError
from slabot.domain.sentences import sentence
from slabot.setup import places
from slabot.setup.hours_text import read_hours, working_week
from slabot.setup.working_time import NONE, WorkingTime, judge

WHOLE_COUNTRY = "only the holidays of the whole country are closed"
KEPT = "kept so when slabot init asked"
WIDTH = 100  # columns of what is said
MANY = 20  # zones; beyond this, they are listed only where somebody is asked


@dataclass(frozen=True, slots=True)
class GivenOptions:
    """What the options say; None where they say nothing."""

    country: str | None
    region: str | None
    zone: str | None
    hours: str | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What is written, and the warnings that it brings and that were wanted: check code to reason."""

    working: WorkingTime
    accepted: dict[str, str]


def ask_working_time(given: GivenOptions, *, silent: bool, today: date) -> Answers:
    """Ask for what is not given, in an order in which each answer narrows down the next.

    Raises:
        SlabotError: an option that cannot be used; with `silent`, one that is missing as well.
    """
    questions = _Questions(silent=silent, today=today)
    working = questions.country(given.country)
    whole = False
    if working.country and (known := places.regions(working.country)):
        working = questions.region(working, given.region, known)
        whole = not working.region
    elif given.region and given.region.casefold() != NONE:
        working = questions.checked(replace(working, region=given.region.strip()), "--region")
    working = questions.zone(working, given.zone)
    working = questions.hours(working, given.hours)
    return Answers(working, _accepted(working, whole_country=whole, silent=silent, today=today))


class _Questions:
    def __init__(self, *, silent: bool, today: date) -> None:
        self._silent = silent
        self._today = today

    def country(self, given: str | None) -> WorkingTime:
        def read(typed: str) -> WorkingTime:
            if typed.casefold() == NONE:
                return WorkingTime()
            found = self.checked(WorkingTime(country=places.country_code(typed)))
            return replace(found, country=known_country(found.country))

        what = f"Country whose public holidays are closed (its name or ISO code, or {NONE})"
        return self._answer(what, "--country", given, read)

    def region(self, working: WorkingTime, given: str | None, known: dict[str, str]) -> WorkingTime:
        def read(typed: str) -> WorkingTime:
            if typed.casefold() == NONE:
                return working
            found = self.checked(replace(working, region=places.region_code(working.country, typed)))
            return replace(found, region=known_region(found.country, found.region))

        name = places.country_name(working.country)
        if given is None and not self._silent:
            _say(f"Regions of {name} with holidays of their own: {_listed(known)}.")
        what = f"Region of {name} (its name or code, or {NONE} for the holidays of the whole country alone)"
        return self._answer(what, "--region", given, read)

    def zone(self, working: WorkingTime, given: str | None) -> WorkingTime:
        def read(typed: str) -> WorkingTime:
            found = self.checked(replace(working, zone=typed))
            return found if typed in available_timezones() else replace(found, zone=iana_zone(typed).key)

        known = places.zones(working.country)
        likely = places.likely_zone(working.country, working.region)
        offered = ", ".join(f"{zone.name} ({zone.where})" if zone.where else zone.name for zone in known)
        if len(known) > 1 and given is None and not self._silent:
            _say(f"Time zones of {places.country_name(working.country)}: {offered}.")
        what = "Time zone of the support hours"
        if self._silent and 1 < len(known) <= MANY:
            what += f" ({offered})"
        return self._answer(what, "--time-zone", given, read, likely=likely)

    def hours(self, working: WorkingTime, given: str | None) -> WorkingTime:
        def read(typed: str) -> WorkingTime:
            return self.checked(replace(working, hours=read_hours(typed)))

        week = working_week(places.working_days(working.country, self._today))
        what = f'Support hours (such as "{week} 09:00-17:00", "{week} 00:00-24:00" or "24/7")'
        return self._answer(what, "--hours", given, read)

    def checked(self, working: WorkingTime, option: str = "") -> WorkingTime:
        """The same, if the checks of the policy file have no error to report."""
        for problem in judge(working, self._today):
            if problem.severity == "error":
                raise SlabotError(f"{f'{option}: ' if option else ''}{problem.message}", problem.fix)
        return working

    def _answer(
        self,
        what: str,
        option: str,
        given: str | None,
        read: Callable[[str], WorkingTime],
        *,
        likely: str | None = None,
    ) -> WorkingTime:
        if given is None and self._silent:
            given = likely
            if given is None:
                raise SlabotError(f"{what}: not given", f"give it as {option}, or leave out --no-input to be asked")
        if given is not None:
            try:
                return read(given.strip())
            except SlabotError as error:
                raise SlabotError(f"{option}: {error}") from None
        while True:
            try:
                return read(str(click.prompt(what, default=likely, err=True)).strip())
            except SlabotError as error:
                words = str(error)
                _say(sentence(words[:1].upper() + words[1:]))


def _accepted(working: WorkingTime, *, whole_country: bool, silent: bool, today: date) -> dict[str, str]:
    """The warnings that stay with good reason. What nobody could be asked about, `check` says at the end."""
    warned = {problem.code: problem for problem in judge(working, today)}
    accepted = {}
    if whole_country:
        elsewhere = replace(working, region=next(iter(places.regions(working.country))))
        follows = warned.keys() - {problem.code for problem in judge(elsewhere, today)}
        accepted = dict.fromkeys(sorted(follows), WHOLE_COUNTRY)
    for code, problem in warned.items():
        if code in accepted or silent:
            continue
        _say(sentence(f"{problem.message}; {problem.fix}"))
        if not click.confirm("Keep it so?", default=True, err=True):
            raise SlabotError("nothing was written", "start slabot init again and answer otherwise")
        accepted[code] = KEPT
    return accepted


def _listed(known: dict[str, str]) -> str:
    return ", ".join(code if code == name else f"{code} {name}" for code, name in known.items())


def _say(words: str) -> None:
    click.echo(textwrap.fill(words, WIDTH, break_long_words=False, break_on_hyphens=False), err=True)
