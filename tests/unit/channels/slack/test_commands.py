from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slabot.channels.errors import BadPayload
from slabot.channels.slack import command_texts, outage_texts
from slabot.channels.slack.commands import (
    Command,
    NotUnderstood,
    OutageAct,
    OutageTyped,
    Subcommand,
    TicketAsked,
    parse_command,
    read_command,
)
from slabot.channels.slack.events import Challenge, HomeOpened, parse_event
from slabot.channels.slack.examples import ANSWERS, KOLKATA, OPEN, PAGES
from slabot.channels.slack.home import home
from slabot.channels.slack.interactions import NotOurs
from slabot.channels.slack.membership import Membership
from slabot.channels.slack.message import Rendered

FIELDS = {
    "token": "t",
    "team_id": "T1",
    "channel_id": "C0PAGES",
    "user_id": "U0PRIYA",
    "user_name": "priya",
    "command": "/sla",
    "text": "next",
    "response_url": "https://hooks.slack.com/commands/T1/1/x",
    "trigger_id": "1.2.x",
}
TEXT = st.text(st.sampled_from("&<>@:`*_~|\n\u202e\u200b\ud800 aé😀"), max_size=40).flatmap(
    lambda piece: st.sampled_from([1, 300]).map(lambda times: piece * times)
)


def read_or_words(read: Callable[[bytes], object], body: bytes) -> object:
    try:
        return read(body)
    except BadPayload as error:
        return str(error)


def within_limits(rendered: Rendered) -> None:
    assert 0 < len(rendered.text) <= 4000
    assert len(rendered.blocks) <= 50
    for block in rendered.blocks:
        assert 0 < len(block["text"]["text"]) <= 3000
    json.dumps(rendered.blocks, ensure_ascii=False).encode()


class TestReading:
    def test_a_command_is_read(self) -> None:
        assert parse_command(urlencode(FIELDS).encode()) == Command(
            command="/sla",
            text="next",
            user_id="U0PRIYA",
            user_name="priya",
            channel="C0PAGES",
            response_url="https://hooks.slack.com/commands/T1/1/x",
            membership=Membership("T1"),
            id="1.2.x",
        )

    @pytest.mark.parametrize(
        ("text", "question"),
        [
            ("", Subcommand.HELP),
            ("   ", Subcommand.HELP),
            ("mine", Subcommand.MINE),
            ("  MINE ", Subcommand.MINE),
            ("next", Subcommand.NEXT),
            ("quiet", Subcommand.QUIET),
            ("outage", Subcommand.OUTAGE),
            ("Outage  list", Subcommand.OUTAGE),
            ("outage begin", OutageTyped(OutageAct.BEGIN, "")),
            ("outage BEGIN console  because x", OutageTyped(OutageAct.BEGIN, "console because x")),
            ("outage end console", OutageTyped(OutageAct.END, "console")),
            ("outage begun", OutageTyped(OutageAct.HELP, "begun")),
            ("outage list all", OutageTyped(OutageAct.HELP, "list all")),
            ("help", Subcommand.HELP),
            ("4711", TicketAsked(None, "4711")),
            ("#4711", TicketAsked(None, "4711")),
            ("acme/4711", TicketAsked("acme", "4711")),
            ("acme/#4711", TicketAsked("acme", "4711")),
            ("4711 please", NotUnderstood("4711 please")),
            ("next week", NotUnderstood("next week")),
            ("acme/", NotUnderstood("acme/")),
            ("٤٧١١", NotUnderstood("٤٧١١")),
            ("1" * 21, NotUnderstood("1" * 21)),
        ],
    )
    def test_what_is_asked(self, text: str, question: object) -> None:
        assert read_command(FIELDS | {"text": text}).question == question

    @pytest.mark.parametrize("name", ["command", "user_id", "response_url"])
    @pytest.mark.parametrize("value", [None, "", "a\x00b", 3])
    def test_what_slack_always_gives_must_be_there(self, name: str, value: object) -> None:
        with pytest.raises(BadPayload, match="nothing was done"):
            read_command(FIELDS | {name: value})

    @pytest.mark.parametrize("name", ["text", "user_name", "channel_id"])
    def test_the_rest_may_be_missing(self, name: str) -> None:
        assert read_command({key: value for key, value in FIELDS.items() if key != name}).user_id == "U0PRIYA"

    @given(st.binary(max_size=200))
    def test_no_bytes_raise_anything_else(self, body: bytes) -> None:
        assert read_or_words(parse_command, body)

    @given(st.text(max_size=300))
    def test_no_text_raises_anything(self, text: str) -> None:
        command = read_command(FIELDS | {"text": text})
        question = command.question
        if isinstance(question, NotUnderstood):
            within_limits(command_texts.help_text(command, not_understood=question.word))


class TestAnswers:
    @pytest.mark.parametrize("name", ANSWERS)
    def test_every_example_is_within_slacks_limits(self, name: str) -> None:
        within_limits(ANSWERS[name])

    @given(text=TEXT, name=st.sampled_from(sorted(PAGES)))
    def test_whatever_the_tickets_hold_the_limits_hold_and_nobody_is_called(self, text: str, name: str) -> None:
        view = replace(PAGES[name], subject=text, ticket=text, helpdesk=text, severity=text, clock=text, url=None)
        for rendered in (
            command_texts.mine([view] * 10, 1, [command_texts.cannot_ask(text, text, _mrkdwn())], KOLKATA),
            command_texts.next_deadlines([view] * 10, 1, KOLKATA),
            command_texts.quiet([view] * 10, 1, [(text, OPEN.at)], KOLKATA),
            outage_texts.answered(f"Logged: {text}"),
            outage_texts.spans([text or "x"] * 60, 31),
            outage_texts.help_text(read_command(FIELDS), [text] * 20, text),
            command_texts.explained(text * 20, text),
            command_texts.unknown_ticket(text),
            command_texts.which_ticket(text, [text, text]),
        ):
            within_limits(rendered)
            shown = json.dumps([rendered.text, rendered.blocks], ensure_ascii=False)
            assert "<!channel" not in shown
            assert "<@U1" not in shown

    @given(st.lists(st.text(st.sampled_from("ab`<&"), max_size=4000), max_size=80))
    def test_an_explanation_of_any_length_fits_and_its_fences_hold(self, lines: list[str]) -> None:
        rendered = command_texts.explained("\n".join(lines), "acme/4711")
        within_limits(rendered)
        for block in rendered.blocks:
            assert block["text"]["text"].count("```") in (0, 2)

    def test_an_explanation_that_does_not_fit_says_where_the_rest_is(self) -> None:
        rendered = command_texts.explained(("x" * 100 + "\n") * 3000, "acme/4711")
        assert "slabot explain acme 4711" in rendered.blocks[-1]["text"]["text"]

    @given(text=TEXT)
    def test_the_home_tab_keeps_slacks_limits(self, text: str) -> None:
        views = [replace(PAGES[name], subject=text, severity=text) for name in ("open", "open_past_the_deadline")] * 10
        view = home(views, 7, OPEN.at, KOLKATA)
        assert len(view["blocks"]) <= 100
        for block in view["blocks"]:
            if block["type"] == "section":
                assert 0 < len(block["text"]["text"]) <= 3000


def _mrkdwn() -> Any:
    from slabot.channels.slack.mrkdwn import Mrkdwn

    return Mrkdwn(KOLKATA)


class TestHappenings:
    def test_the_question_whether_slabot_listens_is_read(self) -> None:
        assert parse_event(b'{"type":"url_verification","challenge":"abc","token":"t"}') == Challenge("abc")

    def test_an_opened_home_tab_is_read(self) -> None:
        event: dict[str, Any] = {"type": "app_home_opened", "user": "U1", "tab": "home", "view": {"hash": "1.x"}}
        body = {"type": "event_callback", "event_id": "Ev1", "event": event}
        assert parse_event(json.dumps(body).encode()) == HomeOpened("U1", "1.x", "Ev1")
        del event["view"], event["tab"]
        assert parse_event(json.dumps(body).encode()) == HomeOpened("U1", None, "Ev1")

    def test_another_tab_is_not_ours(self) -> None:
        body = {"type": "event_callback", "event": {"type": "app_home_opened", "user": "U1", "tab": "messages"}}
        assert isinstance(parse_event(json.dumps(body).encode()), NotOurs)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"{}",
            b'{"type":""}',
            b'{"type":3}',
            b'{"type":"url_verification"}',
            b'{"type":"url_verification","challenge":""}',
            b'{"type":"url_verification","challenge":7}',
            b'{"type":"event_callback"}',
            b'{"type":"event_callback","event":[]}',
            b'{"type":"event_callback","event":{"type":"app_home_opened"}}',
            b'{"type":"event_callback","event":{"type":"app_home_opened","user":""}}',
            b"[" * 100_000,
            b"\xff",
        ],
        ids=lambda body: str(body[:60]),
    )
    def test_what_slack_does_not_send_is_refused_in_words(self, body: bytes) -> None:
        with pytest.raises(BadPayload, match="nothing was done"):
            parse_event(body)

    @given(st.binary(max_size=200))
    def test_no_bytes_raise_anything_else(self, body: bytes) -> None:
        assert read_or_words(parse_event, body)
