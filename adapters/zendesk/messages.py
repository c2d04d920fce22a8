"""What was said on this ticket, outside of chats?

Promise: every comment that the audits tell, voice comments too, becomes one message with Zendesk's own id, public as it
was sent, by whoever wrote it, as they stood to the ticket then. A redaction changes its words only. One that cannot be
read is a gap that says so.

Automatic replies are known by Zendesk's flag alone (4, or `machine_generated` in the system metadata); nothing is
guessed from subjects or words. Zendesk suspends most automatic mail before it becomes a comment at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.zendesk.actors import Authors
from adapters.zendesk.audits import A_SECOND, AUTOMATIC, NOT_IN_CONVERSATION, SEQ_STEP, Audit
from adapters.zendesk.channels import is_messaging
from adapters.zendesk.fields import Raw, ident, is_public, mapping, text
from adapters.zendesk.sides import Sides
from slabot.domain import Actor, Gap, Message

OPENING = "conversation with"  # how Zendesk begins its own line at the head of a messaging ticket
WITHOUT_ID = "Zendesk told of a comment that slabot cannot read"
WITHOUT_AUTHOR = "Zendesk told of a comment and not who wrote it"
WITHOUT_FLAG = "Zendesk told of a comment and not whether the customer could read it"


def is_comment(entry: Raw) -> bool:
    """True for `Comment`, `VoiceComment`, `FacebookComment` and their like."""
    return text(entry.get("type")).lower().endswith("comment")


def author_of(entry: Raw, audit: Raw) -> str | None:
    """The id of a comment's author: its own, or that of the audit where it names none."""
    return ident(entry.get("author_id")) or ident(audit.get("author_id"))


def read_messages(
    audits: Sequence[Audit], authors: Authors, sides: Sides, *, messaging: bool
) -> tuple[list[Message], list[Gap]]:
    """The comments of a ticket in their order. `messaging`: the ticket came by a messaging channel."""
    messages: list[Message] = []
    gaps: list[Gap] = []
    for audit in audits:
        for place, entry in enumerate(filter(is_comment, audit.entries)):
            own = ident(entry.get("id"))
            if own is None:
                gaps.append(Gap(audit.at, audit.at + A_SECOND, WITHOUT_ID))
                continue
            if author_of(entry, audit.raw) is None:
                gaps.append(Gap(audit.at, audit.at + A_SECOND, WITHOUT_AUTHOR))
            if is_public(entry) is None:
                gaps.append(Gap(audit.at, audit.at + A_SECOND, WITHOUT_FLAG))
            seq = audit.place * SEQ_STEP + min(place, SEQ_STEP - 1)
            messages.append(_message(own, entry, audit, authors, sides, seq, messaging=messaging))
    return messages, gaps


def _message(
    own: str, entry: Raw, audit: Audit, authors: Authors, sides: Sides, seq: int, *, messaging: bool
) -> Message:
    author, via = author_of(entry, audit.raw), audit.via_of(entry)
    by, by_id = authors.actor(
        author,
        via,
        marked=audit.is_ours,
        sides=sides.around(audit),
        stranger=str(NOT_IN_CONVERSATION) in audit.flags,
    )
    said = _words(entry)
    if (audit.is_merge and by is not Actor.SLABOT) or (messaging and _is_opening(entry, audit, via, said)):
        by = Actor.SYSTEM
    return Message(
        at=audit.at,
        by=by,
        by_id=by_id,
        id=f"comment:{own}",
        seq=seq,
        public=is_public(entry) is True,
        text=said,
        auto_reply=_is_auto_reply(audit),
        email=authors.email(by_id),
        organization=authors.organization(by_id),
        light_agent=authors.is_light(by_id),
        author_known=author is not None and by_id not in authors.unknown,
    )


def _words(entry: Raw) -> str:
    """The comment in plain text; for a call, its transcript where there is one."""
    spoken = text(mapping(entry.get("data")).get("transcription_text"))
    return text(entry.get("body")) or text(entry.get("plain_body")) or spoken


def _is_opening(entry: Raw, audit: Audit, via: object, said: str) -> bool:
    """True for the helpdesk's own line at the head of a conversation; what was said in it stands in the chat events."""
    channel = text(mapping(via).get("channel"))
    if not audit.is_creation or (channel and not is_messaging(channel)):
        return False
    return is_public(entry) is not True or said.strip().lower().startswith(OPENING)


def _is_auto_reply(audit: Audit) -> bool:
    system = mapping(mapping(audit.raw.get("metadata")).get("system"))
    return system.get("machine_generated") is True or str(AUTOMATIC) in audit.flags
