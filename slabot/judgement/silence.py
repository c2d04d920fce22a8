"""Judge what a reply means: an automatic reply, thanks, a closing word, feedback, or nothing that can be told.

Promise: only what says nothing else is an automatic reply, thanks or a closing word; what is mixed is feedback. The
words on which it rests are quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from slabot.judgement.lexicon import document_of, shipped
from slabot.judgement.phrases import Phrases
from slabot.judgement.reader import find
from slabot.judgement.separation import separate
from slabot.judgement.tokens import Sentence, folded, sentences

REMEMBERED = 1024  # replies; each is looked at with every event of its ticket
NOTICES = 2  # phrases of notices, each of which people use as well, that make an automatic reply
NAMES = 2  # words beyond thanks and politeness that may be a name
SHARE = 3  # of the words of a longer thanks that may be others, at most one in so many
BARE = 3  # a sentence of which more than one word in so many is unknown says more than a bare "fixed"
LONG = 60  # words; a longer reply is no mere thanks
LONGEST_QUOTE = 200  # characters


class Reply(StrEnum):
    """What a reply means."""

    AUTO_REPLY = "auto_reply"
    THANKS_ONLY = "thanks_only"
    CLOSING_WORD = "closing_word"
    FEEDBACK = "feedback"
    UNCLEAR = "unclear"


class Meaning(NamedTuple):
    """What a reply means, and the words that say so.

    Attributes:
        quote: as it was written; empty where nothing in particular says so.
    """

    reply: Reply
    quote: str = ""


class _Sign(StrEnum):
    """What words of a reply show."""

    AUTOMATIC = "automatic"
    NOTICE = "notice"
    """Words of notices that people use as well; two of them, or one in a subject, make an automatic reply."""
    THANKS = "thanks"
    CLOSES = "closes"
    """Says that the ticket may be closed."""
    CLOSING = "closing"
    """Says that all is well, which another word may take back."""
    CONTENT = "content"
    CONTRADICTS = "contradicts"
    ANSWERS = "answers"
    POLITE = "polite"
    ACKNOWLEDGES = "acknowledges"


_STRONG = (_Sign.AUTOMATIC, _Sign.NOTICE, _Sign.CLOSES, _Sign.CLOSING, _Sign.THANKS)
_AGAINST = frozenset({_Sign.CONTRADICTS, _Sign.ANSWERS})


_NEED_NOTHING = (Reply.THANKS_ONLY, Reply.CLOSING_WORD)
_SHOWN = {
    Reply.AUTO_REPLY: frozenset({_Sign.AUTOMATIC, _Sign.NOTICE}),
    Reply.THANKS_ONLY: frozenset({_Sign.THANKS}),
    Reply.CLOSING_WORD: frozenset({_Sign.CLOSES, _Sign.CLOSING}),
}


class _Lexicon(NamedTuple):
    phrases: Phrases
    signs: tuple[_Sign, ...]
    languages: tuple[str, ...]
    parts: dict[_Sign, tuple[str, ...]]


@lru_cache(maxsize=REMEMBERED)
def meaning(text: str, subject: str = "") -> Meaning:
    """Judge a reply.

    Args:
        text: as it came, with whatever it quotes.
        subject: of the mail, where the helpdesk gives one.
    """
    separated = separate(text)
    new = "" if separated.not_own else separated.new
    parts = sentences(new)
    judged = [*map(_signs, parts)]
    told = [(signs, rest) for signs, rest, _ in judged]
    noticed = sum(notices for _, _, notices in judged) >= NOTICES
    words = sum(len(sentence.tokens) for sentence in parts)
    by_parts = _by_parts(new)
    found = frozenset(by_parts).union(*(signs for signs, _ in told), (_Sign.AUTOMATIC,) if noticed else ())
    asks = any(sentence.asks for sentence in parts)
    titled = _is_titled_automatic(subject)
    if _closes([signs for signs, _ in told]) and not asks and _Sign.AUTOMATIC not in found:
        reply = Reply.CLOSING_WORD
    else:
        reply = _reply(found, words, sum(rest for _, rest in told), asks=asks, titled=titled)
        if reply in _NEED_NOTHING and find("", (new,), shipped()).live:
            reply = Reply.FEEDBACK  # nobody says that it may be closed, and something is wrong
    shown = _SHOWN.get(reply, frozenset())
    for sentence, (signs, _) in zip(parts, told, strict=True):
        if signs & shown:
            return Meaning(reply, " ".join(new[sentence.start : sentence.end].split())[:LONGEST_QUOTE])
    return Meaning(reply, " ".join(new.split())[:LONGEST_QUOTE])


def _closes(told: Sequence[frozenset[_Sign]]) -> bool:
    """True if somebody says that the ticket may be closed, without a but, and nothing against it afterwards."""
    places = [place for place, signs in enumerate(told) if _Sign.CLOSES in signs and _Sign.CONTRADICTS not in signs]
    return bool(places) and not any(signs & _AGAINST for signs in told[places[-1] + 1 :])


def _reply(found: frozenset[_Sign], words: int, rest: int, *, asks: bool, titled: bool) -> Reply:
    automatic = titled or _Sign.AUTOMATIC in found
    if automatic:
        return Reply.FEEDBACK if asks or _Sign.ANSWERS in found else Reply.AUTO_REPLY
    if not words:
        return Reply.UNCLEAR
    if asks:
        return Reply.FEEDBACK if words > NAMES else Reply.UNCLEAR
    if _Sign.CLOSING in found and not found & _AGAINST:
        return Reply.CLOSING_WORD
    if found & {_Sign.CONTENT, _Sign.CLOSING, _Sign.CLOSES, *_AGAINST}:
        return Reply.FEEDBACK
    if _Sign.THANKS in found:
        return Reply.THANKS_ONLY if rest <= max(NAMES, words // SHARE) and words <= LONG else Reply.FEEDBACK
    return Reply.UNCLEAR if rest == 0 or words == 1 else Reply.FEEDBACK


def _is_titled_automatic(subject: str) -> bool:
    """True where the subject says that it is an automatic reply."""
    subject = subject[:LONGEST_QUOTE]
    signs = frozenset(_by_parts(subject)).union(*(_signs(sentence)[0] for sentence in sentences(subject)))
    return bool(signs & {_Sign.AUTOMATIC, _Sign.NOTICE})


@cache
def _lexicon() -> _Lexicon:
    document = document_of("replies")
    signs: list[_Sign] = []
    languages: list[str] = []
    phrases: list[tuple[int, str]] = []
    for name, entry in document["entries"].items():
        phrases.extend((len(signs), phrase) for phrase in entry["phrases"])
        signs.append(_Sign(entry["sign"]))
        languages.append(name.partition(".")[0])
    parts = {_Sign(sign): tuple(folded(part) for part in listed) for sign, listed in document["parts"].items()}
    return _Lexicon(Phrases(phrases, {}), tuple(signs), tuple(languages), parts)


def _signs(sentence: Sentence) -> tuple[frozenset[_Sign], int, int]:
    """What a sentence shows, by the language that knows most of its words.

    Returns:
        the signs, how many words it does not know, and how many phrases of notices stand in it.
    """
    lexicon = _lexicon()
    by_language: dict[str, dict[_Sign, set[int]]] = {}
    phrases = lexicon.phrases.find(sentence.tokens)
    for one in phrases:
        places = by_language.setdefault(lexicon.languages[one.entry], {})
        places.setdefault(lexicon.signs[one.entry], set()).update(one.words)
    if not by_language:
        return frozenset(), len(sentence.tokens), 0
    language, best = max(by_language.items(), key=lambda found: _known(found[1]))
    notices = end = 0
    for one in sorted(phrases, key=lambda one: one.end):
        is_notice = lexicon.signs[one.entry] is _Sign.NOTICE and lexicon.languages[one.entry] == language
        if is_notice and one.first >= end:
            notices, end = notices + 1, one.end
    strong = set[int]().union(*(best.get(sign, ()) for sign in _STRONG))
    shown = {sign for sign, places in best.items() if sign in _STRONG or places - strong}
    if any(token.number is not None for at, token in enumerate(sentence.tokens) if at not in strong):
        shown.add(_Sign.CONTENT)
    rest = len(sentence.tokens) - len(_known_places(best))
    if len(best.get(_Sign.CLOSING, ())) == 1 and rest * BARE > len(sentence.tokens):
        shown = shown - {_Sign.CLOSING} | {_Sign.CONTENT}  # "sorted" in a sentence about something else
    return frozenset(shown), rest, notices


def _known_places(places: dict[_Sign, set[int]]) -> set[int]:
    return set[int]().union(*places.values())


def _known(places: dict[_Sign, set[int]]) -> tuple[int, int]:
    strong = sum(len(places.get(sign, ())) for sign in _STRONG)
    return len(_known_places(places)), strong


def _by_parts(text: str) -> Sequence[_Sign]:
    """What a text shows in languages that are read without dividing it into words."""
    if text.isascii():
        return ()
    plain = folded(text)
    return [sign for sign, parts in _lexicon().parts.items() if any(part in plain for part in parts)]
