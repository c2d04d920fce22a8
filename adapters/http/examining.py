"""What can be said of any helpdesk from the answer to one call?

Promise: findings in words with a remedy. Whatever the helpdesk does, looking at it raises nothing.
"""

from __future__ import annotations

import email.utils
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import requests

from adapters.errors import AdapterError, NotAllowed, ScopeTooNarrow
from slabot.domain import Finding, Level
from slabot.domain.sentences import sentence

SMALL_SKEW = timedelta(seconds=10)  # a Date header has whole seconds, and the answer was under way
LARGE_SKEW = timedelta(minutes=4)  # signatures of webhooks are good for five minutes


def ask(what: str, look: Callable[[], Iterable[Finding]], *, may_be_closed: str = "") -> list[Finding]:
    """What a look brings; a finding of its own where it cannot be had.

    Args:
        what: what is looked at, for the words: ``automations``.
        look: makes the calls.
        may_be_closed: what to say where the account may not see it; empty where it must.
    """
    try:
        return list(look())
    except ScopeTooNarrow as error:
        words = f"The {what} could not be looked at: {error.endpoint} is refused, for it needs the global scope "
        remedy = f"{error.remedy[:1].upper()}{error.remedy[1:]}."
        return [Finding(Level.WRONG, f'{words}"{error.scope}"', remedy)]
    except NotAllowed as error:
        if may_be_closed:
            return [Finding(Level.NOTICE, f"The {what} could not be looked at: {error.missing}", may_be_closed)]
        return [Finding(Level.WRONG, f"The {what} could not be looked at: {error.missing}", sentence(str(error)))]
    except AdapterError as error:
        return [Finding(Level.UNKNOWN, f"The {what} could not be looked at", sentence(str(error)))]


def works_tickets(who: str, tickets: str, *, guide: str) -> Finding:
    """Whether slabot's account is that of somebody who works tickets.

    Args:
        who: name and address of the account.
        tickets: what is assigned to it that speaks for that, in words: ``2 open tickets``; empty for nothing.
        guide: the page of the documentation that says how an agent of its own is made.
    """
    if not tickets:
        return Finding(Level.RIGHT, f"{who} has no open tickets, so the account seems to be slabot's alone")
    return Finding(
        Level.NOTICE,
        f"slabot acts as {who}, who has {tickets}. If that is a person who works tickets, what they do there by hand "
        "passes for slabot's own: their answers are no first response and stop no clock, so pages go on",
        f"Give slabot an agent of its own and sign in as that one: {guide}. If nobody else uses the account, slabot "
        "answered or solved these tickets and they came back; assign them to a person.",
    )


def clocks(response: requests.Response, now: datetime) -> Finding:
    """How far this machine's clock is from the helpdesk's."""
    try:
        told = email.utils.parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return Finding(
            Level.UNKNOWN, "The helpdesk does not say what time it is", "Check this machine's clock by hand."
        )
    skew = now - (told if told.tzinfo else told.replace(tzinfo=UTC))
    seconds = abs(int(skew.total_seconds()))
    side = "ahead of" if skew > timedelta(0) else "behind"
    if abs(skew) <= SMALL_SKEW:
        return Finding(Level.RIGHT, "This machine's clock and the helpdesk's agree")
    words = f"This machine's clock is {seconds} seconds {side} the helpdesk's"
    remedy = "Let the machine set its clock by the network (NTP)."
    if abs(skew) < LARGE_SKEW:
        return Finding(Level.NOTICE, f"{words}, so pages go out that much early or late", remedy)
    return Finding(Level.WRONG, f"{words}, so webhooks are refused and every deadline is off", remedy)
