"""Divide a text into sentences, and these into words with their places.

Promise: every word knows where it stands, so what is found can be quoted as it was written. Case, accents and the kind
of apostrophe make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,' \u00a0\u202f]\d{3})+(?![\d])|\d+)(?=$|\D)"
    r"|(?P<elided>(?:[ldnsjcmt]|qu|jusqu|lorsqu|puisqu)['’](?=\w))"
    r"|(?P<word>[^\W\d_][^\W_]*(?:['’][^\W\d_]+)*)"
    r"|(?P<sign>(?<!\w)['‘](?=\w)|(?<=[\w.!?])['’](?!\w)|[.!?…]+(?=\s|$|[\"”»)])|[?¿¡…。！？、]|[,;:()\[\]\"“”„«»—–\n]|\s-\s)",
    re.IGNORECASE,
)
_ENDS = frozenset(".!?…\n。！？")
_QUOTES = {"'": "'", "‘": "’", '"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "”": "”"}
_CLAUSE_SIGNS = frozenset(",;:()[]—–-、")
_PLAIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d"})
SHORT_LINE = 60  # characters; after a shorter one a line break ends a sentence, a longer one was wrapped
LONGEST_SENTENCE = 120  # words; what is put together within a sentence takes time with their square
LONGEST_QUOTED = 14  # words; more than that between two quotation marks is no name


class Token(NamedTuple):
    """A word, a number or a sign.

    Attributes:
        form: in small letters without accents; what phrases are compared with.
        quoted: True between quotation marks: a name, a title, or what somebody else says.
        number: its value, for a number.
        clause: counts the clauses of the sentence that were begun by a sign.
    """

    form: str
    start: int
    end: int
    quoted: bool = False
    number: int | None = None
    clause: int = 0


class Sentence(NamedTuple):
    """A sentence.

    Attributes:
        tokens: its words and numbers, without signs.
        asks: True if it ends in a question mark.
        start, end: its place in the text.
    """

    tokens: tuple[Token, ...]
    asks: bool
    start: int
    end: int


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """A word in small letters, without accents, with the apostrophe of keyboards."""
    word = word.replace("’", "'").casefold()
    if word.isascii():
        return word
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return bare.translate(_PLAIN)


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text, in order; those without words are left out."""
    found: list[Sentence] = []
    tokens: list[Token] = []
    begin = line_begin = clause = 0
    closing = ""  # the mark that ends the present quotation
    opened = 0  # the place in `tokens` at which it began

    def end(at: int, *, asks: bool) -> None:
        nonlocal tokens, begin, clause, closing
        if tokens:
            found.append(Sentence(tuple(tokens), asks, begin, at))
        tokens, begin, clause, closing = [], at, 0, ""

    for match in _TOKEN.finditer(text):
        kind, written, start = match.lastgroup, match.group(), match.start()
        if kind == "sign":
            sign = written.strip(" ") or written
            if sign == "\n":
                ends_here = start - line_begin < SHORT_LINE or text[start + 1 : start + 2] in ("\n", "-", "*", "•")
                line_begin = start + 1
                if ends_here:
                    end(start, asks=False)
            elif sign[0] in _ENDS:
                end(match.end(), asks="?" in sign or "？" in sign)
            elif closing and sign in closing:
                if len(tokens) - opened <= LONGEST_QUOTED:
                    tokens[opened:] = [token._replace(quoted=True) for token in tokens[opened:]]
                closing = ""
            elif sign in _QUOTES:
                closing, opened = _QUOTES[sign], len(tokens)
            elif sign in _CLAUSE_SIGNS:
                clause += 1
            continue
        number = int(re.sub(r"\D", "", written)[:9]) if kind == "number" else None
        form = folded(written) if number is None else str(number)
        tokens.append(Token(form, start, match.end(), False, number, clause))
        if len(tokens) == LONGEST_SENTENCE:
            end(match.end(), asks=False)
    end(len(text), asks=False)
    return found
