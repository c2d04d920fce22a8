from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import Clock, SignatureVerifier

from slabot.channels.errors import BadPayload, TokenError
from slabot.channels.slack.interactions import (
    Click,
    HomeRefresh,
    NotOurs,
    SignatureRefused,
    SigningSecret,
    form_payload,
    read_interaction,
)
from slabot.channels.slack.message import Button

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # of the example in Slack's documentation
NOW = datetime(2026, 1, 9, 21, 30, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
KEY = "acme/4711/page/first_response/critical/50% used/0"


def signed(body: bytes, *, stamp: str = STAMP, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def read_or_words(body: bytes) -> Click | HomeRefresh | NotOurs | str:
    try:
        return read_interaction(form_payload(body))
    except BadPayload as error:
        return str(error)


def form(payload: object) -> bytes:
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return urlencode({"payload": text}).encode()


def click(**changes: Any) -> dict[str, Any]:
    action = {
        "action_id": Button.ACKNOWLEDGE.value,
        "block_id": "slabot_buttons",
        "value": json.dumps({"key": KEY, "generation": 7}),
        "type": "button",
        "action_ts": "1767994300.000200",
    } | changes.pop("action", {})
    return {
        "type": "block_actions",
        "user": {"id": "U0PRIYA", "username": "priya", "name": "priya", "team_id": "T1"},
        "container": {"type": "message", "message_ts": "1767994200.000100", "channel_id": "C0PAGES"},
        "trigger_id": "1.2.abc",
        "channel": {"id": "C0PAGES", "name": "pages"},
        "response_url": "https://hooks.slack.com/actions/T1/1/x",
        "actions": [action],
    } | changes


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(click())), inner, max_size=5),
)


class TestSignature:
    def test_slacks_own_example_is_accepted(self) -> None:
        body = (
            b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
            b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
            b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
            b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
        )
        headers = {
            "x-slack-request-timestamp": "1531420618",
            "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        }
        assert SigningSecret(SECRET).refusal(headers, body, datetime.fromtimestamp(1531420618, UTC)) is None

    def test_it_agrees_with_the_sdk(self) -> None:
        class Now(Clock):
            def now(self) -> float:
                return NOW.timestamp()

        body = form(click())
        headers = signed(body)
        assert SignatureVerifier(SECRET, Now()).is_valid_request(body, headers)
        assert SigningSecret(SECRET).refusal(headers, body, NOW) is None

    @pytest.mark.parametrize("seconds", [-300, 0, 300])
    def test_five_minutes_either_way_are_believed(self, seconds: int) -> None:
        body = form(click())
        assert SigningSecret(SECRET).refusal(signed(body), body, NOW + timedelta(seconds=seconds)) is None

    @pytest.mark.parametrize("seconds", [-301, 301, 10**9])
    def test_more_is_a_replay(self, seconds: int) -> None:
        body = form(click())
        refused = SigningSecret(SECRET).refusal(signed(body), body, NOW + timedelta(seconds=seconds))
        assert refused is not None
        assert "replayed" in refused.why

    def test_another_body_is_forged(self) -> None:
        refused = SigningSecret(SECRET).refusal(signed(b"payload=1"), b"payload=2", NOW)
        assert refused is not None
        assert "forged" in refused.why

    def test_another_secret_is_refused(self) -> None:
        body = form(click())
        assert SigningSecret(SECRET).refusal(signed(body, secret="other"), body, NOW) is not None

    def test_bytes_that_are_no_text_are_checked_all_the_same(self) -> None:
        body = b"payload=\xff\xfe"
        assert SigningSecret(SECRET).refusal(signed(body), body, NOW) is None
        assert SigningSecret(SECRET).refusal(signed(b"payload="), body, NOW) is not None

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"X-Slack-Signature": "v0=00"},
            {"X-Slack-Request-Timestamp": STAMP},
            {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=00"},
            {"X-Slack-Request-Timestamp": "", "X-Slack-Signature": "v0=00"},
            {"X-Slack-Request-Timestamp": f" {STAMP}", "X-Slack-Signature": "v0=00"},
            {"X-Slack-Request-Timestamp": "1_767_994_200", "X-Slack-Signature": "v0=00"},
            {"X-Slack-Request-Timestamp": "-1", "X-Slack-Signature": "v0=00"},
            {"X-Slack-Request-Timestamp": "9" * 5000, "X-Slack-Signature": "v0=00"},
            {"X-Slack-Request-Timestamp": "١٧٦٧٩٩٤٢٠٠", "X-Slack-Signature": "v0=00"},
            {"X-Slack-Request-Timestamp": STAMP, "X-Slack-Signature": ""},
            {"X-Slack-Request-Timestamp": STAMP, "X-Slack-Signature": "v0=é"},
            {"X-Slack-Request-Timestamp": STAMP, "X-Slack-Signature": "v0=\ud800"},
        ],
        ids=str,
    )
    def test_malformed_headers_are_refused_and_raise_nothing(self, headers: dict[str, str]) -> None:
        assert isinstance(SigningSecret(SECRET).refusal(headers, b"payload={}", NOW), SignatureRefused)

    @given(stamp=st.text(max_size=20), signature=st.text(max_size=80), body=st.binary(max_size=80))
    def test_nothing_gets_in_without_the_secret(self, stamp: str, signature: str, body: bytes) -> None:
        headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
        assert isinstance(SigningSecret(SECRET).refusal(headers, body, NOW), SignatureRefused)

    def test_the_secret_is_not_shown(self) -> None:
        assert SECRET not in repr(SigningSecret(SECRET))
        with pytest.raises(TokenError) as caught:
            SigningSecret(f"{SECRET} and more")
        assert SECRET not in str(caught.value)

    def test_an_empty_secret_is_refused_at_start(self) -> None:
        with pytest.raises(TokenError, match="is empty"):
            SigningSecret(" ")


class TestParse:
    def test_a_click_is_read(self) -> None:
        assert read_interaction(form_payload(form(click()))) == Click(
            action=Button.ACKNOWLEDGE,
            key=KEY,
            generation=7,
            user_id="U0PRIYA",
            user_name="priya",
            channel="C0PAGES",
            ts="1767994200.000100",
            response_url="https://hooks.slack.com/actions/T1/1/x",
            trigger_id="1.2.abc",
            action_ts="1767994300.000200",
        )

    def test_the_same_click_twice_has_one_id_and_another_click_another(self) -> None:
        first, again = read_interaction(form_payload(form(click()))), read_interaction(form_payload(form(click())))
        other = read_interaction(form_payload(form(click(action={"action_ts": "1767994301.0"}))))
        assert isinstance(first, Click)
        assert isinstance(again, Click)
        assert isinstance(other, Click)
        assert first.id == again.id != other.id

    def test_the_link_button_needs_no_value(self) -> None:
        action = {"action_id": Button.OPEN_TICKET.value}
        payload = click(action=action)
        del payload["actions"][0]["value"]
        read = read_interaction(form_payload(form(payload)))
        assert isinstance(read, Click)
        assert (read.action, read.key) == (Button.OPEN_TICKET, None)

    def test_a_click_without_an_answer_address_is_a_click(self) -> None:
        payload = click()
        del payload["response_url"]
        read = read_interaction(form_payload(form(payload)))
        assert isinstance(read, Click)
        assert read.response_url is None

    def test_another_apps_button_is_not_ours(self) -> None:
        assert isinstance(read_interaction(form_payload(form(click(action={"action_id": "vote"})))), NotOurs)

    @pytest.mark.parametrize(
        "payload",
        [
            "",
            "{",
            "[]",
            "null",
            "3",
            '"text"',
            "[" * 100_000,
            "9" * 5000,
            {},
            {"type": 3},
            click(actions=None),
            click(actions=[]),
            click(actions=["x"]),
            click(user=None),
            click(user={"id": ""}),
            click(user={"id": 3}),
            click(action={"action_id": None}),
            click(action={"action_ts": None}),
            click(action={"value": None}),
            click(action={"value": "click_me_123"}),
            click(action={"value": "[1]"}),
            click(action={"value": '{"key": "k"}'}),
            click(action={"value": '{"key": "k", "generation": "7"}'}),
            click(action={"value": '{"key": "k", "generation": true}'}),
            click(action={"value": '{"key": "k", "generation": -1}'}),
            click(action={"value": '{"key": "k", "generation": 1e3}'}),
            click(action={"value": '{"key": "k", "generation": 99999999999999999999}'}),
            click(action={"value": '{"key": "", "generation": 1}'}),
            click(action={"value": '{"key": "a\\u0000b", "generation": 1}'}),
            click(action={"value": '{"key": "\\ud800", "generation": 1}'}),
        ],
        ids=lambda payload: str(payload)[:60],
    )
    def test_what_slack_does_not_send_is_refused_in_words(self, payload: object) -> None:
        with pytest.raises(BadPayload, match="nothing was done"):
            read_interaction(form_payload(form(payload)))

    @pytest.mark.parametrize(
        "body",
        [b"", b"payload", b"other=1", b"payload=1&payload=2", b"payload=%ff", b"\xff", b"a=1&" * 500],
        ids=lambda body: str(body[:20]),
    )
    def test_a_body_that_is_no_such_form_is_refused(self, body: bytes) -> None:
        with pytest.raises(BadPayload, match="nothing was done"):
            read_interaction(form_payload(body))

    @given(st.binary(max_size=200))
    def test_no_bytes_raise_anything_else(self, body: bytes) -> None:
        for sent in (body, b"payload=" + body):
            assert read_or_words(sent)

    @given(JSON)
    def test_no_json_raises_anything_else(self, changes: object) -> None:
        assert read_or_words(form(click(**changes) if isinstance(changes, dict) else changes))


class TestRecorded:
    @pytest.fixture
    def payloads(self, shared_dir: Path) -> dict[str, Any]:
        folder = shared_dir / "recorded" / "slack-payloads"
        return {path.name: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}

    def test_every_recorded_payload_is_read_or_refused_in_words(self, payloads: dict[str, Any]) -> None:
        assert len(payloads) > 90
        for name, payload in payloads.items():
            read = read_or_words(form(payload))
            assert not isinstance(read, Click | HomeRefresh), name
            assert read.why if isinstance(read, NotOurs) else "nothing was done" in read, name

    def test_recorded_clicks_are_ours_once_they_carry_our_buttons(self, payloads: dict[str, Any]) -> None:
        clicks = {name: payload for name, payload in payloads.items() if payload.get("type") == "block_actions"}
        assert len(clicks) >= 5
        for name, payload in clicks.items():
            value = json.dumps({"key": KEY, "generation": 7})
            action = {**payload["actions"][0], "action_id": Button.CLAIM.value, "value": value}
            read = read_interaction(form_payload(form({**payload, "actions": [action]})))
            assert isinstance(read, Click), name
            assert (read.key, read.generation, read.action) == (KEY, 7, Button.CLAIM), name
            assert read.user_id == payload["user"]["id"], name
            assert read.channel == payload["channel"]["id"], name
            assert read.ts == payload.get("container", {}).get("message_ts", ""), name
            assert read.trigger_id == payload["trigger_id"], name
