"""Posting, updating and reading back, with Slack's own client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from slabot.clock import SteppedClock
from slabot_sandbox import Did, Sandbox
from slabot_sandbox.slack.account import Channel
from slabot_sandbox.slack.message_routes import say
from tests.fixtures.sdk import NO_RETRIES

PAGE = {"event_type": "slabot_page", "event_payload": {"key": "acme/7/first_response/critical/0"}}
SECOND = timedelta(seconds=1)


@pytest.fixture
def slack(sandbox: Sandbox) -> WebClient:
    return WebClient(token=sandbox.slack.token, base_url=sandbox.slack.api_url, retry_handlers=NO_RETRIES)


@pytest.fixture
def channel(sandbox: Sandbox) -> Channel:
    return sandbox.slack.workspace.add_channel("#support-escalations")


def refused(call: Any, **arguments: Any) -> SlackApiError:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return caught.value


def error(call: Any, **arguments: Any) -> str:
    return str(refused(call, **arguments).response["error"])


def buttons(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "elements": list(elements)}]


def button(action_id: str = "ack", text: str = "Acknowledge", **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, **more}


def chart(count: int = 1, labels: tuple[str, ...] = ("a", "b"), **more: Any) -> list[dict[str, Any]]:
    """Bars whose first series can be changed."""
    data = [{"label": label, "value": 1} for label in labels]
    series = [{"name": f"s{n}", "data": data} for n in range(count)]
    series[0] |= more.pop("first", {})
    drawn = {"type": "bar", "series": series, "axis_config": {"categories": ["a", "b"]}, **more.pop("chart", {})}
    return [{"type": "data_visualization", "title": "Met", "chart": drawn, **more}]


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


class TestPosting:
    def test_a_message_is_there_once_for_each_call(
        self, slack: WebClient, channel: Channel, sandbox: Sandbox, clock: SteppedClock
    ) -> None:
        stamps = []
        for _ in range(2):
            stamps.append(slack.chat_postMessage(channel=channel.id, text="Page", metadata=PAGE)["ts"])
            clock.elapse(SECOND)
        assert len(set(stamps)) == 2
        effects = sandbox.journal.effects(kind=Did.MESSAGE_POSTED, channel=channel.id)
        assert [effect["ts"] for effect in effects] == stamps
        assert effects[0]["metadata"] == PAGE
        assert effects[0]["channel_name"] == "support-escalations"

    def test_a_channel_can_be_named_by_name_or_id(
        self, slack: WebClient, channel: Channel, clock: SteppedClock
    ) -> None:
        for name in ("#support-escalations", "support-escalations", channel.id):
            assert slack.chat_postMessage(channel=name, text="x")["channel"] == channel.id
            clock.elapse(SECOND)

    def test_the_answer_holds_the_message_with_block_ids(self, slack: WebClient, channel: Channel) -> None:
        message = slack.chat_postMessage(channel=channel.id, text="t", blocks=[section("x")])["message"]
        assert message["blocks"][0]["block_id"]
        assert (message["type"], message["text"]) == ("message", "t")
        assert message["bot_id"]
        assert "." in message["ts"]

    def test_stamps_are_the_clocks_and_grow_within_a_second(
        self, slack: WebClient, channel: Channel, sandbox: Sandbox, clock: SteppedClock
    ) -> None:
        sandbox.slack.api.limits.posts = None
        stamps = [slack.chat_postMessage(channel=channel.id, text="x")["ts"] for _ in range(3)]
        assert stamps == sorted(set(stamps))
        assert {stamp.split(".")[0] for stamp in stamps} == {str(int(clock.now().timestamp()))}

    def test_one_message_a_second_a_channel(
        self, slack: WebClient, channel: Channel, sandbox: Sandbox, clock: SteppedClock
    ) -> None:
        other = sandbox.slack.workspace.add_channel("other")
        slack.chat_postMessage(channel=channel.id, text="1")
        slack.chat_postMessage(channel=other.id, text="1")
        answer = refused(slack.chat_postMessage, channel=channel.id, text="2").response
        assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
        assert len(sandbox.journal.effects(kind=Did.MESSAGE_POSTED)) == 2
        clock.elapse(SECOND)
        slack.chat_postMessage(channel=channel.id, text="2")

    def test_a_burst_can_be_tolerated(
        self, slack: WebClient, channel: Channel, sandbox: Sandbox, clock: SteppedClock
    ) -> None:
        sandbox.slack.api.limits.burst = 3
        for number in range(3):
            slack.chat_postMessage(channel=channel.id, text=str(number))
        assert error(slack.chat_postMessage, channel=channel.id, text="4") == "ratelimited"
        clock.elapse(SECOND)
        slack.chat_postMessage(channel=channel.id, text="4")

    def test_direct_messages_go_to_a_person(self, slack: WebClient, sandbox: Sandbox) -> None:
        user = sandbox.slack.workspace.add_user("mia@acme.example")
        assert slack.chat_postMessage(channel=user["id"], text="hi")["channel"].startswith("D")
        opened = slack.conversations_open(users=user["id"])
        assert opened["channel"]["id"] == slack.conversations_open(users=user["id"])["channel"]["id"]

    def test_what_slack_refuses_is_refused_with_its_own_error_and_http_200(
        self, slack: WebClient, sandbox: Sandbox, channel: Channel
    ) -> None:
        add = sandbox.slack.workspace.add_channel
        closed, foreign, hidden = add("old", archived=True), add("foreign", joined=False), add("x", private=True)
        hidden.joined = False
        post = slack.chat_postMessage
        assert error(post, channel="#nowhere", text="x") == "channel_not_found"
        assert error(post, channel=closed.id, text="x") == "is_archived"
        assert error(post, channel=foreign.id, text="x") == "not_in_channel"
        assert error(post, channel=hidden.id, text="x") == "channel_not_found"
        assert error(slack.api_call, api_method="chat.postMessage", json={"channel": channel.id}) == "no_text"
        assert error(post, channel=channel.id, text="x", thread_ts="1.2") == "thread_not_found"
        assert error(post, channel=channel.id, text="x", metadata={"event_type": "a"}) == "invalid_metadata_schema"
        assert refused(post, channel="#nowhere", text="x").response.status_code == 200
        assert sandbox.journal.effects() == ()

    def test_text_is_cut_at_forty_thousand(self, slack: WebClient, channel: Channel) -> None:
        answer = slack.chat_postMessage(channel=channel.id, text="x" * 40_001)
        assert len(answer["message"]["text"]) == 40_000


class TestBlocks:
    @pytest.mark.parametrize(
        ("blocks", "place"),
        [
            ([section("x")] * 51, "/blocks"),
            ([section("x" * 3001)], "/blocks/0/text/text"),
            ([section("")], "/blocks/0/text/text"),
            ([{"type": "section"}], "/blocks/0"),
            ([{"type": "spreadsheet"}], "/blocks/0/type"),
            ([{"type": "table", "rows": []}], "/blocks/0/rows"),
            ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}], "/blocks/0/rows/0"),
            ([{"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}], "/blocks/0/rows/0/0"),
            (chart(title=""), "/blocks/0/title"),
            (chart(title="x" * 51), "/blocks/0/title"),
            (chart(chart={"type": "radar"}), "/blocks/0/chart"),
            (chart(count=7), "/blocks/0/chart/series"),
            (chart(labels=("a",)), "/blocks/0/chart/series/0/data"),
            (chart(labels=("b", "a")), "/blocks/0/chart/series/0/data"),
            (chart(first={"data": []}), "/blocks/0/chart/series/0/data"),
            (chart(first={"name": "x" * 21}), "/blocks/0/chart/series/0/name"),
            (chart(2, first={"name": "s1"}), "/blocks/0/chart/series/1/name"),
            (chart(first={"data": [{"label": "a", "value": "1"}] * 2}), "/blocks/0/chart/series/0/data/0/value"),
            (chart(chart={"axis_config": {"categories": []}}), "/blocks/0/chart/axis_config/categories"),
            (chart(chart={"axis_config": {"categories": ["x" * 21]}}), "/blocks/0/chart/axis_config/categories/0"),
            (chart(chart={"axis_config": {"categories": ["a"], "y_label": ""}}), "/blocks/0/chart/axis_config/y_label"),
            (chart(chart={"type": "pie", "segments": []}), "/blocks/0/chart/segments"),
            (
                chart(chart={"type": "pie", "segments": [{"label": "a", "value": 0}]}),
                "/blocks/0/chart/segments/0/value",
            ),
            (chart() * 3, "/blocks"),
            (buttons(button(value="x" * 2001)), "/blocks/0/elements/0/value"),
            (buttons(button(text="x" * 76)), "/blocks/0/elements/0/text/text"),
            (buttons(button("same"), button("same")), "/blocks/0/elements/1/action_id"),
            (buttons(button("x" * 256)), "/blocks/0/elements/0/action_id"),
            (buttons(button(style="loud")), "/blocks/0/elements/0/style"),
            (buttons(*(button(str(n)) for n in range(26))), "/blocks/0/elements"),
            ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type"),
            ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "/blocks/0/text/text"),
            ([{"type": "context", "elements": []}], "/blocks/0/elements"),
            ([section("a", block_id="same"), section("b", block_id="same")], "/blocks/1/block_id"),
            ([{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}], "/blocks/0/fields/0/text"),
        ],
    )
    def test_a_broken_limit_is_pointed_at(
        self, slack: WebClient, channel: Channel, blocks: list[Any], place: str
    ) -> None:
        answer = refused(slack.chat_postMessage, channel=channel.id, text="t", blocks=blocks).response
        assert answer["error"] == "invalid_blocks"
        assert f"[json-pointer:{place}" in answer["response_metadata"]["messages"][0]

    def test_the_largest_allowed_is_taken(self, slack: WebClient, channel: Channel) -> None:
        blocks = [*([section("x" * 3000)] * 49), *buttons(button(value="x" * 2000))]
        slack.chat_postMessage(channel=channel.id, text="t", blocks=blocks)

    def test_charts_that_keep_the_limits_are_taken_twice_in_a_message(self, slack: WebClient, channel: Channel) -> None:
        pie = chart(chart={"type": "pie", "segments": [{"label": "a", "value": 0.5}]})
        slack.chat_postMessage(channel=channel.id, text="t", blocks=[*chart(count=6), *pie])

    def test_a_workspace_that_knows_no_charts_refuses_the_message(
        self, slack: WebClient, channel: Channel, sandbox: Sandbox
    ) -> None:
        sandbox.slack.workspace.charts = False
        answer = refused(slack.chat_postMessage, channel=channel.id, text="t", blocks=chart()).response
        assert answer["error"] == "invalid_blocks"
        assert answer["errors"] == ["unsupported type: data_visualization [json-pointer:/blocks/0/type]"]

    def test_blocks_that_are_no_list_are_refused(self, slack: WebClient, channel: Channel) -> None:
        post = slack.chat_postMessage
        assert error(post, channel=channel.id, text="t", blocks='{"a"') == "invalid_blocks_format"


class TestThreads:
    def test_a_reply_that_is_broadcast_stands_in_the_channel_too(
        self, slack: WebClient, channel: Channel, sandbox: Sandbox, clock: SteppedClock
    ) -> None:
        root = slack.chat_postMessage(channel=channel.id, text="Page")["ts"]
        for text, broadcast in (("quiet", False), ("loud", True)):
            clock.elapse(SECOND)
            slack.chat_postMessage(channel=channel.id, text=text, thread_ts=root, reply_broadcast=broadcast)
        history = slack.conversations_history(channel=channel.id)["messages"]
        assert [message["text"] for message in history] == ["loud", "Page"]
        assert history[0]["subtype"] == "thread_broadcast"
        replies = slack.conversations_replies(channel=channel.id, ts=root)["messages"]
        assert [message["text"] for message in replies] == ["Page", "quiet", "loud"]
        assert replies[0]["reply_count"] == 2
        broadcast_of = [effect["broadcast"] for effect in sandbox.journal.effects(kind=Did.REPLY_POSTED)]
        assert broadcast_of == [False, True]

    def test_nobody_replies_to_a_reply(self, slack: WebClient, channel: Channel, clock: SteppedClock) -> None:
        root = slack.chat_postMessage(channel=channel.id, text="Page")["ts"]
        clock.elapse(SECOND)
        reply = slack.chat_postMessage(channel=channel.id, text="r", thread_ts=root)["ts"]
        error_ = error(slack.chat_postMessage, channel=channel.id, text="x", thread_ts=reply)
        assert error_ == "cannot_reply_to_message"


class TestReadingBack:
    def test_what_metadata_says_is_told_only_to_those_who_ask_for_all(self, slack: WebClient, channel: Channel) -> None:
        ts = slack.chat_postMessage(channel=channel.id, text="Page", metadata=PAGE)["ts"]
        for read, more in ((slack.conversations_history, {}), (slack.conversations_replies, {"ts": ts})):
            short = read(channel=channel.id, **more)["messages"][0]
            whole = read(channel=channel.id, include_all_metadata=True, **more)["messages"][0]
            assert short["metadata"] == {"event_type": "slabot_page"}
            assert whole["metadata"] == PAGE

    def test_history_is_bounded_by_instants(self, slack: WebClient, channel: Channel, clock: SteppedClock) -> None:
        stamps = []
        for number in range(4):
            stamps.append(slack.chat_postMessage(channel=channel.id, text=str(number))["ts"])
            clock.elapse(SECOND)

        def texts(**query: Any) -> list[str]:
            found = slack.conversations_history(channel=channel.id, **query)["messages"]
            return [message["text"] for message in found]

        assert texts(oldest=stamps[1]) == ["3", "2"]
        assert texts(oldest=stamps[1], inclusive=True) == ["3", "2", "1"]
        assert texts(latest=stamps[2]) == ["1", "0"]
        assert texts(oldest=stamps[0].split(".")[0]) == (["3", "2", "1"])

    def test_history_pages_by_cursor(self, slack: WebClient, channel: Channel, clock: SteppedClock) -> None:
        for number in range(5):
            slack.chat_postMessage(channel=channel.id, text=str(number))
            clock.elapse(SECOND)
        texts = []
        for page in slack.conversations_history(channel=channel.id, limit=2):
            texts += [message["text"] for message in page["messages"]]
        assert texts == ["4", "3", "2", "1", "0"]

    def test_reading_needs_membership(self, slack: WebClient, sandbox: Sandbox) -> None:
        foreign = sandbox.slack.workspace.add_channel("foreign", joined=False)
        assert error(slack.conversations_history, channel=foreign.id) == "not_in_channel"
        assert error(slack.conversations_history, channel="C404") == "channel_not_found"
        assert slack.conversations_info(channel=foreign.id)["channel"]["is_member"] is False

    def test_a_permalink_names_channel_and_message(self, slack: WebClient, channel: Channel) -> None:
        ts = slack.chat_postMessage(channel=channel.id, text="x")["ts"]
        link = slack.chat_getPermalink(channel=channel.id, message_ts=ts)["permalink"]
        assert link.endswith(f"/archives/{channel.id}/p{ts.replace('.', '')}")
        assert error(slack.chat_getPermalink, channel=channel.id, message_ts="1.1") == "message_not_found"


class TestUpdating:
    def test_an_update_replaces_text_and_blocks_and_keeps_what_is_not_named(
        self, slack: WebClient, channel: Channel, sandbox: Sandbox
    ) -> None:
        posted = slack.chat_postMessage(channel=channel.id, text="before", blocks=[section("b")], metadata=PAGE)
        ts = posted["ts"]
        slack.chat_update(channel=channel.id, ts=ts, text="after")
        message = slack.conversations_history(channel=channel.id, include_all_metadata=True)["messages"][0]
        assert (message["text"], message["metadata"]) == ("after", PAGE)
        assert message["blocks"][0]["text"]["text"] == "b"
        assert "edited" in message
        (effect,) = sandbox.journal.effects(kind=Did.MESSAGE_UPDATED)
        assert (effect["before"], effect["text"], effect["ts"]) == ("before", "after", ts)

    def test_what_slack_refuses_is_refused(self, slack: WebClient, channel: Channel, sandbox: Sandbox) -> None:
        ts = slack.chat_postMessage(channel=channel.id, text="x")["ts"]
        update = slack.chat_update
        assert error(update, channel=channel.id, ts="1.1", text="x") == "message_not_found"
        assert error(update, channel="#support-escalations", ts=ts, text="x") == "channel_not_found"
        assert error(update, channel=channel.id, ts=ts, text="x" * 4001) == "msg_too_long"
        silent = {"channel": channel.id, "ts": ts}
        assert error(slack.api_call, api_method="chat.update", json=silent) == "no_text"
        user = sandbox.slack.workspace.add_user("mia@acme.example")["id"]
        theirs = say(sandbox.slack.workspace, channel, user, "mine")
        assert error(update, channel=channel.id, ts=theirs, text="x") == "cant_update_message"

    def test_a_message_can_be_deleted_and_reacted_to(
        self, slack: WebClient, channel: Channel, sandbox: Sandbox
    ) -> None:
        ts = slack.chat_postMessage(channel=channel.id, text="x")["ts"]
        slack.reactions_add(channel=channel.id, timestamp=ts, name="eyes")
        assert error(slack.reactions_add, channel=channel.id, timestamp=ts, name="eyes") == "already_reacted"
        slack.chat_delete(channel=channel.id, ts=ts)
        assert slack.conversations_history(channel=channel.id)["messages"] == []
        assert len(sandbox.journal.effects(kind=Did.MESSAGE_DELETED)) == 1


class TestAccess:
    def test_auth_test_tells_who_and_with_which_scopes(self, slack: WebClient, sandbox: Sandbox) -> None:
        answer = slack.auth_test()
        assert answer["user_id"] == sandbox.slack.workspace.bot["id"]
        assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")

    def test_wrong_and_missing_tokens_and_scopes_are_told(
        self, sandbox: Sandbox, slack: WebClient, channel: Channel
    ) -> None:
        def client(token: str | None) -> WebClient:
            return WebClient(token=token, base_url=sandbox.slack.api_url, retry_handlers=NO_RETRIES)

        assert error(client("xoxb-wrong").auth_test) == "invalid_auth"
        assert error(client(None).auth_test) == "not_authed"
        sandbox.slack.api.tokens.allow("xoxb-poor", ["users:read"])
        answer = refused(client("xoxb-poor").chat_postMessage, channel=channel.id, text="x").response
        assert (answer["error"], answer["needed"], answer["provided"]) == (
            "missing_scope",
            "chat:write",
            "users:read",
        )

    def test_an_unknown_method_is_named_with_what_is_offered(self, slack: WebClient) -> None:
        answer = refused(slack.api_call, api_method="chat.scheduleMessage").response
        assert answer["error"] == "unknown_method"
        assert "chat.postMessage" in answer["offered"]

    def test_tiers_count_a_minute_by_the_clock(self, slack: WebClient, sandbox: Sandbox, clock: SteppedClock) -> None:
        for _ in range(20):
            slack.conversations_list()
        assert error(slack.conversations_list) == "ratelimited"
        clock.elapse(timedelta(minutes=1))
        slack.conversations_list()

    def test_people_and_groups_are_found(self, slack: WebClient, sandbox: Sandbox) -> None:
        group = sandbox.slack.workspace.add_group("support", ["mia@acme.example", "ravi@acme.example"])
        user = slack.users_lookupByEmail(email="MIA@acme.example")["user"]
        assert user["tz"] == "Asia/Kolkata"
        assert slack.users_info(user=user["id"])["user"]["name"] == "mia"
        assert slack.usergroups_list()["usergroups"][0]["handle"] == "support"
        assert user["id"] in slack.usergroups_users_list(usergroup=group["id"])["users"]
        assert error(slack.users_lookupByEmail, email="no@acme.example") == "users_not_found"
        assert error(slack.usergroups_users_list, usergroup="S404") == "no_such_subteam"

    def test_channels_are_listed_with_membership(self, slack: WebClient, sandbox: Sandbox, channel: Channel) -> None:
        sandbox.slack.workspace.add_channel("old", archived=True)
        listed = slack.conversations_list(exclude_archived=True)["channels"]
        assert [(one["id"], one["is_member"]) for one in listed] == [(channel.id, True)]

    def test_the_journal_holds_no_token(self, slack: WebClient, sandbox: Sandbox, channel: Channel) -> None:
        slack.chat_postMessage(channel=channel.id, text="x")
        assert sandbox.slack.token not in "".join(sandbox.journal.lines())
