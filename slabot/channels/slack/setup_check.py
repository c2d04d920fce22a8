"""Is Slack set up so that pages will arrive?

Promise: every problem is found at once, each with its remedy; nothing is posted to find out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slabot.channels.errors import SlackError, SlackPermanent
from slabot.channels.slack.conversations import Conversation, Identity
from slabot.channels.slack.sender import SlackSender
from slabot.channels.slack.sockets import REMEDY, SocketAddresses
from slabot.domain import Finding, Level


@dataclass(frozen=True, slots=True)
class OAuthScope:
    """A permission that the app asks for.

    Attributes:
        why: what it is for; the docs and the manifest say the same.
        without: what does not work without it.
        level: how much that matters.
    """

    name: str
    why: str
    without: str
    level: Level


SCOPES = (
    OAuthScope("chat:write", "to post pages and bring them up to date", "no page can be sent", Level.WRONG),
    OAuthScope(
        "channels:read",
        "to find a public channel by its name and see whether slabot is a member",
        "a public channel cannot be found by its name",
        Level.WRONG,
    ),
    OAuthScope(
        "channels:history",
        "to look for a page after a broken connection, so that it is not sent twice",
        "a page whose fate is unknown cannot be looked for and is sent again, marked as a repeat",
        Level.WRONG,
    ),
    OAuthScope("groups:read", "as channels:read, for private channels", "private channels are not seen", Level.NOTICE),
    OAuthScope(
        "groups:history",
        "as channels:history, for private channels",
        "in a private channel a page whose fate is unknown is sent again, marked as a repeat",
        Level.NOTICE,
    ),
    OAuthScope(
        "users:read", "users:read.email needs it", "Claim assigns nothing, and nobody is known by address", Level.NOTICE
    ),
    OAuthScope(
        "users:read.email",
        "to know people by e-mail address: for Claim, `/sla mine`, direct messages and permissions",
        "Claim assigns nothing, and people whom the policy names by address get no direct message and may do nothing "
        "that is kept for certain people",
        Level.NOTICE,
    ),
    OAuthScope(
        "usergroups:read",
        "to mention the user groups that the policy names, and to see who is in them",
        "groups are not mentioned, a rota kept as a group names nobody, and what is kept for a group nobody may do",
        Level.NOTICE,
    ),
    OAuthScope("im:write", "to page one person in a direct message", "nobody gets a direct message", Level.NOTICE),
    OAuthScope("commands", "for the command `/sla`", "`/sla` does not exist", Level.NOTICE),
)
_ADD_SCOPE = "Add it under OAuth & Permissions in the app's settings, install the app again and restart slabot."


def check_slack(sender: SlackSender, channels: Iterable[str]) -> tuple[Finding, ...]:
    """Check the token, its scopes and the channels that pages go to. Raises nothing that Slack may cause."""
    try:
        identity = sender.whoami()
    except SlackError as error:
        return (_failed("Slack does not accept the token", error),)
    findings = [Finding(Level.RIGHT, f"Slack knows the token: it is slabot's in the workspace {identity.team}")]
    findings.extend(_scopes(identity))
    findings.extend(_channel(sender, channel) for channel in dict.fromkeys(channels))
    return tuple(findings)


def check_sockets(addresses: SocketAddresses) -> Finding:
    """Check the app-level token. Connects nowhere, and raises nothing that Slack may cause."""
    try:
        addresses.new()
    except SlackPermanent as error:
        text = f"Socket Mode does not work: {error.why} ({error.code})"
        return Finding(Level.WRONG, text, REMEDY)
    except SlackError as error:
        return _failed("Socket Mode", error)
    return Finding(Level.RIGHT, "Slack takes the app-level token: clicks and commands come over Socket Mode")


def _scopes(identity: Identity) -> list[Finding]:
    if identity.scopes is None:
        return [
            Finding(Level.UNKNOWN, "Slack does not say which scopes the token has", "Compare them with docs/slack.md.")
        ]
    missing = [scope for scope in SCOPES if scope.name not in identity.scopes]
    if not missing:
        return [Finding(Level.RIGHT, "The token has all scopes that slabot uses")]
    return [
        Finding(scope.level, f"The token lacks the scope {scope.name}: {scope.without}", _ADD_SCOPE)
        for scope in missing
    ]


def _channel(sender: SlackSender, channel: str) -> Finding:
    try:
        found = sender.channel(channel)
    except SlackError as error:
        return _failed(f"The channel {channel} cannot be used", error)
    name = f"#{found.name}" if found.name else found.id
    return _judged(found, name)


def _judged(found: Conversation, name: str) -> Finding:
    if found.archived:
        return Finding(
            Level.WRONG, f"The channel {name} is archived", "Unarchive it, or name another one in the policy."
        )
    if not found.member:
        return Finding(Level.WRONG, f"slabot is not in the channel {name}", f"Write there: /invite @slabot ({name}).")
    return Finding(Level.RIGHT, f"slabot is in the channel {name}")


def _failed(what: str, error: SlackError) -> Finding:
    if isinstance(error, SlackPermanent):
        return Finding(Level.WRONG, f"{what}: {error.why} ({error.code})", error.remedy)
    return Finding(
        Level.UNKNOWN,
        f"Slack could not be asked: {error}",
        "Check it again when Slack can be reached from this machine.",
    )
