"""`slabot init`: what it asks about country, region, time zone and hours, and what it writes for the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slabot.calendars import CalendarSpec
from slabot.cli import main
from slabot.policy import load_policy
from slabot_sandbox import Sandbox

HELPDESK = ("--kind", "zendesk", "--subdomain", "acme", "--email", "bot@acme.example")

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ZENDESK_TOKEN", raising=False)
    return lambda *arguments, typed="": CliRunner().invoke(main, ["init", *HELPDESK, *arguments], input=typed)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def written() -> str:
    return Path("config.yaml").read_text(encoding="utf-8")


def support_week() -> CalendarSpec:
    return load_policy(written(), "config.yaml").calendar("support_week").spec


def test_a_team_answers_in_its_own_words_and_gets_its_own_calendar(run: Run) -> None:
    result = run(typed="\nGermany\nBayern\n\nmon - thu 08:30 - 17:30, fri 08:30-15:00\n")
    assert result.exit_code == 0, result.output
    assert "BY Bayern" in result.stderr
    assert "Europe/Berlin (most of Germany), Europe/Busingen" in result.stderr
    assert "[Europe/Berlin]" in result.stderr
    spec = support_week()
    assert (spec.country, spec.region, spec.zone.key) == ("DE", "BY", "Europe/Berlin")
    assert {day: [str(hours) for hours in spans] for day, spans in spec.week.items()} == {
        **{day: ["08:30-17:30"] for day in range(4)},
        4: ["08:30-15:00"],
    }


def test_a_region_is_known_by_its_english_name_too(run: Run) -> None:
    given = ("--country", "DE", "--region", "Bavaria", "--hours", "mon-fri 09:00-17:00")
    assert run(*given, "--no-input").exit_code == 0
    assert support_week().region == "BY"


def test_no_line_of_what_is_asked_breaks_within_a_word(run: Run) -> None:
    result = run(typed="\nGermany\nBY\n\nmon-fri 09:00-17:00\n")
    assert "\nMecklenburg" not in result.stderr
    told = [line for line in result.stderr.splitlines() if "ST Sachsen-Anhalt" in line or "Augsburg" in line]
    assert len(told) > 1
    assert max(map(len, told)) <= 100


def test_nothing_of_another_country_is_left(run: Run) -> None:
    assert run("--country", "DE", "--region", "BY", "--hours", "mon-fri 09:00-17:00", "--no-input").exit_code == 0
    text = written()
    for word in ("Kolkata", "India", "country: IN", "KA", "24 hours, Monday", "Republic Day"):
        assert word not in text, word
    assert "# 09:00-17:00, Monday to Friday, except closed holidays" in text
    assert "#     time_zone: Europe/Berlin" in text
    assert "Copy it to config.yaml" not in text


def test_the_comments_about_closed_days_follow_the_working_week(run: Run) -> None:
    assert run("--country", "AE", "--hours", "sun-thu 09:00-18:00", "--no-input").exit_code == 0
    assert "arrives on a Friday, Saturday or holiday is answered" in written()
    assert "Sunday to Thursday, except closed holidays" in written()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("\nAtlantis\nnone\nUTC\n24/7\n", 'No holidays are known for the country "Atlantis"'),
        ("\nDE\nBayer\nnone\n\n24/7\n", 'No holidays are known for the region "Bayer" of DE; did you mean "BY"?\n'),
        ("\nFR\nnone\nParis/Europe\n\n24/7\n", '"Paris/Europe" is no time zone'),
        ("\nNP\n\n9 to 5\nmon-fri 09:00-17:00\n", "names no weekdays before"),
        ("\nNP\n\nMonday to Friday 10am to 6pm\nmon-fri 09:00-17:00\n", 'write it like "10:00-18:00"'),
        ("\nNP\n\nmon-fri 9-17\nmon-fri 09:00-17:00\n", '"9-17" is no span of hours; write it like "09:00-17:00"'),
        ("\nNP\n\nmon-fry 09:00-17:00\nmon-fri 09:00-17:00\n", "is no weekday; write mon, mon-fri or sat,sun"),
    ],
)
def test_an_answer_that_check_would_refuse_is_refused_in_its_words_and_asked_for_again(
    run: Run, typed: str, words: str
) -> None:
    result = run(typed=typed)
    assert result.exit_code == 0, result.output
    assert words in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--country", "Atlantis"), '--country: no holidays are known for the country "Atlantis"'),
        (("--country", "DE", "--region", "XX"), '--region: no holidays are known for the region "XX" of DE'),
        (("--country", "NP", "--region", "BY"), "--region: no holidays are known for the region"),
        (("--country", "NP", "--time-zone", "berln"), '--time-zone: "berln" is no time zone; did you mean'),
        (("--country", "NP", "--hours", "09:00-17:00"), "--hours: "),
        (("--country", "BR", "--region", "none", "--hours", "24/7"), "America/Recife (Pernambuco)"),
        (("--country", "US", "--region", "CA", "--hours", "24/7"), "give it as --time-zone"),
    ],
)
def test_an_option_that_cannot_be_used_ends_it_with_the_words_of_check(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    result = run(*arguments, "--no-input")
    assert result.exit_code == 1
    assert words in result.stderr
    assert not Path("config.yaml").exists()


def test_without_a_country_nobody_stays_at_home(run: Run) -> None:
    assert run("--country", "none", "--time-zone", "UTC", "--hours", "24/7", "--no-input").exit_code == 0
    assert support_week().country is None
    assert "answered by the end of the next working day" in written()


def test_groups_and_languages_are_read_and_stand_where_they_matter(
    run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENDESK_TOKEN", sandbox.zendesk.token)
    sandbox.zendesk.account.add_group("Rechnung\n# odd")
    sandbox.zendesk.account.set_languages(["de", "en-US"])
    given = ("--country", "DE", "--region", "none", "--hours", "24/5", "--base-url", sandbox.zendesk.url)
    result = run(*given, "--no-input")
    assert result.exit_code == 0, result.output
    assert "groups: Support, Rechnung" in result.stderr
    assert "languages: Deutsch, English" in result.stderr
    text = written()
    assert "# The account's groups are Support and Rechnung # odd. Ladders go by severity" in text
    assert "The reader below knows" not in text  # both
    assert "  # This account serves Deutsch and English. slabot has texts in English and German" in text


def test_languages_that_the_reader_does_not_know_are_named(
    run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENDESK_TOKEN", sandbox.zendesk.token)
    sandbox.zendesk.account.set_languages(["nl", "en-US"])
    given = ("--country", "AT", "--region", "none", "--hours", "24/5", "--base-url", sandbox.zendesk.url)
    result = run(*given, "--no-input")
    assert result.exit_code == 0, result.output
    said = " ".join(line.removeprefix("# ") for line in written().splitlines())
    assert "The reader below knows English, German, French and Spanish, and this account serves" in said
    assert "add phrases or rules with the words of the others." in said


def test_an_account_that_was_not_read_is_said_to_be_so_in_the_file(run: Run) -> None:
    assert run("--country", "NP", "--hours", "sun-fri 10:00-17:00", "--no-input").exit_code == 0
    assert "# The account was not read, so its groups are not named here." in written()
    assert "# The account was not read, so its languages are not named here." in written()


def test_what_the_account_does_not_tell_keeps_nobody_from_a_right_file(
    run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRESHDESK_KEY", sandbox.freshdesk.token)
    sandbox.freshdesk.account.groups.clear()
    given = ("--kind", "freshdesk", "--subdomain", "partners", "--base-url", sandbox.freshdesk.url)
    result = CliRunner().invoke(main, ["init", *given, "--country", "NP", "--hours", "24/7", "--no-input"])
    assert result.exit_code == 0, result.output
    assert "# The account does not tell its groups." in written()
    policy = load_policy(written(), "config.yaml")
    assert policy.severities["medium"].priority == "medium"  # its name at Freshdesk
    assert set(policy.classify.priorities) == {"urgent", "high", "medium", "low"}
    assert "a reply starts a new ticket" not in written()


def test_slack_can_be_somewhere_else_too(run: Run) -> None:
    given = ("--country", "NP", "--hours", "24/7", "--slack-api-url", "http://127.0.0.1:9001/api")
    assert run(*given, "--no-input").exit_code == 0
    slack = load_policy(written(), "config.yaml").slack
    assert slack is not None
    assert slack.api_url == "http://127.0.0.1:9001/api"
