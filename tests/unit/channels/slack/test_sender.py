from __future__ import annotations

import logging
import socket
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from slabot.channels.errors import (
    SlackError,
    SlackHarmless,
    SlackOutcomeUnknown,
    SlackPermanent,
    SlackRetry,
    TokenError,
)
from slabot.channels.slack.client import open_client
from slabot.channels.slack.examples import OPEN
from slabot.channels.slack.message import Rendered
from slabot.channels.slack.sender import LONGEST_SEARCH, PAGE_SIZE, Posted, SlackSender
from slabot.clock import SteppedClock
from tests.unit.channels.slack.slack_stub import SlackStub

TOKEN = "xoxb-test-0000-secret"
KEY = OPEN.key
POSTED = {"ok": True, "channel": "C0PAGES", "ts": "1767994200.000100"}
ME = {"ok": True, "team": "Acme", "user_id": "U0BOT", "bot_id": "B0BOT"}


def mine(key: str, ts: str, bot_id: str = "B0BOT") -> dict[str, Any]:
    metadata = {"event_type": "slabot_page", "event_payload": {"key": key}}
    return {"type": "message", "ts": ts, "bot_id": bot_id, "metadata": metadata}


class TestPost:
    def test_a_page_is_one_call_and_comes_back_with_its_place(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.answer("chat.postMessage", POSTED)
        assert sender.post("#pages", OPEN, key=KEY) == Posted("C0PAGES", "1767994200.000100")
        (sent,) = slack.calls("chat.postMessage")
        assert sent["channel"] == "#pages"
        assert sent["text"].startswith("Critical: 1 hour left to answer ticket 4711.")
        assert [block["type"] for block in sent["blocks"]].count("actions") == 1
        assert not sent["unfurl_links"]
        assert "thread_ts" not in sent
        assert "reply_broadcast" not in sent

    def test_its_metadata_holds_its_key_and_nothing_else(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.answer("chat.postMessage", POSTED)
        sender.post("#pages", OPEN, key=KEY)
        (sent,) = slack.calls("chat.postMessage")
        assert sent["metadata"] == {"event_type": "slabot_page", "event_payload": {"key": KEY}}

    def test_a_further_rung_is_a_reply_that_the_channel_sees_too(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.answer("chat.postMessage", POSTED)
        sender.post("C0PAGES", OPEN, key="k2", thread_ts="1.000", broadcast=True)
        (sent,) = slack.calls("chat.postMessage")
        assert sent["thread_ts"] == "1.000"
        assert sent["reply_broadcast"] is True
        assert len(sent["blocks"]) == 1

    def test_a_layout_that_slack_refuses_goes_out_as_text(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.refuse("chat.postMessage", "invalid_blocks")
        slack.answer("chat.postMessage", POSTED)
        assert sender.post("#pages", OPEN, key=KEY).ts == "1767994200.000100"
        first, second = slack.calls("chat.postMessage")
        assert "blocks" in first
        assert "blocks" not in second
        assert second["text"] == first["text"]
        assert second["metadata"] == first["metadata"]

    def test_a_chart_that_slack_refuses_is_left_out_before_the_rest_is(
        self, slack: SlackStub, sender: SlackSender
    ) -> None:
        blocks = tuple({"type": kind} for kind in ("section", "data_visualization", "table"))
        for _ in range(2):
            slack.refuse("chat.postMessage", "invalid_blocks")
        slack.answer("chat.postMessage", POSTED)
        sender.post("#pages", Rendered("7 of 8", blocks), key=KEY)
        sent = slack.calls("chat.postMessage")
        kinds = [[block["type"] for block in each.get("blocks", ())] for each in sent]
        assert kinds == [["section", "data_visualization", "table"], ["section", "table"], []]
        assert {each["text"] for each in sent} == {"7 of 8"}

    def test_text_that_is_refused_as_well_is_permanent(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.refuse("chat.postMessage", "invalid_blocks")
        with pytest.raises(SlackPermanent):
            sender.post("#pages", OPEN, key=KEY)
        assert len(slack.calls("chat.postMessage")) == 2

    @pytest.mark.parametrize("code", ["channel_not_found", "not_in_channel", "is_archived", "invalid_auth"])
    def test_what_a_person_must_mend_is_permanent_and_says_how(
        self, slack: SlackStub, sender: SlackSender, code: str
    ) -> None:
        slack.refuse("chat.postMessage", code)
        with pytest.raises(SlackPermanent) as caught:
            sender.post("#pages", OPEN, key=KEY)
        assert caught.value.code == code
        assert caught.value.remedy
        assert caught.value.remedy in str(caught.value)
        assert len(slack.calls("chat.postMessage")) == 1

    def test_a_missing_scope_is_named(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.answer("chat.postMessage", {"ok": False, "error": "missing_scope", "needed": "chat:write"})
        with pytest.raises(SlackPermanent, match=r"was not given the scope for this: chat:write"):
            sender.post("#pages", OPEN, key=KEY)

    def test_too_fast_is_later_by_what_slack_asks_and_nobody_sleeps(
        self, slack: SlackStub, sender: SlackSender, clock: SteppedClock
    ) -> None:
        slack.refuse("chat.postMessage", "ratelimited", status=429, headers={"Retry-After": "30"})
        with pytest.raises(SlackRetry) as caught:
            sender.post("#pages", OPEN, key=KEY)
        assert caught.value.until == clock.now() + timedelta(seconds=30)
        assert clock.monotonic() == 0
        assert len(slack.calls("chat.postMessage")) == 1

    def test_a_429_that_is_no_json_is_too_fast_as_well(
        self, slack: SlackStub, sender: SlackSender, clock: SteppedClock
    ) -> None:
        slack.answer("chat.postMessage", b"slow down", status=429, headers={"Retry-After": "7"})
        with pytest.raises(SlackRetry) as caught:
            sender.post("#pages", OPEN, key=KEY)
        assert caught.value.until == clock.now() + timedelta(seconds=7)

    @pytest.mark.parametrize(
        "how",
        [
            {"drop": True},
            {"silent": True},
            {"body": b"<html>One moment</html>", "headers": {"Content-Type": "text/html"}},
            {"body": b'{"ok": tr'},
            {"body": b'{"ok": true, "ts": ', "headers": {"Content-Length": "500"}},
            {"body": b"\xff\xfe\xfa"},
            {"body": [1, 2]},
            {"body": {"ok": True}},
            {"body": {"ok": False, "error": "internal_error"}},
            {"body": {"ok": False, "error": "fatal_error"}},
            {"body": b"Bad gateway", "status": 502},
            {"body": b"", "status": 500},
        ],
        ids=str,
    )
    def test_what_may_have_been_done_is_unknown_and_never_repeated(
        self, slack: SlackStub, sender: SlackSender, how: dict[str, Any]
    ) -> None:
        slack.answer("chat.postMessage", **how)
        with pytest.raises(SlackOutcomeUnknown):
            sender.post("#pages", OPEN, key=KEY)
        assert len(slack.calls("chat.postMessage")) == 1

    def test_service_unavailable_was_not_done(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.answer("chat.postMessage", b"down", status=503, headers={"Retry-After": "120"})
        with pytest.raises(SlackRetry, match=r"not before 21:32:00 UTC"):
            sender.post("#pages", OPEN, key=KEY)

    def test_an_error_that_nobody_knows_is_asked_again(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.refuse("chat.postMessage", "brand_new_error")
        with pytest.raises(SlackRetry, match="does not know"):
            sender.post("#pages", OPEN, key=KEY)

    def test_a_page_that_is_not_slacks_says_so(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.answer("chat.postMessage", b"<html>login</html>", status=403, headers={"Content-Type": "text/html"})
        with pytest.raises(SlackPermanent, match="what answered is not Slack"):
            sender.post("#pages", OPEN, key=KEY)

    def test_a_refused_connection_was_not_done(self, clock: SteppedClock) -> None:
        with socket.socket() as taken:  # bound, and never listening
            taken.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{taken.getsockname()[1]}/api/"
            with pytest.raises(SlackRetry) as caught:
                SlackSender(open_client(TOKEN, base_url=address), clock).post("#pages", OPEN, key=KEY)
        assert caught.value.code == "refused"
        assert caught.value.until > clock.now()

    def test_a_name_that_nobody_knows_was_not_done(self, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_: Any, **__: Any) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(SlackRetry) as caught:
            SlackSender(open_client(TOKEN), clock).post("#pages", OPEN, key=KEY)
        assert caught.value.code == "no_address"


class TestUpdate:
    def test_it_leaves_the_metadata_alone(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.answer("chat.update")
        sender.update("C0PAGES", "1.0", OPEN)
        (sent,) = slack.calls("chat.update")
        assert (sent["channel"], sent["ts"]) == ("C0PAGES", "1.0")
        assert "metadata" not in sent

    def test_text_alone_takes_the_old_blocks_away(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.answer("chat.update")
        sender.update("C0PAGES", "1.0", Rendered("gone"))
        assert slack.calls("chat.update")[0]["blocks"] == []

    @pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
    def test_nothing_left_to_update_is_harmless(self, slack: SlackStub, sender: SlackSender, code: str) -> None:
        slack.refuse("chat.update", code)
        with pytest.raises(SlackHarmless):
            sender.update("C0PAGES", "1.0", OPEN)

    @pytest.mark.parametrize("how", [{"drop": True}, {"body": {"ok": False, "error": "internal_error"}}], ids=str)
    def test_an_unknown_outcome_is_simply_asked_again(
        self, slack: SlackStub, sender: SlackSender, how: dict[str, Any]
    ) -> None:
        slack.answer("chat.update", **how)
        with pytest.raises(SlackRetry):
            sender.update("C0PAGES", "1.0", OPEN)


class TestFind:
    def test_it_finds_a_page_by_its_key(self, slack: SlackStub, sender: SlackSender, clock: SteppedClock) -> None:
        slack.answer("auth.test", ME)
        messages = [{"ts": "9.0", "text": "hello"}, mine("another", "8.0"), mine(KEY, "7.0")]
        slack.answer("conversations.history", {"ok": True, "messages": messages})
        assert sender.find("C0PAGES", KEY, clock.now()) == Posted("C0PAGES", "7.0")
        (asked,) = slack.calls("conversations.history")
        assert asked["include_all_metadata"] == "1"
        assert float(asked["oldest"]) == clock.now().timestamp() - 60
        assert int(asked["limit"]) == PAGE_SIZE

    def test_it_turns_the_pages(self, slack: SlackStub, sender: SlackSender, clock: SteppedClock) -> None:
        slack.answer("auth.test", ME)
        more = {"ok": True, "messages": [mine("x", "9.0")], "response_metadata": {"next_cursor": "abc="}}
        slack.answer("conversations.history", more)
        slack.answer("conversations.history", {"ok": True, "messages": [mine(KEY, "7.0")]})
        assert sender.find("C0PAGES", KEY, clock.now()) == Posted("C0PAGES", "7.0")
        assert [asked.get("cursor") for asked in slack.calls("conversations.history")] == [None, "abc="]

    def test_it_looks_into_the_thread_for_a_reply(
        self, slack: SlackStub, sender: SlackSender, clock: SteppedClock
    ) -> None:
        slack.answer("auth.test", ME)
        slack.answer("conversations.replies", {"ok": True, "messages": [mine(KEY, "7.5")]})
        assert sender.find("C0PAGES", KEY, clock.now(), thread_ts="7.0") == Posted("C0PAGES", "7.5")
        assert slack.calls("conversations.replies")[0]["ts"] == "7.0"
        assert slack.calls("conversations.history") == []

    def test_a_thread_that_is_gone_holds_no_reply(
        self, slack: SlackStub, sender: SlackSender, clock: SteppedClock
    ) -> None:
        slack.answer("auth.test", ME)
        slack.refuse("conversations.replies", "thread_not_found")
        assert sender.find("C0PAGES", KEY, clock.now(), thread_ts="7.0") is None

    def test_another_app_cannot_pose_as_us(self, slack: SlackStub, sender: SlackSender, clock: SteppedClock) -> None:
        slack.answer("auth.test", ME)
        slack.answer("conversations.history", {"ok": True, "messages": [mine(KEY, "7.0", bot_id="B0OTHER")]})
        assert sender.find("C0PAGES", KEY, clock.now()) is None

    @pytest.mark.parametrize(("user", "is_ours"), [("U0PRIYA", False), ("U0BOT", True)])
    def test_a_message_that_no_bot_wrote_is_ours_only_by_its_user(
        self, slack: SlackStub, sender: SlackSender, clock: SteppedClock, user: str, is_ours: bool
    ) -> None:
        slack.answer("auth.test", ME)
        written = {name: value for name, value in mine(KEY, "7.0").items() if name != "bot_id"} | {"user": user}
        slack.answer("conversations.history", {"ok": True, "messages": [written]})
        assert (sender.find("C0PAGES", KEY, clock.now()) is not None) is is_ours
        assert (KEY in sender.sent_since("C0PAGES", clock.now())) is is_ours

    @pytest.mark.parametrize(
        "messages",
        [None, "no", [None, 3], [{"metadata": 3}], [{"metadata": {"event_type": "slabot_page"}}]],
        ids=str,
    )
    def test_odd_answers_hold_nothing(
        self, slack: SlackStub, sender: SlackSender, clock: SteppedClock, messages: Any
    ) -> None:
        slack.answer("auth.test", ME)
        slack.answer("conversations.history", {"ok": True, "messages": messages, "response_metadata": []})
        assert sender.find("C0PAGES", KEY, clock.now()) is None

    def test_a_cursor_that_does_not_move_ends_the_search(
        self, slack: SlackStub, sender: SlackSender, clock: SteppedClock
    ) -> None:
        slack.answer("auth.test", ME)
        same = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "same"}}
        slack.answer("conversations.history", same)
        assert sender.find("C0PAGES", KEY, clock.now()) is None
        assert len(slack.calls("conversations.history")) == 2

    def test_a_search_without_an_end_is_given_up(
        self, slack: SlackStub, sender: SlackSender, clock: SteppedClock
    ) -> None:
        slack.answer("auth.test", ME)
        for number in range(LONGEST_SEARCH + 1):
            more = {"ok": True, "messages": [], "response_metadata": {"next_cursor": f"c{number}"}}
            slack.answer("conversations.history", more)
        with pytest.raises(SlackOutcomeUnknown, match="more than"):
            sender.find("C0PAGES", KEY, clock.now())

    def test_a_channel_name_is_looked_up_once(self, slack: SlackStub, sender: SlackSender, clock: SteppedClock) -> None:
        slack.answer("auth.test", ME)
        first = {
            "ok": True,
            "channels": [{"id": "C1", "name": "general"}],
            "response_metadata": {"next_cursor": "next"},
        }
        slack.answer("conversations.list", first)
        slack.answer("conversations.list", {"ok": True, "channels": [{"id": "C0PAGES", "name": "pages"}]})
        slack.answer("conversations.history", {"ok": True, "messages": []})
        sender.find("#pages", KEY, clock.now())
        sender.find("pages", KEY, clock.now())
        assert len(slack.calls("conversations.list")) == 2
        assert {asked["channel"] for asked in slack.calls("conversations.history")} == {"C0PAGES"}

    def test_a_post_teaches_the_channels_id(self, slack: SlackStub, sender: SlackSender, clock: SteppedClock) -> None:
        slack.answer("auth.test", ME)
        slack.answer("chat.postMessage", POSTED)
        slack.answer("conversations.history", {"ok": True, "messages": []})
        sender.post("#pages", OPEN, key=KEY)
        assert len(slack.calls("conversations.list")) == 1  # Slack could not say it, and took the name
        sender.find("#pages", KEY, clock.now())
        assert len(slack.calls("conversations.list")) == 1


class TestPeople:
    def test_an_address_is_read(self, slack: SlackStub, sender: SlackSender) -> None:
        slack.answer("users.info", {"ok": True, "user": {"profile": {"email": "priya@acme.example"}}})
        assert sender.directory.email("U0PRIYA") == "priya@acme.example"

    @pytest.mark.parametrize("user", [None, {}, {"profile": None}, {"profile": {"email": ""}}], ids=str)
    def test_an_address_that_slack_keeps_is_none(self, slack: SlackStub, sender: SlackSender, user: Any) -> None:
        slack.answer("users.info", {"ok": True, "user": user})
        assert sender.directory.email("U0PRIYA") is None


class TestSecrets:
    @pytest.mark.parametrize("token", ["", "  ", "xoxb-1 xoxb-2", "xoxb-\n1", "xoxb-\u00e9"])
    def test_what_cannot_be_a_token_is_refused_without_showing_it(self, token: str) -> None:
        with pytest.raises(TokenError) as caught:
            open_client(token)
        assert "xoxb-1" not in str(caught.value)
        assert "\u00e9" not in str(caught.value)

    def test_a_line_break_at_the_end_is_cut_off(self, slack: SlackStub, clock: SteppedClock) -> None:
        slack.answer("chat.postMessage", POSTED)
        SlackSender(open_client(TOKEN + "\n", base_url=slack.url), clock).post("#pages", OPEN, key=KEY)
        assert slack.asked[0].token == f"Bearer {TOKEN}"

    @pytest.mark.parametrize(
        "how",
        [
            {"drop": True},
            {"body": {"ok": False, "error": "invalid_auth", "echo": TOKEN}},
            {"body": {"ok": False, "error": f"odd {TOKEN}"}},
            {"body": TOKEN.encode(), "status": 500},
            {"body": TOKEN.encode()},
            {"body": {"ok": False, "error": "missing_scope", "needed": TOKEN.upper()}},
        ],
        ids=["dropped", "echoed", "in the code", "in a 500", "in no JSON", "as a scope"],
    )
    def test_no_error_and_no_log_shows_the_token_or_the_customers_words(
        self, slack: SlackStub, sender: SlackSender, caplog: pytest.LogCaptureFixture, how: dict[str, Any]
    ) -> None:
        caplog.set_level(logging.DEBUG)
        slack.answer("chat.postMessage", **how)
        view = replace(OPEN, subject="the customer's own words")
        with pytest.raises(SlackError) as caught:
            sender.post("#pages", view, key=KEY)
        error: BaseException | None = caught.value
        said = repr(sender) + caplog.text
        while error is not None:
            said += f"{error}{error!r}{vars(error)}"
            error = error.__cause__ or error.__context__
        assert TOKEN.casefold() not in said.casefold()
        assert "own words" not in said
