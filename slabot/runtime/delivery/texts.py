"""Send texts to people, about a ticket or about slabot itself.

Promise: they go by whatever channel the policy has, once; where a former attempt may have arrived it is looked for, and
where nobody can look, they are sent again and say so.
"""

from __future__ import annotations

from datetime import datetime

from slabot.channels.base import Failed, MessageRef, Outcome, Waits
from slabot.messages.message import Grid, TextMessage
from slabot.runtime.delivery.recipients import Nobody, Recipient, Recipients
from slabot.runtime.parts import Parts
from slabot.store import OutboxRow


class TextSender:
    """Sends texts."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._receivers = parts, Recipients(parts)

    def send(self, row: OutboxRow, subject: str, text: str, *, repeat: bool, grid: Grid | None = None) -> Outcome:
        """Send them, once."""
        to = self._receivers.address(row.to, None)
        if isinstance(to, Nobody):
            return Failed(f"{to.why}.")
        if not isinstance(to, Recipient):
            return to
        now = self._parts.now()
        return to.channel.deliver(
            TextMessage(key=row.key, subject=subject, text=text, at=now, repeat=repeat, grid=grid), to.text
        )

    def find(self, row: OutboxRow, *, since: datetime) -> MessageRef | Waits | Failed | None:
        """Look for a former attempt, not older than an instant; `Failed` where nobody can."""
        channel = self._parts.channels.get(row.to.way)
        if channel is None or not channel.can.find:
            return Failed("nobody can look for it there")
        return channel.find(row.key, row.to.name, since, None)

    def answers(self, row: OutboxRow) -> bool:
        """False while the other side is known not to answer."""
        channel = self._parts.channels.get(row.to.way)
        return channel is not None and channel.answers
