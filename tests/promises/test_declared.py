"""Why a deadline was missed, and which time is excused: said by people, kept with who and why, and no verdict moves.

Promise: what is declared by command stands in the ticket's history, in the ledger and in both figures of the clock.
What could not mean anything is refused with what would. An exported ticket says the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from slabot.cli import edge, main
from slabot.domain import BreachReasonGiven, Excused, ExcuseWithdrawn
from slabot.store import LedgerEvent, clocks, ledger
from tests.promises.scene import AGREEMENT, DAY, HOUR, MINUTE, Make, Scene, environment_of, policy_text
from tests.promises.test_dialogs import events

REASONS: dict[str, Any] = {
    "understaffed": {"means": "Too few people on shift"},
    "customer_unreachable": {"means": "The customer could not be reached", "excuses": True},
}
FURTHER = [{"name": "resolution", "kind": "resolution", "within": "4h", "calendar": "around_the_clock"}]
WHY = ("--why", "nobody picked up")


class Desk:
    """slabot on its stage with a ticket that was answered an hour late, and the commands beside it."""

    def __init__(self, scene: Scene, file: Path) -> None:
        self.scene, self.file = scene, file
        self.asked_at = scene.clock.now()
        self.ticket = scene.ask()
        scene.run_for(3 * HOUR)
        scene.answer(self.ticket)
        scene.run_for(35 * MINUTE)

    @property
    def name(self) -> str:
        return f"acme/{self.ticket}"

    def writes_policy(self) -> None:
        """Give the commands the file that slabot runs with."""
        scene = self.scene
        text = policy_text(scene.helpdesks, scene.sandbox, scene.store_url, **scene.changes)
        self.file.write_text(text, encoding="utf-8")

    def runs(self, command: str, *more: str) -> Result:
        return CliRunner().invoke(main, [command, "-c", str(self.file), self.name, *more])

    def json(self, command: str, *more: str) -> dict[str, Any]:
        result = self.runs(command, "--json", *more)
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def refusal(self, command: str, *more: str) -> str:
        result = self.runs(command, *more)
        assert result.exit_code == 1, result.output
        return result.stderr

    def span(self, since: timedelta, until: timedelta) -> list[str]:
        return ["--from", (self.asked_at + since).isoformat(), "--to", (self.asked_at + until).isoformat()]

    def excuses(self, since: timedelta = HOUR, until: timedelta = 2 * HOUR, *more: str) -> dict[str, Any]:
        given = ["--reason", "customer_unreachable", *WHY, "--proof", "call 17", "--by", "Maya", *more]
        return self.json("excuse", *self.span(since, until), *given)

    def explained(self, *more: str) -> dict[str, Any]:
        """The first response."""
        found: dict[str, Any] = self.json("explain", *more)["clocks"][0]
        return found


@pytest.fixture
def sets_up(stage: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Desk]:
    """Sets up the desk on a store."""

    def made(url: str) -> Desk:
        scene = stage(url, breach_reasons=REASONS, clocks=FURTHER)
        scene.start()
        file = tmp_path / "config.yaml"
        monkeypatch.setattr(edge, "now", scene.clock.now)
        for name, value in {"DATABASE_URL": scene.store_url, **environment_of(scene.sandbox)}.items():
            monkeypatch.setenv(name, value)
        desk = Desk(scene, file)
        desk.writes_policy()
        return desk

    return made


@pytest.fixture
def desk(sets_up: Callable[[str], Desk], sqlite_url: str) -> Desk:
    return sets_up(sqlite_url)


@pytest.fixture
def each_desk(sets_up: Callable[[str], Desk], store_url: str) -> Desk:
    """On each kind of store."""
    return sets_up(store_url)


def test_a_reason_is_given_after_a_miss_and_the_latest_counts(desk: Desk) -> None:
    shown = desk.json("reason")
    assert [each["name"] for each in shown["reasons"]] == list(REASONS)
    assert [(each["clock"], each["breach_reason"]) for each in shown["missed"]] == [("first_response", None)]
    desk.json("reason", "--reason", "customer_unreachable", *WHY)
    given = desk.json("reason", "--reason", "understaffed", "--why", "two  were\nill", "--by", "Maya")
    assert given["clock"]["breach_reason"]["text"] == "two were ill"
    assert [each.reason for each in events(desk.scene, desk.ticket, BreachReasonGiven)] == [
        "customer_unreachable",
        "understaffed",
    ]
    assert desk.explained()["breach_reason"]["by_id"] == "Maya"
    assert desk.explained()["verdict"] == "missed"
    told = desk.scene.told(desk.ticket, LedgerEvent.CLOCK_REASON_GIVEN)
    assert told[1] == "Maya said why the first response was missed: Too few people on shift."


def test_an_excuse_shows_both_figures_and_moves_no_verdict(each_desk: Desk) -> None:
    before = each_desk.explained()
    each_desk.excuses()
    after = each_desk.explained()
    excused = after.pop("excused")
    assert after == before
    assert (before["verdict"], excused["verdict"], excused["excused_seconds"]) == ("missed", "met", 3600)
    [told] = each_desk.scene.told(each_desk.ticket, LedgerEvent.CLOCK_EXCUSED)
    assert told.startswith("Maya excused ")
    assert "the first response is missed as it is, and met without the 1 h that are excused; the resolution is" in told
    text = each_desk.runs("explain").stdout
    assert "missed; without the excused time met" in text
    assert "proof: call 17" in text
    rows = each_desk.scene.parts.store.read(lambda conn: clocks.of_ticket(conn, "acme", str(each_desk.ticket)))
    assert rows[0].verdict == "missed"


def test_an_excuse_can_be_withdrawn_by_its_number_and_stays_in_the_list(each_desk: Desk) -> None:
    each_desk.excuses()
    each_desk.excuses(HOUR, 2 * HOUR, "--clock", "resolution")
    listed = each_desk.json("excuse", "--withdraw", "1", "--why", "they were there", "--by", "Bo")
    first, second = listed["excuses"]
    assert (first["withdrawn"]["by_id"], first["withdrawn"]["text"]) == ("Bo", "they were there")
    assert (second["number"], second["clock"], "withdrawn" in second) == (2, "resolution", False)
    assert "excused" not in each_desk.explained()
    assert len(events(each_desk.scene, each_desk.ticket, ExcuseWithdrawn)) == 1
    [told] = each_desk.scene.told(each_desk.ticket, LedgerEvent.CLOCK_EXCUSE_WITHDRAWN)
    assert told.startswith("Bo withdrew the excuse of ")
    assert "the first response is missed, and no time of it is excused" in told
    assert "was withdrawn before; withdraw one of no. 2" in each_desk.refusal("excuse", "--withdraw", "1", *WHY)
    assert "has no excuse no. 7" in each_desk.refusal("excuse", "--withdraw", "7", *WHY)
    shown = each_desk.runs("excuse").stdout
    assert "withdrawn: Bo" in shown
    assert "Without the excused time" in shown


def test_what_could_not_mean_anything_is_refused_with_what_would(desk: Desk) -> None:
    def excuse(since: timedelta, until: timedelta, reason: str = "customer_unreachable", *more: str) -> str:
        given = ["--reason", reason, *WHY, "--proof", "call 17", *more]
        return desk.refusal("excuse", *desk.span(since, until), *given)

    misspelt = desk.refusal("reason", "--reason", "understafed", *WHY)
    assert 'the policy has no reason "understafed"' in misspelt
    assert 'did you mean "understaffed"?' in misspelt
    assert "the resolution was not missed; these were: first_response" in desk.refusal(
        "reason", "--reason", "understaffed", *WHY, "--clock", "resolution"
    )
    assert 'no clock "resolutoin"' in desk.refusal("reason", "--reason", "understaffed", *WHY, "--clock", "resolutoin")
    assert "--by is empty" in desk.refusal("reason", "--reason", "understaffed", *WHY, "--by", " ")
    for nothing in (" \n", "\u200b", "\x00", "…"):
        assert "--why is empty" in desk.refusal("reason", "--reason", "understaffed", "--why", nothing)
    assert "time is not excused for the reason" in excuse(HOUR, 2 * HOUR, "understaffed")
    assert "the policy excuses it for customer_unreachable" in excuse(HOUR, 2 * HOUR, "understaffed")
    assert "--to is not after --from" in excuse(2 * HOUR, HOUR)
    assert "which is still to come" in excuse(HOUR, 9 * HOUR)
    assert "no clock ran in that time" in excuse(-2 * HOUR, -HOUR)
    late = excuse(3 * HOUR + 10 * MINUTE, 3 * HOUR + 20 * MINUTE, "customer_unreachable", "--clock", "first_response")
    assert "excuse a part of its life: first response from" in late
    for kind in (BreachReasonGiven, Excused):
        assert events(desk.scene, desk.ticket, kind) == []
    assert desk.scene.told(desk.ticket, LedgerEvent.CLOCK_EXCUSED) == []


def test_the_same_excuse_again_is_refused_until_it_is_withdrawn(desk: Desk) -> None:
    desk.excuses()
    given = ["--reason", "customer_unreachable", *WHY, "--proof", "call 18"]
    assert "excused already, by excuse no. 1" in desk.refusal("excuse", *desk.span(HOUR, 2 * HOUR), *given)
    assert len(events(desk.scene, desk.ticket, Excused)) == 1
    desk.excuses(HOUR, 2 * HOUR, "--clock", "first_response")  # says more
    desk.json("excuse", "--withdraw", "1", *WHY)
    assert desk.excuses()["excuses"][-1]["number"] == 3


@pytest.mark.parametrize(
    ("command", "more", "words"),
    [
        ("reason", ["--reason", "understaffed"], "give --why"),
        ("reason", ["--why", "x"], "--why and --clock go with --reason NAME"),
        ("excuse", ["--from", "1h", "--why", "x"], "an excuse needs --to and --reason and --proof too"),
        ("excuse", ["--withdraw", "1"], "give --why"),
        ("excuse", ["--withdraw", "1", "--why", "x", "--to", "1h"], "--to is for a new one"),
    ],
)
def test_a_command_that_is_given_by_half_says_what_it_needs(
    desk: Desk, command: str, more: list[str], words: str
) -> None:
    result = desk.runs(command, *more)
    assert result.exit_code == 2
    assert words in result.stderr


def test_an_exported_ticket_says_the_same(each_desk: Desk, tmp_path: Path) -> None:
    each_desk.excuses()
    each_desk.excuses(2 * HOUR, 3 * HOUR)
    each_desk.json("excuse", "--withdraw", "2", *WHY)
    each_desk.json("reason", "--reason", "understaffed", *WHY)
    file, now = tmp_path / "ticket.jsonl", each_desk.scene.clock.now().isoformat()
    assert each_desk.runs("export", "-o", str(file)).exit_code == 0
    exported = CliRunner().invoke(
        main, ["explain", "-c", str(each_desk.file), "--ticket-file", str(file), "--now", now, "--json"]
    )
    assert json.loads(exported.stdout)["clocks"] == each_desk.json("explain", "--now", now)["clocks"]


def test_an_excuse_counts_on_the_terms_of_then_whatever_the_file_says_now(desk: Desk) -> None:
    desk.excuses()
    before = desk.explained()
    severities = {**AGREEMENT["severities"]}
    severities["critical"] = {**severities["critical"], "respond_within": "30m"}
    scene = desk.scene
    scene.restart(severities=severities, breach_reasons=None, clocks=FURTHER)
    scene.run_for(10 * MINUTE)
    desk.writes_policy()
    after = desk.explained()
    assert (after["due_at"], after["excused"]["due_at"]) == (before["due_at"], before["excused"]["due_at"])
    assert (after["verdict"], after["excused"]["verdict"]) == ("missed", "met")
    assert after["excused"]["excuses"][0]["means"] == "customer unreachable"


def test_the_words_go_with_keep_text_and_the_figures_stay(each_desk: Desk) -> None:
    each_desk.excuses()
    each_desk.json("reason", "--reason", "understaffed", "--why", "Ana phoned in vain")
    before = each_desk.explained()["excused"]
    each_desk.scene.sweep_every = DAY
    each_desk.scene.restart(keep_text="1d")
    each_desk.scene.run_for(3 * DAY)
    each_desk.writes_policy()
    after = each_desk.explained()
    assert (after["breach_reason"]["reason"], after["breach_reason"]["text"]) == ("understaffed", "")
    [excuse] = after["excused"]["excuses"]
    assert (excuse["text"], excuse["proof"], excuse["by_id"]) == ("", "", "Maya")
    assert (after["verdict"], after["excused"]["verdict"], after["excused"]["due_at"]) == (
        "missed",
        "met",
        before["due_at"],
    )
    rows = each_desk.scene.parts.store.read(lambda conn: ledger.of_ticket(conn, "acme", str(each_desk.ticket)))
    assert "Ana phoned in vain" not in repr(rows)
    assert "call 17" not in repr(rows)


def test_an_erased_requester_takes_the_words_along(each_desk: Desk) -> None:
    each_desk.excuses()
    each_desk.json("reason", "--reason", "understaffed", "--why", "Ana phoned in vain")
    erased = CliRunner().invoke(main, ["erase", "-c", str(each_desk.file), "ana@contoso.example", "--yes"])
    assert erased.exit_code == 0, erased.output
    stored = each_desk.scene.stored(each_desk.ticket)
    rows = each_desk.scene.parts.store.read(lambda conn: ledger.of_ticket(conn, "acme", str(each_desk.ticket)))
    for words in ("Ana phoned in vain", "call 17", "nobody picked up"):
        assert words not in repr(stored)
        assert words not in repr(rows)
    assert each_desk.explained()["excused"]["verdict"] == "met"
