"""Tickets and what happened to them: frozen values, no input or output."""

from importlib import import_module
from typing import TYPE_CHECKING

from slabot.domain.category import Actor, Category, Severity
from slabot.domain.errors import InstantError, SlabotError, TicketFileError
from slabot.domain.finding import Finding, Level
from slabot.domain.instant import SECOND, parse_instant, utc

if TYPE_CHECKING:
    from slabot.domain.declared import BreachReasonGiven, Excused, ExcuseWithdrawn, ReplyDeclared, ReplyIs
    from slabot.domain.event import Event
    from slabot.domain.events import (
        Acknowledged,
        AnyEvent,
        Approved,
        AssigneeChanged,
        BrandChanged,
        Claimed,
        Deleted,
        Escalated,
        FieldChanged,
        FormChanged,
        GroupChanged,
        LadderFrozen,
        MarkedSpam,
        Merged,
        Message,
        Noted,
        Nudged,
        OrganizationChanged,
        PageSent,
        ParticipantsChanged,
        PriorityChanged,
        PrivacyChanged,
        Rated,
        RequesterChanged,
        Restored,
        SeverityChanged,
        Snoozed,
        StatusChanged,
        TagsChanged,
        TermsFrozen,
        Unacknowledged,
        Would,
    )
    from slabot.domain.figures import Figure, Measure, OwnHours, OwnTarget
    from slabot.domain.model_answered import Indicated, ModelAnswered
    from slabot.domain.person import Person
    from slabot.domain.ticket import Gap, Ticket, TicketRecord
    from slabot.domain.ticket_file import read_tickets, write_ticket
    from slabot.domain.timeline import Timeline

__all__ = [
    "SECOND",
    "Acknowledged",
    "Actor",
    "AnyEvent",
    "Approved",
    "AssigneeChanged",
    "BrandChanged",
    "BreachReasonGiven",
    "Category",
    "Claimed",
    "Deleted",
    "Escalated",
    "Event",
    "ExcuseWithdrawn",
    "Excused",
    "FieldChanged",
    "Figure",
    "Finding",
    "FormChanged",
    "Gap",
    "GroupChanged",
    "Indicated",
    "InstantError",
    "LadderFrozen",
    "Level",
    "MarkedSpam",
    "Measure",
    "Merged",
    "Message",
    "ModelAnswered",
    "Noted",
    "Nudged",
    "OrganizationChanged",
    "OwnHours",
    "OwnTarget",
    "PageSent",
    "ParticipantsChanged",
    "Person",
    "PriorityChanged",
    "PrivacyChanged",
    "Rated",
    "ReplyDeclared",
    "ReplyIs",
    "RequesterChanged",
    "Restored",
    "Severity",
    "SeverityChanged",
    "SlabotError",
    "Snoozed",
    "StatusChanged",
    "TagsChanged",
    "TermsFrozen",
    "Ticket",
    "TicketFileError",
    "TicketRecord",
    "Timeline",
    "Unacknowledged",
    "Would",
    "parse_instant",
    "read_tickets",
    "utc",
    "write_ticket",
]

# What a ticket is made of is loaded when it is asked for. Whoever reads a policy file needs none of it, and making the
# classes of events is a tenth of `slabot check`.
_WHEN_ASKED_FOR = (
    *("event", "events", "declared", "figures", "model_answered", "person", "ticket", "ticket_file", "timeline"),
)


def __getattr__(name: str) -> object:
    """A name of the modules that are not loaded yet."""
    if name in __all__:
        for module in _WHEN_ASKED_FOR:
            loaded = import_module(f"{__name__}.{module}")
            if hasattr(loaded, name):
                found: object = getattr(loaded, name)
                globals()[name] = found  # asked for once
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
