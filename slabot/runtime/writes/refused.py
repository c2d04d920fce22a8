"""How does somebody hear that the helpdesk would not do what they asked for in Slack?

Promise: they alone are told, with the reason and what they can do instead; where Slack cannot tell them, the ledger
says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from slabot.paging import SlackError, click_words
from slabot.paging.markup import Mrkdwn
from slabot.runtime.parts import Parts
from slabot.runtime.writes.claims import ASSIGN, is_assignment
from slabot.runtime.writes.severity import SEVERITY, is_severity_choice
from slabot.store import LedgerEvent, OutboxRow, ledger, messages


@dataclass(frozen=True, slots=True)
class _Wisher:
    """Whoever asked for it, by then without an address for answers."""

    user_id: str
    channel: str
    response_url: str | None = None


def tell_refusal(parts: Parts, row: OutboxRow, why: str) -> None:
    """Tell whoever asked for this write that it came to nothing; silent for what no person asked for.

    Raises:
        StoreUnavailable: it could not be written down that they were not told.
    """
    sender, style = parts.sender, Mrkdwn(parts.policy.display_zone)
    if sender is None:
        return
    if is_severity_choice(row):
        wisher = _Wisher(str(row.body["by"]), str(row.body.get("channel") or _channel(parts, row)))
        text = click_words.severity_refused(str(row.body[SEVERITY]), why, style)
    elif is_assignment(row):
        wisher = _Wisher(str(row.body[ASSIGN]), _channel(parts, row))
        text = click_words.claim_refused(why, style)
    else:
        return
    try:
        sender.whisper(wisher, text)
    except SlackError as error:
        now, words = parts.now(), click_words.unanswered(wisher.user_id, text, str(error))
        parts.write(
            lambda conn: ledger.write(
                conn, now, LedgerEvent.PAGE_CLICK_UNANSWERED, words, row.helpdesk, row.ticket_id, row.key
            )
        )


def _channel(parts: Parts, row: OutboxRow) -> str:
    """Where the page is that it was asked for on."""
    posted = parts.store.read(lambda conn: messages.of_ticket(conn, row.helpdesk, row.ticket_id))
    about = (message.channel for message in posted if message.clock == row.body.get("clock"))
    return next(about, "")
