"""What keeps slabot from writing to a ticket?

Promise: a write is planned only where the rule is on, the ticket is a living request that nobody exempted, its
history could be read, and the wait or solve began after slabot did. Whatever stands in the way is said, never
passed over in silence.
"""

from __future__ import annotations

from datetime import datetime

from slabot.domain import Severity
from slabot.policy import Mode
from slabot.rules.case import Case
from slabot.rules.clocks import is_request
from slabot.rules.words import when


def obstacle(case: Case, mode: Mode, severity: Severity, since: datetime | None) -> str | None:
    """Why nothing may be written, in words; None where nothing stands in the way.

    Args:
        case: the ticket.
        mode: the rule's mode.
        severity: in force; severities can be exempt.
        since: when the wait or the solve began, for ``start_from``; None where that does not matter.
    """
    ticket, exempt = case.ticket, case.policy.exempt
    organization = None if ticket.requester is None else ticket.requester.organization
    start_from = case.policy.start_from
    ended = case.ended
    exempt_tags = {tag.casefold() for tag in exempt.tags}
    tag = next((tag for tag in case.tags if tag.casefold() in exempt_tags), None)
    if mode is Mode.OFF:
        return "the rule is off"
    if ended is not None:
        return f"the ticket is {ended.why}"
    if not is_request(case):
        return f'tickets by "{ticket.channel}" are no requests'
    if not ticket.history_complete:
        return "its messages could not be read, so nothing is written to it"
    if tag is not None:
        return f'tickets tagged "{tag}" are exempt'
    if organization is not None and any(organization.casefold() == name.casefold() for name in exempt.organizations):
        return f'the organisation "{organization}" is exempt'
    if severity in exempt.severities:
        return f"{severity} tickets are exempt"
    if since is not None and start_from is not None and since < start_from:
        return f"it began before slabot's start at {when(start_from, case.policy.display_zone)}"
    return None
