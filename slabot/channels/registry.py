"""Open the channels that a policy names.

A further channel is a folder and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slabot.channels.base import Channel
from slabot.channels.email import channel as email
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
