"""Which channels does a policy name?

Promise: a channel is opened for what the policy names and for nothing else. A further one is a folder and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping

from slabot.channels.base import Channel
from slabot.channels.email.channel import EmailChannel
from slabot.channels.pagerduty.channel import PagerDutyChannel
from slabot.channels.slack.channel import SlackChannel
from slabot.channels.webhook.channel import WebhookChannel
from slabot.clock import Clock
from slabot.paging import SlackSender
from slabot.paging.couriers import MailCourier, PagerDutyCourier, WebhookCourier, open_couriers
from slabot.paging.couriers.opening import Secret
from slabot.policy import Policy, Way


def open_channels(policy: Policy, sender: SlackSender | None, secret: Secret, clock: Clock) -> Mapping[Way, Channel]:
    """The channels of a policy; a part whose secret is missing is left out.

    Args:
        policy: as it was read.
        sender: to Slack, where the policy names it.
        secret: gives the value of an environment variable, or "" and notes that the setting's variable is not set.
        clock: of the process.

    Raises:
        SettingError: an address or login that cannot be used.
        TokenError: a secret that cannot be one.
    """
    channels: dict[Way, Channel] = {} if sender is None else {Way.SLACK: SlackChannel(sender)}
    for courier in open_couriers(policy, secret, clock).values():
        match courier:
            case MailCourier():
                channels[Way.EMAIL] = EmailChannel(courier)
            case PagerDutyCourier():
                channels[Way.PAGERDUTY] = PagerDutyChannel(courier)
            case WebhookCourier():
                channels[Way.WEBHOOK] = WebhookChannel(courier)
            case _:
                raise AssertionError(f"{courier!r} is no channel yet: add a line here")
    return channels
