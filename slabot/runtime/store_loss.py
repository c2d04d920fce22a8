"""Tell people that the store is gone, when there is no outbox to put an alert into.

Promise: it is in the log, and one alert goes to the first destination that takes it: the main one, then those of
``fallback``. Nothing of it needs the store. Where no channel takes it, people notice the silence of the heartbeat.
"""

from __future__ import annotations

from collections.abc import Iterator

import structlog

from slabot.channels.base import Dropped, Failed, Outcome, Sent, Unknown, Waits
from slabot.domain.sentences import sentence
from slabot.runtime.delivery.alerts import BEGINS
from slabot.runtime.delivery.texts import TextSender
from slabot.runtime.parts import Parts
from slabot.runtime.unexpected import log_unexpected
from slabot.store import OutboxRow, StoreReplaced
from slabot.store.work import Alert

log = structlog.get_logger("slabot.runtime")


class StoreLoss:
    """Sends the one alert that is written down nowhere."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._texts = parts, TextSender(parts)

    def tell(self, error: StoreReplaced) -> None:
        """Say what happened and what to do; never raises."""
        text = sentence(str(error))
        log.error("store.replaced", reason=text)
        for to in self._destinations():
            told = self._send(to, text)
            match told:
                case Sent() | Unknown() | Dropped():
                    return
                case Waits(why=why) | Failed(why=why):
                    log.error("store.replaced", reason=f"{to} could not be told: {why}")

    def _destinations(self) -> Iterator[str]:
        policy = self._parts.policy
        fallback = () if policy.fallback is None else policy.fallback.to
        yield from dict.fromkeys(filter(None, (policy.main_destination, *map(str, fallback))))

    def _send(self, to: str, text: str) -> Outcome:
        now = self._parts.now()
        row = OutboxRow(
            key=f"alert/store/{now:%Y%m%dT%H%M%S}",
            work=Alert("store", text),
            helpdesk="",
            ticket_id="",
            channel=to,
            urgency=now,
            not_before=now,
            created_at=now,
        )
        try:
            return self._texts.send(row, "About slabot itself", f"{BEGINS}{text}", repeat=False)
        except Exception as error:  # of one destination; the next may do
            return Failed(log_unexpected("store.alert_broke", error, self._parts.sweep_every))
