"""What was said on this ticket?

Promise: every comment, voice comments too, becomes one message with Zendesk's own id, public as it was sent, by
whoever wrote it.

Auto-replies: an answer of Zendesk's API holds no mail headers. `machine_generated` in the comment's system
metadata is taken as such where it stands; nothing is guessed from subjects or words. Zendesk suspends most
automatic mail before it becomes a comment at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adapters.zendesk.actors import Participants, marker_of
from adapters.zendesk.fields import Raw, ident, instant, mapping, own_id, text
from slabot.domain import Message


def read_messages(
    comments: Iterable[Raw], participants: Participants, marked_audits: frozenset[str] = frozenset()
) -> tuple[Message, ...]:
    """The messages of a ticket, oldest first as Zendesk lists them. `marked_audits` carry slabot's mark.

    Raises:
        Unreadable: a comment without id or time.
    """
    return tuple(_message(comment, participants, marked_audits, place) for place, comment in enumerate(comments, 1))


def _message(comment: Raw, participants: Participants, marked_audits: frozenset[str], place: int) -> Message:
    own = own_id(comment, "a comment")
    metadata = mapping(comment.get("metadata"))
    marked = marker_of(metadata) is not None or ident(comment.get("audit_id")) in marked_audits
    by, by_id = participants.actor(comment.get("author_id"), comment.get("via"), marked=marked)
    return Message(
        at=instant(comment, "created_at", f"comment {own}"),
        by=by,
        by_id=by_id,
        id=f"comment:{own}",
        seq=place,
        public=comment.get("public") is True,
        text=_words(comment),
        auto_reply=_is_auto_reply(metadata),
        email=participants.email(by_id),
    )


def _words(comment: Raw) -> str:
    """The comment in plain text; for a call, its transcript where there is one."""
    spoken = text(mapping(comment.get("data")).get("transcription_text"))
    return text(comment.get("body")) or text(comment.get("plain_body")) or spoken


def _is_auto_reply(metadata: Mapping[str, object]) -> bool:
    return mapping(metadata.get("system")).get("machine_generated") is True
