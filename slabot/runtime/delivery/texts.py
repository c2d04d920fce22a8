"""How are plain words sent to people, about a ticket or about slabot itself?

Promise: they go by whatever channel the policy has, once; where a former attempt may have arrived it is looked for, and
where nobody can look, they are sent again and say so.
"""

from __future__ import annotations

from datetime import datetime

from slabot.channels.base import Failed, MessageRef, Outcome, Sent, Waits, outcome
from slabot.messages.message import TextMessage
from slabot.policy import Policy
from slabot.runtime.delivery.recipients import Nobody, Recipient, Recipients
from slabot.runtime.parts import Parts
from slabot.store import OutboxRow


def main_destination(policy: Policy) -> str | None:
    """Who is told what is for no certain destination, in the policy's words; None where the policy names nobody.

    Slack's channel, or else the first fallback, or else the first destination of the ladders that takes messages.
    """
    if policy.slack is not None:
        return policy.slack.channel
    if policy.fallback is not None:
        return str(policy.fallback.to[0])
    named = (to for ladder in policy.escalate for entry in ladder.rungs for to in entry.notify)
    return next(map(str, named), None)


class TextSender:
    """Sends plain words."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._receivers = parts, Recipients(parts)

    def send(self, row: OutboxRow, subject: str, text: str, *, repeat: bool) -> Outcome:
        """Send them, once."""
        channel = self._parts.channels.get(row.to.kind.way)
        if channel is None:
            return Failed(f"the policy names no way to {row.to}")
        address: list[Recipient | Nobody] = []

        def ask() -> Outcome:
            address.append(self._receivers.address(row.to, None))
            return Sent()

        asked = outcome(ask)
        if not isinstance(asked, Sent):
            return asked
        to = address[0]
        if isinstance(to, Nobody):
            return Failed(f"{to.why}.")
        now = self._parts.now()
        return channel.deliver(TextMessage(key=row.key, subject=subject, text=text, at=now, repeat=repeat), to.text)

    def find(self, row: OutboxRow, *, since: datetime) -> MessageRef | Waits | Failed | None:
        """Look for a former attempt, not older than an instant; `Failed` where nobody can."""
        channel = self._parts.channels.get(row.to.kind.way)
        if channel is None or not channel.can.find:
            return Failed("nobody can look for it there")
        return channel.find(row.key, row.to.name, since, None)

    def answers(self, row: OutboxRow) -> bool:
        """False while it is known that nobody answers there."""
        channel = self._parts.channels.get(row.to.kind.way)
        return channel is not None and channel.answers
