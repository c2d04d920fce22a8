"""Tell whoever asked for a write in Slack that the helpdesk refused it.

Promise: an ephemeral message gives the reason and what they can do instead; where Slack does not take it, the ledger
says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from slabot.channels.errors import SlackError
from slabot.channels.slack import click_texts
from slabot.channels.slack.mrkdwn import Mrkdwn
from slabot.policy import Way
from slabot.runtime.parts import Parts
from slabot.store import LedgerEvent, OutboxRow, ledger, messages
from slabot.store.work import Assign, ChooseSeverity


@dataclass(frozen=True, slots=True)
class _Person:
    """Whoever asked for it, by then without an address for answers."""

    user_id: str
    channel: str
    response_url: str | None = None


def tell_refusal(parts: Parts, row: OutboxRow, why: str) -> None:
    """Tell whoever asked for this write that it failed; does nothing for a write that no person asked for.

    Raises:
        StoreUnavailable: the ledger could not be written after the message failed.
    """
    sender, style = parts.sender, Mrkdwn(parts.policy.display_zone)
    if sender is None:
        return
    match row.work:
        case ChooseSeverity() as chosen:
            person = _Person(chosen.user_id, chosen.channel or _channel(parts, row, chosen.clock))
            text = click_texts.severity_refused(chosen.severity, why, style)
        case Assign(user_id, clock):
            person = _Person(user_id, _channel(parts, row, clock))
            text = click_texts.claim_refused(why, style)
        case _:
            return
    try:
        sender.post_ephemeral(person, text)
    except SlackError as error:
        now, unanswered = parts.now(), click_texts.unanswered(person.user_id, text, str(error))
        parts.write(
            lambda conn: ledger.write(
                conn, now, LedgerEvent.PAGE_CLICK_UNANSWERED, unanswered, row.helpdesk, row.ticket_id, row.key
            )
        )


def _channel(parts: Parts, row: OutboxRow, clock: str) -> str:
    """Where the page is that it was asked for on."""
    posted = parts.store.read(lambda conn: messages.of_ticket(conn, row.helpdesk, row.ticket_id))
    about = (each.address for each in posted if each.clock == clock and each.way == Way.SLACK)
    return next(about, "")
