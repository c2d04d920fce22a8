"""Who can be told about a page, and how is that written?

Promise: a destination has one spelling, and its text is its identity: two that read the same are told once.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ValidationInfo

from slabot.domain.errors import SlabotError
from slabot.domain.suggestions import suggestion
from slabot.policy.scalars import one_or_many, refuse

FORMS = (
    '"#channel", user:maya@acme.example, group:@support-leads, assignee, rota:primary, email:team@acme.example, '
    "pagerduty:main or webhook:pager"
)

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{7,}")
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_GROUP = re.compile(r"@[\w.-]+|S[A-Z0-9]{2,}")
_EMAIL = re.compile(r"[^\s@,;:<>\"]+@[^\s@,;:<>\"]+")
_NAME = re.compile(r"[\w-]+")


class DestinationError(SlabotError):
    """A text that names nobody who can be told; the message says what would."""


class Way(str):
    """By which channel a message leaves: a name of `slabot.channels.registry`; these four are part of the policy."""

    __slots__ = ()

    SLACK: ClassVar[Way]
    EMAIL: ClassVar[Way]
    PAGERDUTY: ClassVar[Way]
    WEBHOOK: ClassVar[Way]


Way.SLACK, Way.EMAIL, Way.PAGERDUTY, Way.WEBHOOK = map(Way, ("slack", "email", "pagerduty", "webhook"))


class DestinationKind(StrEnum):
    """How somebody is named who is told."""

    CHANNEL = "channel"
    USER = "user"
    """A person in Slack, by e-mail address or id."""
    GROUP = "group"
    """A user group of Slack, by handle or id; mentioned in the channel."""
    ASSIGNEE = "assignee"
    """Whoever has the ticket in the helpdesk when the page leaves."""
    ROTA = "rota"
    """Whoever a rota names when the page leaves."""
    EMAIL = "email"
    PAGERDUTY = "pagerduty"
    WEBHOOK = "webhook"
    OTHER = "other"
    """A name under ``channels``, of a channel that the policy knows nothing else of."""

    @property
    def is_person(self) -> bool:
        """True where a direct message in Slack is meant."""
        return self in (DestinationKind.USER, DestinationKind.ASSIGNEE, DestinationKind.ROTA)


@dataclass(frozen=True, slots=True)
class Destination:
    """Somebody who is told.

    Attributes:
        name: ``#support``, an address, a handle, or a name of the file; empty for the assignee.
        word: of another channel, by which its destinations begin.
    """

    kind: DestinationKind
    name: str = ""
    word: str = ""

    @property
    def way(self) -> Way:
        """By which channel a page for it leaves."""
        match self.kind:
            case DestinationKind.EMAIL:
                return Way.EMAIL
            case DestinationKind.PAGERDUTY:
                return Way.PAGERDUTY
            case DestinationKind.WEBHOOK:
                return Way.WEBHOOK
            case DestinationKind.OTHER:
                return Way(self.word)
            case _:
                return Way.SLACK

    def __str__(self) -> str:
        """As the file writes it."""
        match self.kind:
            case DestinationKind.CHANNEL:
                return self.name
            case DestinationKind.ASSIGNEE:
                return self.kind.value
            case DestinationKind.OTHER:
                return f"{self.word}:{self.name}"
            case _:
                return f"{self.kind.value}:{self.name}"


_NAMED = {
    DestinationKind.USER: (re.compile(f"{_EMAIL.pattern}|{_SLACK_USER.pattern}"), "an e-mail address or a Slack id"),
    DestinationKind.GROUP: (_GROUP, "a handle such as @support-leads or an id such as S0614TZR7"),
    DestinationKind.ROTA: (_NAME, "a name under rotas"),
    DestinationKind.EMAIL: (_EMAIL, "an e-mail address"),
    DestinationKind.PAGERDUTY: (_NAME, "a name under pagerduty"),
    DestinationKind.WEBHOOK: (_NAME, "a name under outgoing_webhooks"),
}


def parse_destination(text: str, others: Collection[str] | None = None) -> Destination:
    """Read a destination.

    Args:
        text: as the file writes it.
        others: words of other channels; None to take any, as of a file that was checked before.

    Raises:
        DestinationError: it has none of the forms.
    """
    text = text.strip()
    if text.startswith("#") and len(text) > 1 and not any(sign.isspace() or sign == "," for sign in text):
        return Destination(DestinationKind.CHANNEL, text)
    if _CHANNEL_ID.fullmatch(text):
        return Destination(DestinationKind.CHANNEL, text)
    if text == DestinationKind.ASSIGNEE:
        return Destination(DestinationKind.ASSIGNEE)
    word, colon, name = text.partition(":")
    named = {kind.value: kind for kind in _NAMED}
    kind = named.get(word.strip()) if colon else None
    if kind is None and _is_other(word, name, others):
        return Destination(DestinationKind.OTHER, name, word)
    if kind is None:
        if _EMAIL.fullmatch(text):
            meant = f"user:{text} for a direct message, or email:{text} for a mail"
            raise DestinationError(f'"{text}" names nobody who can be told', f"write {meant}")
        near = "" if word in named else suggestion(word, named)
        raise DestinationError(f'"{text}" names nobody who can be told', f"write {FORMS}{near}")
    form, wanted = _NAMED[kind]
    name = name.strip()
    if not form.fullmatch(name):
        raise DestinationError(f'"{text}" names nobody who can be told', f"after {kind.value}: comes {wanted}")
    return Destination(kind, name)


def _is_other(word: str, name: str, others: Collection[str] | None) -> bool:
    known = _NAME.fullmatch(word) is not None if others is None else word in others
    return known and _NAME.fullmatch(name) is not None


def _destination(value: object, info: ValidationInfo) -> Destination:
    if isinstance(value, Destination):
        return value
    if isinstance(value, dict) and len(value) == 1:
        word, name = next(iter(value.items()))
        raise refuse(
            "bad-destination",
            "this is a mapping, and a destination is one text",
            f'write it without the space: "{word}:{name}"',
        )
    if not isinstance(value, str):
        raise refuse("bad-destination", f"{value!r} names nobody who can be told", f"write {FORMS}")
    try:
        return parse_destination(value, getattr(info.context, "channels", None))
    except DestinationError as error:
        raise refuse("bad-destination", error.why, error.remedy) from None


def _group(value: object) -> object:
    if not isinstance(value, str) or not _GROUP.fullmatch(value.strip()):
        raise refuse("bad-destination", f"{value!r} is no user group of Slack", 'write "@support-oncall" or S0614TZR7')
    return value.strip()


DestinationText = Annotated[Destination, BeforeValidator(_destination)]
Destinations = Annotated[tuple[DestinationText, ...], BeforeValidator(one_or_many)]
GroupText = Annotated[str, BeforeValidator(_group)]
