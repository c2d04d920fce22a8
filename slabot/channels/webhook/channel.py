"""How are receivers of your own one channel among others?

Promise: as `slabot.channels.base` has it.
"""

from __future__ import annotations

from slabot.channels.couriered import MessageChannel


class WebhookChannel(MessageChannel):
    """Pages as signed JSON; the policy's name of a receiver is the place to send to."""
