"""What people ask with /sla, and what they see in slabot's home tab.

Promise: the answer is there within the three seconds that Slack waits, for the asker alone, and says what is so this
instant. What needs Slack and the helpdesk follows by itself, and names whoever could not be asked.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from slabot.store import LedgerEvent
from slabot_sandbox import FaultKind
from tests.fixtures.waits import comes, until
from tests.promises.scene import AGENT, Make, Scene
from tests.promises.test_clicks import paged, whispers
from tests.promises.test_dialogs import dialog, snooze

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BO = "bo@acme.example"


def said(scene: Scene, text: str, who: str = AGENT) -> str:
    """The answer that Slack got, with all that it shows."""
    answer = scene.sandbox.slack.people.command(who, "/sla", text, channel="support-escalations")
    assert answer.status == 200
    if answer.body == "":
        return ""
    assert answer.body["response_type"] == "ephemeral"
    assert len(answer.body["blocks"]) <= 50
    return "\n".join([answer.body["text"], *(block["text"]["text"] for block in answer.body["blocks"])])


def later(scene: Scene) -> str:
    """What came after the answer, at the address for that."""

    def came() -> list[Any]:
        return [call for call in scene.sandbox.journal.calls(service="slack") if call.endpoint.endswith("/response")]

    until(came, "a word after the answer")
    body = came()[-1].body
    assert body["response_type"] == "ephemeral"
    return json.dumps(body, ensure_ascii=False)


def home_of(scene: Scene, who: str = AGENT, *, than: str = "") -> dict[str, Any]:
    """The home tab of a person, once there is one (other than the one of that hash)."""
    workspace = scene.sandbox.slack.workspace
    user = workspace.add_user(who)["id"]
    until(lambda: workspace.homes.get(user, {}).get("hash", than) != than, "a home tab")
    return dict(workspace.homes[user])


# ── next ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_next_lists_the_nearest_deadline_first_and_passed_ones_before_all(scene: Scene) -> None:
    slow = scene.ask("a question", who="bo@contoso.example")
    late = scene.ask()
    scene.run_for(90 * MINUTE)
    soon = scene.ask(who="cy@contoso.example")
    scene.run_for(45 * MINUTE)
    answer = said(scene, "next")
    places = [answer.index(f"acme/{ticket}") for ticket in (late, soon, slow)]
    assert places == sorted(places)
    assert "15 minutes past the deadline" in answer
    assert "Nobody has it yet." in answer


def test_next_says_so_where_nobody_waits(scene: Scene) -> None:
    assert "No clock runs. Nobody waits for an answer." in said(scene, "next")


def test_more_than_fits_is_counted(scene: Scene) -> None:
    for number in range(13):
        scene.ask("a question", who=f"c{number}@contoso.example")
    scene.run_for(MINUTE)
    answer = said(scene, "next")
    assert answer.count("left, due") == 10
    assert "And 3 more." in answer


# ── mine ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_mine_is_what_is_assigned_to_me_or_claimed_by_me_and_nothing_else(scene: Scene) -> None:
    scene.sandbox.zendesk.account.add_agent(AGENT)
    assigned = scene.ask("a question", who="bo@contoso.example")
    scene.sandbox.zendesk.people.agent_sets_assignee(assigned, AGENT, AGENT)
    claimed, page = paged(scene)
    others = scene.ask("another", who="cy@contoso.example")
    scene.click(page, "claim")
    scene.run_for(MINUTE)
    assert said(scene, "mine") == ""
    answer = later(scene)
    assert "2 of your tickets have a clock that runs." in answer
    assert answer.index(f"acme/{claimed}") < answer.index(f"acme/{assigned}")
    assert f"acme/{others}" not in answer


def test_mine_names_whoever_could_not_be_asked(scene: Scene) -> None:
    scene.sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=timedelta(hours=1))
    assert said(scene, "mine") == ""
    answer = later(scene)
    assert "No ticket of yours was found, but not everybody could be asked. acme could not be asked" in answer


def test_mine_says_that_nobody_in_the_helpdesk_has_my_address(scene: Scene) -> None:
    assert said(scene, "mine", "stranger@elsewhere.example") == ""
    assert "No agent of acme has the e-mail address of your Slack account." in later(scene)


def test_an_answer_that_cannot_be_given_stands_in_the_ledger(scene: Scene) -> None:
    scene.sandbox.faults.add(FaultKind.DOWN, service="slack", path="/response/*", lasting=timedelta(hours=1))
    scene.sandbox.faults.add(FaultKind.DOWN, service="slack", path="*chat.postEphemeral", lasting=timedelta(hours=1))
    assert said(scene, "mine") == ""

    def rows() -> int:
        return sum(row.event is LedgerEvent.PAGE_CLICK_UNANSWERED for row in scene.ledger())

    until(rows, "a line of the ledger")
    assert rows() == 1


# ── a ticket ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", ["{}", "#{}", "acme/{}"])
def test_a_ticket_is_explained_in_the_words_of_slabot_explain(scene: Scene, form: str) -> None:
    ticket, _ = paged(scene)
    answer = said(scene, form.format(ticket))
    assert "critical, by a rule" in answer
    assert "What happens next, if nobody does anything" in answer
    assert "\x1b" not in answer
    assert "```" in answer


def test_a_number_that_two_helpdesks_have_is_asked_about(stage: Make, store_url: str) -> None:
    scene = stage(store_url)
    scene.helpdesks["partners"] = scene.sandbox
    scene.start()
    ticket = scene.ask()
    scene.run_for(31 * MINUTE)
    answer = said(scene, str(ticket))
    assert f"Type which one you mean: acme/{ticket} and partners/{ticket}." in answer
    assert "critical, by a rule" in said(scene, f"partners/{ticket}")


def test_what_a_customer_wrote_cannot_break_out_of_the_explanation(scene: Scene) -> None:
    ticket = scene.sandbox.zendesk.people.create_ticket(
        "ana@contoso.example", "``` <!channel> & <@U1>", "production down"
    )
    scene.run_for(MINUTE)
    answer = said(scene, str(ticket))
    assert "<!channel>" not in answer
    assert "<@U1>" not in answer
    assert answer.count("```") % 2 == 0
    assert "''' &lt;!channel&gt; &amp; &lt;@U1&gt;" in answer


def test_a_ticket_that_nobody_knows(scene: Scene) -> None:
    assert "slabot knows no ticket 4711." in said(scene, "4711")
    assert "slabot knows no ticket nowhere/4711." in said(scene, "nowhere/4711")


# ── quiet ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_quiet_says_who_has_what_and_until_when(scene: Scene) -> None:
    first, page = paged(scene)
    snooze(scene, dialog(scene, page, "snooze"), choice=14400)
    second, other = paged(scene)
    scene.click(other, "acknowledge", BO)
    scene.run_for(MINUTE)
    answer = said(scene, "quiet")
    assert "Snoozed by <@" in answer
    assert "Acknowledged by <@" in answer
    assert "; quiet until <!date^" in answer
    assert f"acme/{first}" in answer
    assert f"acme/{second}" in answer
    scene.answer(first)
    scene.answer(second)
    scene.run_for(MINUTE)
    assert "Nothing is quiet" in said(scene, "quiet")


def test_quiet_tells_of_the_quiet_hours(stage: Make, store_url: str) -> None:
    nights = {"time_zone": "Asia/Kolkata", "open": {"mon-sun": ["12:00-20:00"]}}
    scene = stage(
        store_url,
        calendars={
            "around_the_clock": {"always": True},
            "support_week": {"time_zone": "Asia/Kolkata", "open": {"mon-fri": ["00:00-24:00"]}},
            "nights": nights,
        },
        quiet_hours={"severities": ["medium"], "calendar": "nights"},
        agreements=[{"name": "gold", "quiet_hours": {"severities": ["critical"], "calendar": "nights"}}],
    )
    scene.start()
    answer = said(scene, "quiet")
    assert "Pages of severity medium wait for the end of the quiet hours, <!date^" in answer
    assert "Pages of severity critical by the agreement gold wait for the end of the quiet hours, <!date^" in answer
    assert "Nothing is quiet" not in answer


# ── help ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["", "help", "HELP", "  help  "])
def test_help_lists_what_can_be_typed(scene: Scene, text: str) -> None:
    answer = said(scene, text)
    for word in ("mine", "next", "4711", "quiet", "help"):
        assert f"`/sla {word}`" in answer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nxt", '“nxt” is not understood. Did you mean "next"?'),
        ("quiett please", 'Did you mean "quiet"?'),
        ("<!channel> @here", "“‹!channel› @\u2060here” is not understood. You can type:"),
        ("next week", "“next week” is not understood."),
        ("😀", "“😀” is not understood."),
    ],
)
def test_what_is_not_understood_is_said_back_with_the_nearest_word(scene: Scene, text: str, words: str) -> None:
    answer = said(scene, text)
    assert words in answer
    assert "<!channel>" not in answer


# ── the home tab ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_opening_the_home_tab_shows_the_tickets_at_risk(scene: Scene) -> None:
    slow = scene.ask("a question", who="bo@contoso.example")
    late = scene.ask()
    scene.run_for(3 * HOUR)
    assert scene.sandbox.slack.people.opens_home(AGENT).status == 200
    shown = json.dumps(home_of(scene)["blocks"], ensure_ascii=False)
    assert shown.index("Past the deadline") < shown.index(f"acme/{late}") < shown.index("Next deadlines")
    assert shown.index("Next deadlines") < shown.index(f"acme/{slow}")


def test_it_is_brought_up_to_date_when_it_is_opened_again_and_by_its_button(scene: Scene) -> None:
    people = scene.sandbox.slack.people
    people.opens_home(AGENT)
    first = home_of(scene)
    assert "No clock runs" in str(first["blocks"])
    ticket = scene.ask()
    scene.run_for(MINUTE)
    people.opens_home(AGENT)
    second = home_of(scene, than=first["hash"])
    assert f"acme/{ticket}" in str(second["blocks"])
    scene.answer(ticket)
    scene.run_for(MINUTE)
    assert people.click_home("slabot_home_refresh", AGENT).status == 200
    assert "No clock runs" in str(home_of(scene, than=second["hash"])["blocks"])


def test_the_same_event_told_again_is_done_once(scene: Scene) -> None:
    user = scene.sandbox.slack.workspace.add_user(AGENT)["id"]
    event = {
        "type": "event_callback",
        "event_id": "Ev1",
        "event": {"type": "app_home_opened", "user": user, "tab": "home"},
    }
    people = scene.sandbox.slack.people
    assert people.event(event).status == 200
    home_of(scene)
    assert [people.event(event, retry=number).status for number in (1, 2, 3)] == [200] * 3
    assert people.event({**event, "event_id": "Ev2"}).status == 200
    comes(lambda: len(scene.sandbox.journal.calls(endpoint="views.publish")) >= 2)
    assert len(scene.sandbox.journal.calls(endpoint="views.publish")) == 2


def test_a_home_tab_is_not_overwritten_with_something_older(scene: Scene) -> None:
    people, workspace = scene.sandbox.slack.people, scene.sandbox.slack.workspace
    people.opens_home(AGENT)
    seen = home_of(scene)
    user = workspace.add_user(AGENT)["id"]
    people.opens_home(AGENT)
    newer = home_of(scene, than=seen["hash"])
    event = {"type": "app_home_opened", "user": user, "tab": "home", "view": seen}
    assert people.event({"type": "event_callback", "event_id": "late", "event": event}).status == 200
    until(lambda: len(scene.sandbox.journal.calls(endpoint="views.publish")) == 3, "the third call")
    assert workspace.homes[user]["hash"] == newer["hash"]


def test_fifty_tickets_fit(scene: Scene) -> None:
    for number in range(50):
        scene.ask("a question", who=f"c{number}@contoso.example")
    scene.run_for(MINUTE)
    scene.sandbox.slack.people.opens_home(AGENT)
    shown = str(home_of(scene)["blocks"])
    assert "And 30 more with a later deadline." in shown


def test_slack_is_told_that_slabot_listens_there(scene: Scene) -> None:
    answer = scene.sandbox.slack.people.event({"type": "url_verification", "challenge": "3eZbrw1a", "token": "t"})
    assert (answer.status, answer.body) == (200, {"challenge": "3eZbrw1a"})


def test_nobody_is_told_anything_they_did_not_ask_for(scene: Scene) -> None:
    said(scene, "next")
    said(scene, "help")
    assert whispers(scene, 0) == []
