"""Teams all over the world answer `slabot init`: each gets a file that `slabot check` calls right, without a doubt."""

from __future__ import annotations

from datetime import date

import click
import pytest

from slabot.calendars import iana_zone
from slabot.cli import init_working_time
from slabot.cli.init_working_time import KEPT, WHOLE_COUNTRY, GivenOptions, ask_working_time
from slabot.domain import Category, SlabotError
from slabot.policy import Problem, check_policy
from slabot.setup.first_facts import REASONS, AccountFacts, adapt, excuse
from slabot.setup.first_file import NewHelpdesk, Placed, example_text, write
from slabot.setup.working_time import WorkingTime

TODAY = date(2026, 11, 28)
ACME = NewHelpdesk(
    name="acme",
    kind="zendesk",
    address=("subdomain", "acme"),
    host="acme.zendesk.com",
    token_env="ZENDESK_TOKEN",
    secret_env="ZENDESK_HOOK_SECRET",
    statuses=[Placed("open", Category.PENDING, "Open"), Placed("pending", Category.WAITING_ON_CUSTOMER, "Pending")],
    oauth=True,
)
FACTS = AccountFacts(groups=["Support", "Billing: 2nd"], languages=["Deutsch", "English"])
TEAMS = [
    ("DE", "BY", "Europe/Berlin", "mon-fri 09:00-17:00"),
    ("GB", "ENG", "Europe/London", "mon-fri 08:30-17:30"),
    ("US", "CA", "America/Los_Angeles", "mon-fri 09:00-17:00"),
    ("US", "", "America/New_York", "mon-fri 00:00-24:00"),
    ("IN", "", "Asia/Kolkata", "mon-fri 00:00-24:00"),
    ("IN", "KA", "Asia/Kolkata", "mon-sat 09:30-18:30"),
    ("JP", "", "Asia/Tokyo", "mon-fri 09:00-12:00 13:00-18:00"),
    ("AE", "", "Asia/Dubai", "sun-thu 09:00-18:00"),
    ("AE", "", "Asia/Dubai", "mon-fri 09:00-18:00"),
    ("BR", "SP", "America/Sao_Paulo", "mon-fri 08:00-18:00"),
    ("AU", "NSW", "Australia/Sydney", "mon-fri 09:00-17:30"),
    ("FR", "", "Europe/Paris", "mon-thu 09:00-18:00, fri 09:00-15:30"),
    ("NP", "", "Asia/Kathmandu", "sun-fri 10:00-17:00"),
    ("CN", "", "Asia/Shanghai", "mon-fri 09:00-18:00"),
    ("CA", "ON", "America/Toronto", "24/5"),
    ("NL", "", "Europe/Amsterdam", "mon-fri 09:00-17:00"),
    ("BE", "German", "Europe/Brussels", "mon-fri 09:00-17:00"),
    ("NO", "", "Europe/Oslo", "24/7"),
    ("IL", "", "Asia/Jerusalem", "sun-thu 22:00-06:00"),
    ("", "", "UTC", "24/7"),
    ("", "", "America/St_Johns", "tue,thu 10:30-12:30"),
]


@pytest.mark.parametrize("team", TEAMS, ids=str)
def test_every_team_gets_a_file_that_check_calls_right(team: tuple[str, str, str, str]) -> None:
    country, region, zone, hours = team
    answers = ask_working_time(GivenOptions(country or "none", region or "none", zone, hours), silent=True, today=TODAY)
    facts = FACTS if country else None
    text = adapt(write(example_text(), ACME), kind="zendesk", working=answers.working, facts=facts, today=TODAY)
    reasons = {**REASONS, **answers.accepted}
    before = [problem for problem in check_policy(text, "config.yaml", TODAY)[1] if problem.code in reasons]
    text = excuse(text, before, reasons)
    policy, problems = check_policy(text, "config.yaml", TODAY)
    assert policy is not None, problems
    week = policy.calendar("support_week").spec
    assert (week.country or "", week.region or "", week.zone.key) == (country, region, iana_zone(zone).key)
    # What is left is ignored in the file, with its reason; make-up days are not announced yet.
    assert [problem.code for problem in problems] == (["working-days-moved"] if country == "CN" else [])
    assert text.count("slabot: ignore[") == len(before)
    assert ("Kolkata" in text) == (zone == "Asia/Kolkata")
    assert ("country: IN" in text) == (country == "IN")


@pytest.fixture
def doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks that warn of a country without a region, and of hours that end at 23:59."""

    def warned(working: WorkingTime, today: date) -> tuple[Problem, ...]:
        codes = ["no-region"] if working.country and not working.region else []
        codes += ["a-minute-short"] if "23:59" in str(working.hours) else []
        return tuple(
            Problem(
                code=code,
                severity="warning",
                file="f",
                line=1,
                column=1,
                path="",
                message=f"this is {code}",
                fix="look at it",
                source_line="",
            )
            for code in codes
        )

    monkeypatch.setattr(init_working_time, "judge", warned)


@pytest.mark.usefixtures("doubtful")
def test_a_country_without_its_regions_is_left_with_the_reason_that_was_given() -> None:
    given = GivenOptions("DE", "none", "Europe/Berlin", "mon-fri 09:00-17:00")
    assert ask_working_time(given, silent=True, today=TODAY).accepted == {"no-region": WHOLE_COUNTRY}
    given = GivenOptions("DE", "BY", "Europe/Berlin", "mon-fri 09:00-17:00")
    assert ask_working_time(given, silent=True, today=TODAY).accepted == {}


@pytest.mark.usefixtures("doubtful")
def test_whoever_is_asked_decides_whether_a_warning_stays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = GivenOptions("DE", "BY", "Europe/Berlin", "mon-fri 00:00-23:59")
    monkeypatch.setattr(click, "confirm", lambda *_, **__: True)
    assert ask_working_time(given, silent=False, today=TODAY).accepted == {"a-minute-short": KEPT}
    assert "this is a-minute-short; look at it." in capsys.readouterr().err
    monkeypatch.setattr(click, "confirm", lambda *_, **__: False)
    with pytest.raises(SlabotError, match="nothing was written"):
        ask_working_time(given, silent=False, today=TODAY)
    assert ask_working_time(given, silent=True, today=TODAY).accepted == {}  # check says it at the end
