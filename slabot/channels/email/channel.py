"""How are mails one channel among others?

Promise: as `slabot.channels.base` has it.
"""

from __future__ import annotations

from slabot.channels.couriered import MessageChannel


class EmailChannel(MessageChannel):
    """Pages by e-mail; an address is the place to send to."""
