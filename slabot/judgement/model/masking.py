"""Mask personal data in a text before it leaves.

Addresses, telephone numbers, links and long numbers are found by their form; names by what stands beside them (a
greeting, a title, "my name is") and by what the helpdesk says of the requester.

Promise: a place in the masked text leads back to the place in the original. Counts ("all 1,200 machines") and times of
day stay, since a severity rests on them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from slabot.judgement.personal_data import PersonalData

_SHOWN = {
    PersonalData.EMAIL: "[email]",
    PersonalData.LINKS: "[link]",
    PersonalData.PHONE: "[phone]",
    PersonalData.NUMBERS: "[number]",
    PersonalData.NAMES: "[name]",
}
SHORTEST_NAME = 3  # letters of a known name; "Al" stands in too many words
FEWEST_DIGITS = 7  # of a telephone number
LONG_NUMBER = 5  # digits

_EMAIL = re.compile(r"[\w.+%'-]{1,64}(?:@|\s?\[at\]\s?|\s?\(at\)\s?)[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]+")
_PHONE = re.compile(r"(?<![\w.,:/-])(?:\+\s?\d|00\d|\(?0\d|\(\d|\d)[\d \t().\-/]{5,24}\d(?!\w|:\d)")
_COUNT = re.compile(r"\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+(?!\d)")  # digits in groups of three: so many of something
# One run of letters, digits and the signs within identifiers; whether it is one is said by its digits.
_RUN = re.compile(r"(?<!\w)[^\W_](?:[\w.:/#-]{0,60}\w)?", re.ASCII)
_GROUPS = re.compile(r"(?<!\w)(?:[A-Z]{2}\d{2}(?: [A-Z0-9]{2,4}){3,8}|\d{4}(?:[ -]\d{4}){2,4})(?!\w)")
_HOST = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_CLOCK_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?::\d{2})?(?:h|am|pm)?")

_NAME = r"[A-ZÀ-ÖØ-ÞŠŽĆČĐŁŚŻ][\w'’-]*[a-zà-öø-ÿ][\w'’-]*"
_NAMES = rf"{_NAME}(?:[ \t]+(?:(?:van|von|de|del|della|der|den|di|da|le|la|el)[ \t]+){{0,2}}{_NAME}){{0,2}}"
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Herrn?|Frau|Monsieur|Madame|Mademoiselle|Mme|Mlle|Señora?|Señor|Sra|Sr"
    r"|Don|Doña|Signora?|Sig|Mevrouw|Meneer|Dhr|Mw|Pan|Pani)\.?"
)
_GREETING = (
    r"(?:Hi|Hello|Hey|Dear|Good (?:morning|afternoon|evening)|Hallo|Liebe[rs]?|Guten (?:Tag|Morgen|Abend)|Servus|Moin"
    r"|Sehr geehrte[rs]?|Bonjour|Bonsoir|Salut|Ch[eè]re?|Hola|Estimad[oa]|Querid[oa]|Buen(?:os|as) (?:d[ií]as|tardes)"
    r"|Ciao|Gentile|Caro|Cara|Beste|Geachte|Hej|Kære|Witam)"
)
_SELF = (
    r"(?:[Mm]y name is|[Mm]ein Name ist|[Ii]ch hei(?:ß|ss)e|[Jj]e m[’']appelle|[Mm]on nom est|[Mm]e llamo"
    r"|[Mm]i nombre es|[Mm]i chiamo|[Mm]ijn naam is)"
)
_ROLE = (
    r"(?:colleagues?|boss|manager|contact|patients?|customers?|users?|employees?|Kollege[n]?|Kollegin|Chef(?:in)?"
    r"|Mitarbeiter(?:in)?|Kund(?:en|in|e)|Nutzer(?:in)?|Patient(?:in|en)?|Ansprechpartner(?:in)?|collègue|responsable"
    r"|utilisateur|utilisatrice|cliente?|colega|compañer[oa]|jefe|jefa|usuari[oa])"
)
_CLOSING = (
    r"(?:regards|wishes|cheers|sincerely|thanks|thank you|thx|br|gr[uü](?:ß|ss)e?n?|gruss|gruß|danke|cordialement"
    r"|salutations|merci|saludos?|gracias|atentamente|saluti|grazie|groeten?|mvg|vg|lg)"
)
_ASIDE = (
    re.compile(rf"\b(?:{_TITLE}[ \t]+)+({_NAMES})"),
    re.compile(rf"^[ \t]*{_GREETING}[ \t]+(?:{_TITLE}[ \t]+)*({_NAMES})(?=[ \t]*(?:[,!:.–—-]|$))", re.MULTILINE),
    re.compile(rf"\b{_SELF}[ \t]+({_NAMES})"),
    re.compile(
        rf"\b(?:[Tt]his is|[Hh]ier (?:ist|spricht)|[Ii]ci|[Ss]oy)[ \t]+({_NAMES})(?=[ \t]*(?:,|from|of|vo[nm]|de|du))"
    ),
    re.compile(rf"\b(?i:{_ROLE})[ \t]+({_NAME}(?:[ \t]+{_NAME})?)"),
    re.compile(rf"(?i:{_CLOSING})[ \t]*[,.!]?[ \t]*(?:\r?\n[ \t]*){{1,2}}({_NAMES})[ \t]*$", re.MULTILINE),
)
_NO_NAME = frozenset(
    (
        *("team", "support", "all", "there", "everyone", "everybody", "folks", "sir", "madam", "colleagues"),
        *("service", "servicedesk", "helpdesk", "together", "alle", "zusammen", "damen", "herren", "kollegen"),
        *("tous", "toutes", "equipo", "equipe", "todos", "zendesk", "freshdesk", "slack", "outlook"),
    )
)


class _Span(NamedTuple):
    start: int
    end: int
    kind: PersonalData


class Masked(NamedTuple):
    """A text in which personal data is masked.

    Attributes:
        text: with a word in brackets for each.
        places: of each such word: where it begins and ends, and where that which it stands for does.
    """

    text: str
    places: tuple[tuple[int, int, int, int], ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of it stands in the original; what is masked in part is taken whole."""
        return self._back(start, last=False), self._back(end, last=True)

    def _back(self, at: int, *, last: bool) -> int:
        shift = 0
        for begin, end, first, behind in self.places:
            if at < begin or (at == begin and not last):
                break
            if at < end or (at == end and last):
                return first if not last or at == begin else behind
            shift = behind - end
        return at + shift


def mask(text: str, kinds: Collection[PersonalData], known: Iterable[str] = ()) -> Masked:
    """Mask a text.

    Args:
        text: as it was written.
        kinds: what is masked.
        known: names of people and organisations that may stand in it.
    """
    spans = [_Span(*span, kind) for kind in PersonalData if kind in kinds for span in _found(kind, text, known)]
    parts: list[str] = []
    places: list[tuple[int, int, int, int]] = []
    at = length = 0
    for span in _joined(spans):
        parts += (text[at : span.start], _SHOWN[span.kind])
        begin = length + span.start - at
        length = begin + len(_SHOWN[span.kind])
        places.append((begin, length, span.start, span.end))
        at = span.end
    return Masked("".join((*parts, text[at:])), tuple(places))


def _joined(spans: Iterable[_Span]) -> list[_Span]:
    """In order, those that overlap as one."""
    joined: list[_Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if joined and span.start < joined[-1].end:
            joined[-1] = joined[-1]._replace(end=max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _found(kind: PersonalData, text: str, known: Iterable[str]) -> Iterator[tuple[int, int]]:
    match kind:
        case PersonalData.EMAIL:
            yield from (match.span() for match in _EMAIL.finditer(text))
        case PersonalData.LINKS:
            yield from (match.span() for match in _LINK.finditer(text))
        case PersonalData.PHONE:
            for match in _PHONE.finditer(text):
                if _is_telephone(match[0]):
                    yield match.span()
        case PersonalData.NUMBERS:
            yield from (match.span() for match in _GROUPS.finditer(text))
            yield from (match.span() for match in _RUN.finditer(text) if _is_identifier(match[0]))
        case PersonalData.NAMES:
            yield from _names(text, known)


def _is_telephone(found: str) -> bool:
    """True for enough digits that are divided, or begin as numbers are dialled; no count, and no address of a host."""
    if _COUNT.fullmatch(found) is not None or _HOST.fullmatch(found) is not None:
        return False
    return sum(map(str.isdigit, found)) >= FEWEST_DIGITS and (found[0] in "+(0" or not found.isdigit())


def _is_identifier(run: str) -> bool:
    digits = sum(map(str.isdigit, run))
    if _COUNT.fullmatch(run) is not None or _CLOCK_TIME.fullmatch(run) is not None:
        return False
    if digits >= LONG_NUMBER:
        return True
    return digits >= 3 and len(run) >= 6 and not run[0].isdigit() and any(map(str.isalpha, run))


def _names(text: str, known: Iterable[str]) -> Iterator[tuple[int, int]]:
    wanted = sorted({name for each in known for name in _parts(each)}, key=len, reverse=True)
    if wanted:
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted))})(?!\w)", re.IGNORECASE)
        yield from (match.span() for match in pattern.finditer(text))
    for pattern in _ASIDE:
        for match in pattern.finditer(text):
            if not _NO_NAME & set(match[1].casefold().split()):
                yield match.span(1)


def _parts(name: str) -> Iterator[str]:
    """A name as a whole, and each word of it; of an address what stands before the @."""
    name = name.partition("@")[0]
    whole = " ".join(name.split())
    if len(whole) >= SHORTEST_NAME:
        yield whole
    yield from (part for part in re.split(r"[\W\d_]+", name) if len(part) > SHORTEST_NAME)
