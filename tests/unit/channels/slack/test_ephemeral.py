from __future__ import annotations

from dataclasses import replace

import pytest

from slabot.channels.errors import SlackPermanent
from slabot.channels.slack.interactions import Click
from slabot.channels.slack.message import Button
from slabot.channels.slack.sender import SlackSender
from tests.unit.channels.slack.slack_stub import SlackStub

CLICK = Click(
    action=Button.CLAIM,
    key="k",
    generation=1,
    user_id="U0PRIYA",
    user_name="priya",
    channel="C0PAGES",
    ts="1.0",
    response_url=None,
    trigger_id="t",
    action_ts="2.0",
)


def test_an_answer_goes_to_the_address_that_came_with_the_click(slack: SlackStub, sender: SlackSender) -> None:
    slack.answer("answer/1", b"ok")
    sender.post_ephemeral(replace(CLICK, response_url=f"{slack.url}answer/1"), "It is yours.")
    (asked,) = slack.asked
    assert asked.arguments == {"response_type": "ephemeral", "replace_original": False, "text": "It is yours."}
    assert asked.token == ""


@pytest.mark.parametrize("status", [404, 500])
def test_an_address_that_has_run_out_is_replaced_by_a_call(slack: SlackStub, sender: SlackSender, status: int) -> None:
    slack.answer("answer/1", b"expired_url", status=status)
    slack.answer("chat.postEphemeral")
    sender.post_ephemeral(replace(CLICK, response_url=f"{slack.url}answer/1"), "It is yours.")
    assert slack.calls("chat.postEphemeral") == [{"channel": "C0PAGES", "user": "U0PRIYA", "text": "It is yours."}]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "file:///etc/passwd",
        "https://[",
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_slacks(slack: SlackStub, sender: SlackSender, address: str) -> None:
    slack.answer("chat.postEphemeral")
    sender.post_ephemeral(replace(CLICK, response_url=address), "It is yours.")
    assert [asked.method for asked in slack.asked] == ["chat.postEphemeral"]


def test_an_answer_that_cannot_be_given_says_so(slack: SlackStub, sender: SlackSender) -> None:
    slack.refuse("chat.postEphemeral", "user_not_in_channel")
    with pytest.raises(SlackPermanent, match="the person is not in the channel"):
        sender.post_ephemeral(CLICK, "It is yours.")
