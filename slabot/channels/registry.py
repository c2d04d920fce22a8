"""Which channels does a policy name?

Promise: a channel is opened for what the policy names and for nothing else. A further one is a folder and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slabot.channels.base import Channel
from slabot.channels.email.channel import EmailChannel
from slabot.channels.pagerduty.channel import PagerDutyChannel
from slabot.channels.slack.channel import SlackChannel
from slabot.channels.webhook.channel import WebhookChannel
from slabot.clock import Clock
from slabot.paging import SettingError, SlackSender
from slabot.paging.couriers import MailCourier, PagerDutyCourier, WebhookCourier, open_couriers
from slabot.paging.couriers.opening import Secret
from slabot.policy import Policy, Way

Named = Mapping[str, Mapping[str, str]]  # settings by the names under which the policy gives them
Open = Callable[[Named, Secret, Clock], Channel]

FURTHER: dict[str, Open] = {
    # "chat": open_chat,  for destinations such as chat:team, with its settings under channels.chat.team
}


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
    for word, named in policy.channels.items():
        if word not in FURTHER:
            known = f"it has {', '.join(FURTHER)}" if FURTHER else "it has none but Slack, mail, PagerDuty and webhooks"
            raise SettingError(f"channels.{word}: this slabot has no such channel; {known}. Take it out, or correct it")
        channels[Way(word)] = FURTHER[word](named, secret, clock)
    return channels
