"""What was said in the ticket's chats, and what of it does Zendesk not tell?

Promise: the lines of a chat are the union of all that its events tell, each a message by its author at its time; the
newest telling of a line wins (a redaction). While a chat is open nobody outside can see it: that is a gap, and so is
whatever in it cannot be read. A chat that is not told is never taken for silence.

Zendesk keeps chats out of the comments. `ChatStartedEvent` and a *Chat ended event* hold `value.chat_id` and
`value.history`; which of them holds the lines is not documented, so both are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adapters.zendesk.actors import Authors
from adapters.zendesk.audits import A_SECOND, Audit
from adapters.zendesk.chat_entries import ChatLine, Odd, read_line
from adapters.zendesk.fields import Raw, ident, mapping, text
from adapters.zendesk.messages import is_comment
from slabot.domain import Gap, Message

NOT_OVER = "the chat is not over yet, and Zendesk tells what was said in it only at its end"
NOT_TOLD = "Zendesk told that the chat ended, and not what was said in it"
ODD = "a line of the chat {}"
UNKNOWN_EVENT = "Zendesk told of a {} event that slabot cannot read"
BEFORE = timedelta(days=1)  # a chat may have begun before there was a ticket
AHEAD = timedelta(minutes=5)  # clocks differ
_ReadLine = Callable[[object, int], ChatLine | Odd | None]
_ABOUT_MESSAGES = ("chat", "message", "comment", "conversation")
_KNOWN_SILENT = ("redact", "privacy", "rating", "notification", "sideconversation")
_BEGINS, _ENDS = ("start", "open", "creat"), ("end", "clos", "finish")


def is_chat(entry: Raw) -> bool:
    """True for the start and the end of a chat, and for whatever else tells a chat's lines."""
    kind = _kind(entry)
    if not ("chat" in kind or "conversation" in kind) or any(word in kind for word in _KNOWN_SILENT):
        return False
    return "history" in mapping(entry.get("value")) or any(word in kind for word in (*_BEGINS, *_ENDS))


def actors(audits: Sequence[Raw]) -> Iterator[str]:
    """The ids of everybody who spoke in a chat, by audits as they came."""
    for audit in audits:
        listed = audit.get("events")
        for entry in listed if isinstance(listed, list) else ():
            history = mapping(mapping(entry).get("value")).get("history")
            for line in history if isinstance(history, list) else ():
                if (own := ident(mapping(line).get("actor_id"))) is not None and own.isdecimal():
                    yield own


def unknown_events(audits: Sequence[Audit]) -> Iterator[Gap]:
    """Gaps from events about messages of a kind that slabot does not know."""
    for audit in audits:
        for entry in audit.entries:
            kind = _kind(entry)
            known = is_comment(entry) or is_chat(entry) or any(word in kind for word in _KNOWN_SILENT)
            if not known and any(word in kind for word in _ABOUT_MESSAGES):
                yield Gap(audit.at, None, UNKNOWN_EVENT.format(text(entry.get("type"))))


@dataclass(slots=True)
class _Chat:
    """One chat, as far as it is told.

    Attributes:
        told: an event told a list of its lines that was not empty of words, or told it at the end.
        earlier: the gaps of before it was taken up again.
    """

    id: str
    since: datetime
    ended_at: datetime | None = None
    told: bool = False
    lines: dict[str, ChatLine] = field(default_factory=dict)
    odd: dict[Odd, None] = field(default_factory=dict)
    earlier: list[Gap] = field(default_factory=list)

    def begin_again(self, at: datetime) -> None:
        """It is taken up again after its end: what was not told until then stays untold."""
        self.earlier += self.gaps()[len(self.earlier) :]
        self.since, self.ended_at, self.told = at, None, False
        self.odd.clear()

    def take(self, history: object, read: _ReadLine, *, at_end: bool) -> None:
        if history is None:
            return
        if not isinstance(history, list):
            self.odd[Odd.SHAPE] = None
            return
        here: set[str] = set()
        for place, entry in enumerate(history):
            match read(entry, place):
                case ChatLine() as line:
                    key = f"{line.key}.{place}" if line.key in here else line.key  # one place told twice: both count
                    key = self._of_another_time(key, line)
                    here.add(key)
                    self.lines[key] = replace(line, key=key)
                    self.since = min(self.since, line.at)
                case Odd() as odd:
                    self.odd[odd] = None
        self.told = self.told or at_end or bool(self.lines)

    def _of_another_time(self, key: str, line: ChatLine) -> str:
        """The key, or one of its own for a line of another time: where the places are counted anew, both count."""
        former = self.lines.get(key)
        return key if former is None or former.at == line.at else f"{key}.at-{int(line.at.timestamp())}"

    def gaps(self) -> list[Gap]:
        if self.ended_at is None:
            return [*self.earlier, Gap(self.since, None, NOT_OVER)]
        until = max(self.ended_at, self.since + A_SECOND)
        if self.odd:
            return [*self.earlier, Gap(self.since, until, ODD.format(next(iter(self.odd)).value))]
        return self.earlier if self.told else [*self.earlier, Gap(self.since, until, NOT_TOLD)]


def read_chats(
    audits: Sequence[Audit], authors: Authors, created_at: datetime, *, seen_at: datetime, messaging: bool
) -> tuple[list[Message], list[Gap]]:
    """The messages of all chats, and the gaps. `messaging`: the ticket came by a messaging channel."""
    chats: dict[str, _Chat] = {}

    def read(entry: object, place: int) -> ChatLine | Odd | None:
        line = read_line(entry, place, authors)
        if not isinstance(line, ChatLine):
            return line
        if not created_at - BEFORE <= line.at <= seen_at + AHEAD:
            return Odd.IMPOSSIBLE
        return replace(line, at=max(line.at, created_at))  # where a ticket is made of a chat only at its end

    for audit in audits:
        for entry in filter(is_chat, audit.entries):
            _take(entry, audit, chats, read)
    if messaging and not chats:
        return [], [Gap(created_at, None, NOT_OVER)]
    messages = [_message(chat, line, authors) for chat in chats.values() for line in chat.lines.values()]
    return messages, [gap for chat in chats.values() for gap in chat.gaps()]


def _take(entry: Raw, audit: Audit, chats: dict[str, _Chat], read: _ReadLine) -> None:
    kind, value = _kind(entry), mapping(entry.get("value"))
    begins, ends = (any(word in kind for word in words) for words in (_BEGINS, _ENDS))
    own = ident(value.get("chat_id")) or ident(value.get("conversation_id"))
    if own is None and not begins:  # whichever is open
        own = next((each.id for each in reversed(chats.values()) if each.ended_at is None), None)
    own = own or f"of-audit-{audit.id}"
    chat = chats.setdefault(own, _Chat(own, audit.at))
    if begins and chat.ended_at is not None:
        chat.begin_again(audit.at)
    if ends:
        chat.ended_at = audit.at
    if not isinstance(entry.get("value"), dict):
        chat.odd[Odd.SHAPE] = None
    chat.take(value.get("history"), read, at_end=ends)


def _message(chat: _Chat, line: ChatLine, authors: Authors) -> Message:
    return Message(
        at=line.at,
        by=line.by,
        by_id=line.by_id,
        id=f"chat:{chat.id}:{line.key}",
        seq=max(line.index, 0),
        public=True,
        text=line.text,
        email=authors.email(line.by_id),
        organization=authors.organization(line.by_id),
        conversation=chat.id,
    )


def _kind(entry: Raw) -> str:
    return text(entry.get("type")).lower().replace(" ", "").replace("_", "")
