from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from slabot.channels.errors import SlackPermanent, TokenError
from slabot.channels.slack.sender import SlackSender
from slabot.channels.slack.setup_check import SCOPES, check_slack, check_sockets
from slabot.channels.slack.sockets import SocketAddresses
from slabot.clock import SteppedClock
from slabot.domain import Finding, Level
from tests.unit.channels.slack.slack_stub import SCOPES as ALL
from tests.unit.channels.slack.slack_stub import SlackStub

ME = {"ok": True, "team": "Acme", "user_id": "U0BOT", "bot_id": "B0BOT"}
PAGES = {"id": "C0PAGES", "name": "pages", "is_member": True}


def ready(slack: SlackStub, *channels: dict[str, Any], scopes: str = ALL) -> None:
    slack.answer("auth.test", ME, headers={"X-OAuth-Scopes": scopes})
    slack.answer("conversations.list", {"ok": True, "channels": list(channels)})


def wrong(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.level is not Level.RIGHT]


def test_a_workspace_that_is_ready_has_no_complaint(slack: SlackStub, sender: SlackSender) -> None:
    ready(slack, PAGES)
    findings = check_slack(sender, ["#pages"])
    assert wrong(findings) == []
    assert [str(finding) for finding in findings] == [
        "Slack knows the token: it is slabot's in the workspace Acme.",
        "The token has all scopes that slabot uses.",
        "slabot is in the channel #pages.",
    ]


def test_nothing_is_posted_to_find_out(slack: SlackStub, sender: SlackSender) -> None:
    ready(slack, PAGES)
    check_slack(sender, ["#pages"])
    assert {asked.method for asked in slack.asked} == {"auth.test", "conversations.list"}


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_token_that_is_not_good_is_said_with_its_remedy(slack: SlackStub, sender: SlackSender, code: str) -> None:
    slack.refuse("auth.test", code)
    (finding,) = check_slack(sender, ["#pages"])
    assert finding.level is Level.WRONG
    assert code in finding.words
    assert "slack.token_env" in finding.remedy


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)
def test_every_missing_scope_is_named_with_what_does_not_work(
    slack: SlackStub, sender: SlackSender, scope: Any
) -> None:
    ready(slack, PAGES, scopes=", ".join(name for name in ALL.split(",") if name != scope.name))
    (finding,) = wrong(check_slack(sender, ["#pages"]))
    assert finding.level is scope.level
    assert scope.name in finding.words
    assert scope.without in finding.words
    assert "install the app again" in finding.remedy


def test_scopes_that_slack_does_not_tell_are_said_to_be_unknown(slack: SlackStub, sender: SlackSender) -> None:
    slack.answer("auth.test", ME)
    slack.answer("conversations.list", {"ok": True, "channels": [PAGES]})
    (finding,) = wrong(check_slack(sender, ["#pages"]))
    assert finding.level is Level.UNKNOWN


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ({**PAGES, "is_member": False}, "slabot is not in the channel #pages"),
        ({**PAGES, "is_archived": True}, "The channel #pages is archived"),
        ({**PAGES, "name": "other"}, "The channel #pages cannot be used: #pages: the channel does not exist"),
    ],
)
def test_a_channel_that_cannot_be_used_is_said_with_its_remedy(
    slack: SlackStub, sender: SlackSender, channel: dict[str, Any], words: str
) -> None:
    ready(slack, channel)
    (finding,) = wrong(check_slack(sender, ["#pages"]))
    assert finding.level is Level.WRONG
    assert finding.words.startswith(words)
    assert finding.remedy


def test_a_channel_given_by_its_id_is_asked_for_by_its_id(slack: SlackStub, sender: SlackSender) -> None:
    ready(slack)
    slack.answer("conversations.info", {"ok": True, "channel": PAGES})
    assert wrong(check_slack(sender, ["C0PAGES"])) == []


def test_everything_that_is_wrong_is_found_at_once(slack: SlackStub, sender: SlackSender) -> None:
    ready(slack, {**PAGES, "is_member": False}, scopes="chat:write,users:read,users:read.email,commands")
    assert len(wrong(check_slack(sender, ["#pages", "#other", "#pages"]))) == 6 + 2


def test_a_slack_that_cannot_be_reached_is_not_a_wrong_token(slack: SlackStub, sender: SlackSender) -> None:
    slack.answer("auth.test", drop=True)
    (finding,) = check_slack(sender, ["#pages"])
    assert finding.level is Level.UNKNOWN
    assert finding.words.startswith("Slack could not be asked")


def test_the_manifest_asks_for_these_scopes_and_no_others(checkout: Path) -> None:
    manifest = yaml.safe_load((checkout / "docs" / "slack-app-manifest.yaml").read_text(encoding="utf-8"))
    assert manifest["oauth_config"]["scopes"] == {"bot": [scope.name for scope in SCOPES]}
    assert manifest["settings"]["interactivity"]["request_url"].endswith("/slack/actions")
    assert manifest["settings"]["event_subscriptions"]["request_url"].endswith("/slack/events")
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == ["app_home_opened"]
    [command] = manifest["features"]["slash_commands"]
    assert command["command"] == "/sla"
    assert command["url"].endswith("/slack/commands")
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
    assert manifest["settings"]["token_rotation_enabled"] is False


def test_the_docs_give_each_scopes_reason(checkout: Path) -> None:
    page = (checkout / "docs" / "slack.md").read_text(encoding="utf-8")
    for scope in SCOPES:
        assert f"| `{scope.name}` | {scope.why} | {scope.without} |" in page


def test_the_app_level_token_is_checked_without_connecting(slack: SlackStub, clock: SteppedClock) -> None:
    addresses = SocketAddresses("xapp-1-A-secret", clock, base_url=slack.url)
    slack.answer("apps.connections.open", {"ok": True, "url": "wss://wss-primary.slack.example/link/?ticket=t"})
    assert check_sockets(addresses).level is Level.RIGHT
    assert slack.asked[0].token == "Bearer xapp-1-A-secret"


@pytest.mark.parametrize("code", ["invalid_auth", "missing_scope", "not_allowed_token_type"])
def test_an_app_level_token_that_is_not_good_is_said_with_its_remedy(
    slack: SlackStub, clock: SteppedClock, code: str
) -> None:
    slack.refuse("apps.connections.open", code)
    finding = check_sockets(SocketAddresses("xapp-1-A-secret", clock, base_url=slack.url))
    assert finding.level is Level.WRONG
    assert code in finding.words
    assert "slack.app_token_env" in finding.remedy
    assert "secret" not in str(finding)


@pytest.mark.parametrize(
    "address",
    ["ws://evil.example/link", "http://127.0.0.1/", "wss:///", "ws://127.0.0.1.evil.example/", "", 3, None],
)
def test_slabot_connects_to_no_address_that_is_not_encrypted(
    slack: SlackStub, clock: SteppedClock, address: object
) -> None:
    slack.answer("apps.connections.open", {"ok": True, "url": address})
    with pytest.raises(SlackPermanent, match="odd_address"):
        SocketAddresses("xapp-1-A-secret", clock, base_url=slack.url).new()


def test_a_stand_in_on_this_machine_may_leave_out_the_encryption(slack: SlackStub, clock: SteppedClock) -> None:
    slack.answer("apps.connections.open", {"ok": True, "url": "ws://127.0.0.1:9/link"})
    assert SocketAddresses("xapp-1-A", clock, base_url=slack.url).new() == "ws://127.0.0.1:9/link"


@pytest.mark.parametrize("token", ["", "xoxb-1", "xapp 1", "xapp-1\nx"])
def test_another_kind_of_token_is_refused_and_not_shown(clock: SteppedClock, token: str) -> None:
    with pytest.raises(TokenError) as caught:
        SocketAddresses(token, clock)
    assert "app-level token" in str(caught.value)
    assert not token or token not in str(caught.value)
    assert "xapp-1" not in repr(SocketAddresses("xapp-1", clock))
