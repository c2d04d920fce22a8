"""Which stories may a ticket have? Any: every kind of event, by anybody, at any time, many in the same second.

Promise: the stories lie around the instants of their settings (`tests.properties.story_settings`), and everything that
the policies there ask about changes in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from slabot.domain import (
    Acknowledged,
    Actor,
    AnyEvent,
    Approved,
    AssigneeChanged,
    BreachReasonGiven,
    Category,
    Claimed,
    Deleted,
    Escalated,
    Excused,
    ExcuseWithdrawn,
    FieldChanged,
    Gap,
    GroupChanged,
    LadderFrozen,
    MarkedSpam,
    Merged,
    Message,
    ModelAnswered,
    Noted,
    Nudged,
    OrganizationChanged,
    PageSent,
    ParticipantsChanged,
    Person,
    PriorityChanged,
    PrivacyChanged,
    Rated,
    ReplyDeclared,
    ReplyIs,
    RequesterChanged,
    Restored,
    SeverityChanged,
    Snoozed,
    StatusChanged,
    TagsChanged,
    Ticket,
    Timeline,
    Unacknowledged,
    Would,
)
from slabot.policy import Policy
from tests.properties.story_settings import FROZEN, SETTINGS, SEVERITIES, Setting

LASTS = 12 * 86_400  # seconds after the creation in which things happen
RUNGS = ("50% used", "30m before", "breach", "30m after", "2h after, then every 4h", "10% used", "of an older policy")
ENDING = ("1h after, then every 2h for 12h", "1h after, then every 8h for 2 days", "every working day for 4 days")
RUNGS_MORE = (*RUNGS, *ENDING, "escalated")
TOLD = (None, "channel", "#leads", "user:maya@acme.example", "rota:primary", "pagerduty:main")


@dataclass(frozen=True)
class FoundMessage:
    """A ticket, what happened to it in no order, and by which policy it is judged."""

    setting: Setting
    ticket: Ticket
    events: tuple[AnyEvent, ...]

    @property
    def policy(self) -> Policy:
        return self.setting.policy

    @property
    def timeline(self) -> Timeline:
        return Timeline.of(self.events)


UNDECIDED, LINES = "All users cannot log in.", "two\nlines\u2028and  more"
_ACTORS = st.sampled_from([Actor.CUSTOMER, Actor.CUSTOMER, Actor.AGENT, Actor.AGENT, *Actor])
_WORKING = st.sampled_from([Actor.AGENT, Actor.AGENT, *Actor])
_CLOCK = st.sampled_from([None, "first_response", "next_response", "resolution"])
_LABEL = st.sampled_from(["first_response", "resolution", "next_response#2"])
_REASON = st.sampled_from(["understaffed", "customer_unreachable", "of another file"])
_TEXT = st.sampled_from(
    ["", "thanks", "…", "Out of office until Monday", "production down", "no workaround", UNDECIDED, LINES]
)
_PRIORITY = st.sampled_from([None, "urgent", "high", "normal", "low", "blocker"])
_PEOPLE = st.sampled_from([None, "r1", "agent-7", "integrations@acme.example"])


def _moments() -> st.SearchStrategy[int]:
    # A few favourite moments make events share a second, or follow each other closely.
    favourites = st.sampled_from([0, 0, 1, 3_600, 3_601, 86_400, 2 * 86_400, 3 * 86_400, 3 * 86_400 + 1])
    return favourites | st.integers(0, LASTS)


def _keys(reference: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"{reference}/x/1", f"{reference}/x/2", f"{reference}/nudge/third_party_update"])


@st.composite
def _event(draw: st.DrawFn, created: datetime, reference: str, number: int) -> AnyEvent:
    at = created + timedelta(seconds=draw(_moments()))
    facts: dict[str, Any] = {"at": at, "by_id": draw(_PEOPLE)}
    if draw(st.booleans()):
        facts |= {"id": f"event-{number}", "seq": draw(st.integers(0, 2))}
    if draw(st.integers(0, 9)) == 0:
        facts["observed_at"] = at + timedelta(seconds=draw(st.integers(0, 7_200)))
    later = at + timedelta(seconds=draw(st.integers(-3_600, 86_400)))
    kind = draw(st.sampled_from(_KINDS))
    worked = facts | {"by": draw(_WORKING)}
    by_slabot = facts | {"by": Actor.SLABOT}
    if kind is Message:
        return Message(
            **facts,
            by=draw(_ACTORS),
            text=draw(_TEXT),
            public=draw(st.sampled_from([True, True, True, False])),
            auto_reply=draw(st.sampled_from([False, False, False, True])),
            organization=draw(st.sampled_from([None, None, "Customer Ltd"])),
            light_agent=draw(st.sampled_from([False, False, False, True])),
            conversation=draw(st.sampled_from([None, None, None, "chat-1"])),
        )
    if kind is StatusChanged:
        return StatusChanged(**worked, to=draw(st.sampled_from(Category)))
    if kind is PriorityChanged:
        return PriorityChanged(**facts, by=draw(_ACTORS), to=draw(_PRIORITY))
    if kind is SeverityChanged:
        return SeverityChanged(**worked, to=draw(st.sampled_from([*SEVERITIES, "blocker"])), reason=draw(_TEXT))
    if kind is PageSent:
        del facts["by_id"]
        return PageSent(
            **facts,
            clock=draw(st.sampled_from(["first_response", "resolution", "next_response#2"])),
            rung=draw(st.sampled_from(RUNGS_MORE)),
            severity=draw(st.sampled_from([None, *SEVERITIES])),
            repetition=draw(st.sampled_from([None, 0, 1, 2])),
            to=draw(st.sampled_from(TOLD)),
            asked_at=draw(st.sampled_from([None, None, at, at - timedelta(hours=1)])),
        )
    if kind is LadderFrozen:
        return LadderFrozen(
            **by_slabot,
            clock=draw(st.sampled_from(["first_response", "resolution", "next_response#2"])),
            plan=draw(st.sampled_from([*FROZEN, "{}", "of another slabot"])),
            policy_version=draw(st.sampled_from([None, 7])),
            agreement=draw(st.sampled_from([None, None, "new", "of another file"])),
        )
    if kind is Escalated:
        return Escalated(**worked, clock=draw(_CLOCK))
    other: list[AnyEvent] = [
        TagsChanged(**worked, to=draw(st.sampled_from([(), ("vip",), ("a", "slabot_hands_off")]))),
        AssigneeChanged(**worked, to=draw(_PEOPLE)),
        FieldChanged(**worked, name="plan", to=draw(st.sampled_from([None, "gold"]))),
        RequesterChanged(**worked, to=draw(_PEOPLE), email=draw(st.sampled_from([None, "ana@customer.example"]))),
        ParticipantsChanged(
            **worked, to=draw(st.sampled_from([(), ("r1",), ("agent-7", "r2"), ("bob@acme.example",)]))
        ),
        OrganizationChanged(**worked, to=draw(st.sampled_from([None, "Customer Ltd", "Exempt Ltd"]))),
        PrivacyChanged(**worked, of=f"event-{number - 1}", public=draw(st.booleans())),
        GroupChanged(**worked, to="Billing"),
        Rated(**facts, score=draw(st.sampled_from(["good", "bad"])), text=draw(_TEXT)),
        Merged(**worked, into=draw(st.sampled_from([None, "4700"]))),
        Deleted(**worked),
        Restored(**worked),
        MarkedSpam(**worked),
        Acknowledged(**worked, clock=draw(_CLOCK)),
        Unacknowledged(**worked, clock=draw(_CLOCK)),
        Claimed(**worked, clock=draw(_CLOCK)),
        Snoozed(**worked, until=later, clock=draw(_CLOCK)),
        BreachReasonGiven(**facts, clock=draw(_LABEL), reason=draw(_REASON), text=draw(_TEXT)),
        Excused(
            **facts,
            since=(since := at - timedelta(seconds=draw(st.integers(0, 86_400)))),
            until=since + timedelta(seconds=draw(st.integers(1, 2 * 86_400))),
            reason=draw(_REASON),
            proof=draw(_TEXT),
            clock=draw(_CLOCK),
        ),
        ExcuseWithdrawn(**facts, of=f"event-{draw(st.integers(0, number))}"),
        ReplyDeclared(**worked, of=f"event-{draw(st.integers(0, number))}", reply=draw(st.sampled_from(ReplyIs))),
        Approved(**worked, key=draw(_keys(reference))),
        Noted(**by_slabot, key=draw(_keys(reference))),
        Nudged(**by_slabot, key=draw(_keys(reference))),
        Would(**by_slabot, key=draw(_keys(reference))),
        ModelAnswered(**by_slabot, of=draw(_TEXT) or "a", texts=draw(st.integers(0, 3)), model="m"),
    ]
    return draw(st.sampled_from(other))


_KINDS = [
    Message,
    Message,
    Message,
    StatusChanged,
    StatusChanged,
    PriorityChanged,
    SeverityChanged,
    PageSent,
    Escalated,
    LadderFrozen,
    None,
    None,
]


def _gaps(created: datetime) -> list[tuple[Gap, ...]]:
    hour, day = created + timedelta(hours=1), created + timedelta(days=1)
    return [(Gap(hour, None, "a chat is open"),), (Gap(hour, day, "a chat cannot be read"), Gap(day, None, "another"))]


@st.composite
def told(draw: st.DrawFn, most: int = 10) -> FoundMessage:
    """Any story of up to so many events."""
    setting = draw(st.sampled_from(SETTINGS))
    created = setting.anchor + timedelta(seconds=draw(st.integers(-86_400, 2 * 86_400)))
    organization = draw(st.sampled_from([None, "Customer Ltd", "Exempt Ltd"]))
    ticket = Ticket(
        helpdesk="acme",
        id="4711",
        created_at=created,
        subject=draw(st.sampled_from(["Question", "How to start", "Total outage"])),
        channel=draw(st.sampled_from([None, "email", "email", "sample_ticket"])),
        priority=draw(_PRIORITY),
        status=draw(st.sampled_from([Category.OPEN, Category.OPEN, *Category])),
        requester=draw(st.sampled_from([None, Person("r1", "ana@customer.example", organization)])),
        tags=draw(st.sampled_from([(), (), ("vip",)])),
        history_complete=draw(st.sampled_from([True, True, True, False])),
        written_by=draw(st.sampled_from([None, None, "agent-7"])),
        gaps=draw(st.sampled_from([(), (), *_gaps(created)])),
    )
    count = draw(st.integers(0, most))
    events = [draw(_event(created, ticket.reference, number)) for number in range(count)]
    return FoundMessage(setting, ticket, tuple(events))


def moments_of(story: FoundMessage) -> st.SearchStrategy[datetime]:
    """Instants around a story, those of its events among them."""
    created = story.ticket.created_at
    own = [event.at for event in story.events] or [created]
    near = st.sampled_from(own).flatmap(
        lambda at: st.sampled_from([at, at - timedelta(seconds=1), at + timedelta(hours=2)])
    )
    return near | st.integers(-60, LASTS + 20 * 86_400).map(lambda seconds: created + timedelta(seconds=seconds))
