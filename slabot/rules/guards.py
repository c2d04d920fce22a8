"""What keeps slabot from writing to a ticket?

Promise: a write is planned only where the rule is on, the ticket is a living request that nobody exempted, its
history could be read, and the wait or solve began after slabot did. Whatever stands in the way is said, never
passed over in silence. Exemptions from one act alone are weighed where that act is planned.
"""

from __future__ import annotations

from datetime import datetime

from slabot.domain import Severity
from slabot.policy import ExemptTickets, Mode
from slabot.rules.automatic import held_by_words
from slabot.rules.case import Case
from slabot.rules.clocks import is_request
from slabot.rules.decision import Kind
from slabot.rules.words import when


def obstacle(case: Case, kind: Kind, mode: Mode, severity: Severity, since: datetime | None) -> str | None:
    """Why nothing may be written, in words; None where nothing stands in the way.

    Args:
        case: the ticket.
        kind: of the act.
        mode: the rule's mode.
        severity: in force; severities can be exempt.
        since: when the wait or the solve began, for ``start_from``; None where that does not matter.
    """
    ticket = case.ticket
    start_from = case.policy.start_from
    ended = case.ended
    if mode is Mode.OFF:
        return "the rule is off"
    if ended is not None:
        return f"the ticket is {ended.why}"
    if not is_request(case):
        return f'tickets by "{ticket.channel}" are no requests'
    gap = next((gap for gap in case.gaps if since is None or gap.until is None or gap.until >= since), None)
    if gap is not None:
        return f"{gap.why}, so nothing is written to it"
    if kind.follows_silence and (looks := held_by_words(case)) is not None:
        return looks
    if (exempt := exempted(case, case.policy.exempt, severity)) is not None:
        return exempt
    if since is not None and start_from is not None and since < start_from:
        return f"it began before slabot's start at {when(start_from, case.policy.display_zone)}"
    return None


def exempted(case: Case, exempt: ExemptTickets, severity: Severity) -> str | None:
    """Why these exemptions cover the ticket, in words that "from solving" may follow; None where they do not."""
    organization = case.organization
    exempt_tags = {tag.casefold() for tag in exempt.tags}
    tag = next((tag for tag in case.tags if tag.casefold() in exempt_tags), None)
    if tag is not None:
        return f'tickets tagged "{tag}" are exempt'
    if organization is not None and any(organization.casefold() == name.casefold() for name in exempt.organizations):
        return f'the organisation "{organization}" is exempt'
    if severity in exempt.severities:
        return f"{severity} tickets are exempt"
    return None
