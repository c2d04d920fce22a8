"""Open the channels that a policy names.

A further channel is a folder and a line here (`FURTHER`); its destinations are written ``word:name``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slabot.channels.base import Channel
from slabot.channels.email import channel as email
from slabot.channels.errors import SettingError, TokenError
from slabot.channels.pagerduty import channel as pagerduty
from slabot.channels.settings import Secret
from slabot.channels.slack import channel as slack
from slabot.channels.webhook import channel as webhook
from slabot.clock import Clock
from slabot.policy import Policy, Way

Opener = Callable[[Policy, Secret, Clock], Channel | None]
"""Opens a channel; None where the policy names none, or its secret is missing. Raises SettingError or TokenError."""

OPENERS: Mapping[Way, Opener] = {
    Way.SLACK: slack.open_channel,
    Way.EMAIL: email.open_channel,
    Way.PAGERDUTY: pagerduty.open_channel,
    Way.WEBHOOK: webhook.open_channel,
}

Named = Mapping[str, Mapping[str, str]]
"""Settings, by the names under which the policy gives them."""

FURTHER: dict[str, Callable[[Named, Secret, Clock], Channel]] = {
    # "chat": open_chat,  for destinations such as chat:team, with its settings under channels.chat.team
}


def open_channels(
    policy: Policy, secret: Secret, clock: Clock
) -> tuple[Mapping[Way, Channel], list[SettingError | TokenError]]:
    """The channels of a policy, and why others could not be opened. One whose secret is missing is left out.

    Args:
        policy: as it was read.
        secret: gives the value of an environment variable, or "" and notes that the setting's variable is not set.
        clock: of the process.
    """
    channels: dict[Way, Channel] = {}
    problems: list[SettingError | TokenError] = []
    for way in (*OPENERS, *map(Way, policy.channels)):
        try:
            channel = OPENERS[way](policy, secret, clock) if way in OPENERS else _further(policy, way, secret, clock)
        except (SettingError, TokenError) as error:
            problems.append(error)
        else:
            channels |= {} if channel is None else {way: channel}
    return channels, problems


def _further(policy: Policy, word: str, secret: Secret, clock: Clock) -> Channel:
    if word not in FURTHER:
        known = f"it has {', '.join(FURTHER)}" if FURTHER else "it has none but Slack, mail, PagerDuty and webhooks"
        raise SettingError(f"channels.{word}: this slabot has no such channel; {known}", "Take it out, or correct it.")
    return FURTHER[word](policy.channels[word], secret, clock)
