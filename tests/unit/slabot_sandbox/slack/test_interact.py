"""Clicks, modals, commands and home tabs: what reaches the product, and how it can answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock, SignatureVerifier

from slabot.clock import SteppedClock
from slabot_sandbox import ActError, Did, Sandbox, SwitchError
from tests.fixtures.sdk import NO_RETRIES

USER = "mia@acme.example"
BLOCKS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "#7 is due"}},
    {
        "type": "actions",
        "block_id": "page",
        "elements": [
            {
                "type": "button",
                "action_id": "acknowledge",
                "text": {"type": "plain_text", "text": "Acknowledge"},
                "value": "acme/7/1",
            },
            {
                "type": "static_select",
                "action_id": "severity",
                "options": [{"text": {"type": "plain_text", "text": "Critical"}, "value": "critical"}],
            },
        ],
    },
]


@pytest.fixture
def slack(sandbox: Sandbox, product: Any) -> WebClient:
    sandbox.connect(product.url)
    return WebClient(token=sandbox.slack.token, base_url=sandbox.slack.api_url, retry_handlers=NO_RETRIES)


@pytest.fixture
def page(sandbox: Sandbox, slack: WebClient) -> dict[str, Any]:
    channel = sandbox.slack.workspace.add_channel("esc")
    posted = slack.chat_postMessage(channel=channel.id, text="#7 is due", blocks=BLOCKS)
    return {"channel": channel.id, "ts": posted["ts"]}


def payload_of(product: Any) -> Any:
    return json.loads(parse_qs(product.got[-1][2].decode())["payload"][0])


class TestClicks:
    def test_the_payload_has_the_keys_of_a_recorded_one(
        self, sandbox: Sandbox, product: Any, page: dict[str, Any], recorded: Callable[[str], Any]
    ) -> None:
        real = recorded("slack-payloads/test_block_actions.body.json")
        assert sandbox.slack.people.click(**page, action_id="acknowledge", user=USER).status == 200
        ours = payload_of(product)
        assert ours.keys() >= real.keys()
        for name in ("user", "channel", "container"):
            assert ours[name].keys() == real[name].keys()
        assert ours["actions"][0].keys() >= real["actions"][0].keys()
        assert ours["message"]["ts"] == page["ts"]
        assert ours["actions"][0]["value"] == "acme/7/1"

    def test_the_newest_message_with_the_button_is_found_without_its_time_stamp(
        self, sandbox: Sandbox, product: Any, page: dict[str, Any], slack: WebClient, clock: SteppedClock
    ) -> None:
        clock.elapse(timedelta(seconds=2))
        newer = slack.chat_postMessage(channel=page["channel"], text="#8 is due", blocks=BLOCKS)
        clock.elapse(timedelta(seconds=2))
        slack.chat_postMessage(channel=page["channel"], text="No buttons here")
        sandbox.slack.people.click(page["channel"], "newest", "acknowledge", USER)
        assert payload_of(product)["message"]["ts"] == newer["ts"]
        with pytest.raises(ActError, match='no message in #esc has a button or menu "snooze"'):
            sandbox.slack.people.click(page["channel"], "newest", "snooze", USER)

    def test_it_is_signed_on_the_raw_body(
        self, sandbox: Sandbox, product: Any, page: dict[str, Any], clock: SteppedClock
    ) -> None:
        sandbox.slack.people.click(**page, action_id="acknowledge", user=USER)
        path, headers, body = product.got[-1]
        assert path == "/slack/actions"
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"

        class Then(Clock):
            def now(self) -> float:
                return clock.now().timestamp()

        verifier = SignatureVerifier(sandbox.slack.signing_secret, clock=Then())
        assert verifier.is_valid_request(body, headers)
        assert not verifier.is_valid_request(body + b"x", headers)

    def test_a_menu_sends_the_chosen_option(self, sandbox: Sandbox, product: Any, page: dict[str, Any]) -> None:
        sandbox.slack.people.click(**page, action_id="severity", user=USER, value="critical")
        assert payload_of(product)["actions"][0]["selected_option"]["value"] == "critical"

    def test_an_old_value_can_be_clicked_late(self, sandbox: Sandbox, product: Any, page: dict[str, Any]) -> None:
        sandbox.slack.people.click(**page, action_id="acknowledge", user=USER, value="acme/7/0")
        assert payload_of(product)["actions"][0]["value"] == "acme/7/0"

    def test_it_is_sent_once_whatever_is_answered(self, sandbox: Sandbox, product: Any, page: dict[str, Any]) -> None:
        product.answers.append((503, {"Retry-After": "1"}))
        assert sandbox.slack.people.click(**page, action_id="acknowledge", user=USER).status == 503
        assert len(product.got) == 1
        (effect,) = sandbox.journal.effects(kind=Did.CLICKED)
        assert (effect["action"], effect["status"], effect.who) == ("acknowledge", 503, USER)

    def test_nobody_listening_is_a_click_without_answer(self, sandbox: Sandbox, page: dict[str, Any]) -> None:
        sandbox.slack.people.connect("http://127.0.0.1:9")
        assert sandbox.slack.people.click(**page, action_id="acknowledge", user=USER).status is None

    def test_what_is_not_there_cannot_be_clicked(self, sandbox: Sandbox, page: dict[str, Any]) -> None:
        people = sandbox.slack.people
        with pytest.raises(ActError, match='no button or menu "nothing"'):
            people.click(**page, action_id="nothing", user=USER)
        with pytest.raises(ActError, match=r"no message 1\.1 in #esc"):
            people.click(page["channel"], "1.1", "acknowledge", USER)
        with pytest.raises(ActError, match="the workspace has: #esc"):
            people.click("#nowhere", "1.1", "acknowledge", USER)
        with pytest.raises(ActError, match="no member"):
            people.click(**page, action_id="acknowledge", user="U404")
        people.addresses.actions = ""
        with pytest.raises(SwitchError, match="connect it"):
            people.click(**page, action_id="acknowledge", user=USER)


class TestResponseAddress:
    def answer(self, url: str, body: dict[str, Any]) -> int:
        return requests.post(url, json=body, timeout=5).status_code

    def test_the_message_can_be_replaced_five_times(self, sandbox: Sandbox, product: Any, page: dict[str, Any]) -> None:
        sandbox.slack.people.click(**page, action_id="acknowledge", user=USER)
        url = payload_of(product)["response_url"]
        answers = [self.answer(url, {"text": f"{n}", "replace_original": True}) for n in range(6)]
        assert answers == [200] * 5 + [404]
        updated = sandbox.journal.effects(kind=Did.MESSAGE_UPDATED)
        assert [effect["text"] for effect in updated] == ["0", "1", "2", "3", "4"]

    def test_it_expires_after_half_an_hour(
        self, sandbox: Sandbox, product: Any, page: dict[str, Any], clock: SteppedClock
    ) -> None:
        sandbox.slack.people.click(**page, action_id="acknowledge", user=USER)
        clock.elapse(timedelta(minutes=31))
        assert self.answer(payload_of(product)["response_url"], {"text": "late"}) == 404

    def test_a_word_to_one_person_is_told_as_such(self, sandbox: Sandbox, product: Any, page: dict[str, Any]) -> None:
        sandbox.slack.people.click(**page, action_id="acknowledge", user=USER)
        assert self.answer(payload_of(product)["response_url"], {"text": "Too late."}) == 200
        assert sandbox.journal.effects(kind=Did.MESSAGE_POSTED)[-1]["ephemeral"] is True


class TestViews:
    MODAL = {  # noqa: RUF012
        "type": "modal",
        "callback_id": "snooze",
        "title": {"type": "plain_text", "text": "Snooze"},
        "blocks": BLOCKS[:1],
        "private_metadata": "acme/7",
    }

    def trigger(self, sandbox: Sandbox, product: Any, page: dict[str, Any]) -> str:
        sandbox.slack.people.click(**page, action_id="acknowledge", user=USER)
        return str(payload_of(product)["trigger_id"])

    def test_a_trigger_opens_one_view_within_three_seconds(
        self, sandbox: Sandbox, slack: WebClient, product: Any, page: dict[str, Any], clock: SteppedClock
    ) -> None:
        trigger = self.trigger(sandbox, product, page)
        view = slack.views_open(trigger_id=trigger, view=self.MODAL)["view"]
        assert view["callback_id"] == "snooze"
        with pytest.raises(SlackApiError, match="invalid_trigger_id"):
            slack.views_open(trigger_id=trigger, view=self.MODAL)
        late = self.trigger(sandbox, product, page)
        clock.elapse(timedelta(seconds=4))
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            slack.views_open(trigger_id=late, view=self.MODAL)

    def test_a_submission_reaches_the_product(
        self,
        sandbox: Sandbox,
        slack: WebClient,
        product: Any,
        page: dict[str, Any],
        recorded: Callable[[str], Any],
    ) -> None:
        real = recorded("slack-payloads/test_view_submission.body.json")
        view = slack.views_open(trigger_id=self.trigger(sandbox, product, page), view=self.MODAL)["view"]
        values = {"until": {"pick": {"type": "static_select", "selected_option": {"value": "1h"}}}}
        sandbox.slack.people.submit_view(view["id"], USER, values)
        ours = payload_of(product)
        assert ours.keys() >= real.keys() - {"response_urls"}
        assert ours["view"]["state"]["values"] == values
        assert ours["view"]["private_metadata"] == "acme/7"
        with pytest.raises(ActError, match="no open view"):
            sandbox.slack.people.submit_view("V404", USER, {})

    def test_a_home_tab_that_changed_is_not_overwritten(self, sandbox: Sandbox, slack: WebClient) -> None:
        user = sandbox.slack.workspace.add_user(USER)["id"]
        home = {"type": "home", "blocks": BLOCKS[:1]}
        first = slack.views_publish(user_id=user, view=home)["view"]["hash"]
        slack.views_publish(user_id=user, view=home, hash=first)
        with pytest.raises(SlackApiError, match="hash_conflict"):
            slack.views_publish(user_id=user, view=home, hash=first)
        assert len(sandbox.journal.effects(kind=Did.VIEW_PUBLISHED, user=user)) == 2

    @pytest.mark.parametrize("change", [{"title": {"type": "plain_text", "text": "x" * 25}}, {"type": "home"}])
    def test_a_view_that_slack_would_not_take_is_refused(
        self, sandbox: Sandbox, slack: WebClient, product: Any, page: dict[str, Any], change: dict[str, Any]
    ) -> None:
        with pytest.raises(SlackApiError, match="invalid_arguments"):
            slack.views_open(trigger_id=self.trigger(sandbox, product, page), view={**self.MODAL, **change})


def test_a_slash_command_is_a_signed_form_with_the_recorded_fields(
    sandbox: Sandbox, slack: WebClient, product: Any, recorded: Callable[[str], Any]
) -> None:
    sandbox.slack.workspace.add_channel("esc")
    sandbox.slack.people.command(USER, "/slabot", "status", channel="esc")
    path, headers, body = product.got[-1]
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    assert path == "/slack/commands"
    assert headers["X-Slack-Signature"].startswith("v0=")
    assert (form["command"], form["text"]) == ("/slabot", "status")
    real = recorded("slack-payloads/test_unmatched_suggestions.slash_command.json")
    assert form.keys() >= real.keys() - {"enterprise_id", "enterprise_name"}


def test_an_opened_home_tab_is_an_event(sandbox: Sandbox, slack: WebClient, product: Any) -> None:
    sandbox.slack.people.opens_home(USER)
    path, _, body = product.got[-1]
    event = json.loads(body)
    assert path == "/slack/events"
    assert (event["type"], event["event"]["type"]) == ("event_callback", "app_home_opened")
    assert event["event_id"].startswith("Ev")
