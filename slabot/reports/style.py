"""Mark what is bold, faint or coloured, without a terminal's control codes.

Promise: nobody who writes a ticket can steer a terminal, not even its colours. A mark is one character of a private
plane of Unicode, drawn by lot in each process, so no text from outside holds one; all else that steers is replaced.
"""

from __future__ import annotations

import random
import re
import unicodedata

_CODES = {
    "end": "0",
    "bold": "1",
    "faint": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "magenta": "35",
    "cyan": "36",
}
_DRAWN = random.SystemRandom().sample(range(0xF0000, 0xFFFFE), len(_CODES))
_MARKS = dict(zip(_CODES, map(chr, _DRAWN), strict=True))
_PAINT = {mark: f"\x1b[{_CODES[name]}m" for name, mark in _MARKS.items()}

_REPLACED = "\N{REPLACEMENT CHARACTER}"
# What scripts and emoji are written with, though Unicode counts it among the format characters.
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
_ESCAPED_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def strong(text: str) -> str:
    """Bold where the terminal can."""
    return _marked(text, "bold")


def faint(text: str) -> str:
    """Dimmed where the terminal can."""
    return _marked(text, "faint")


def coloured(text: str, colour: str, *, bold: bool = False) -> str:
    """In red, green, yellow, magenta or cyan where the terminal can."""
    return _marked(text, colour, *(["bold"] if bold else []))


def painted(text: str) -> str:
    """The text for a terminal: marks become its codes, and nothing else in it steers."""
    return "".join(_PAINT.get(sign) or _clean(sign) for sign in _lines(text))


def plain(text: str) -> str:
    """The text for anything else: without marks, and without what would steer a terminal later."""
    return "".join("" if sign in _PAINT else _clean(sign) for sign in _lines(text))


def one_line(text: str) -> str:
    """Words from outside on one line, so that they cannot pose as lines of ours."""
    return " ".join(plain(text).split())


def harmless_json(text: str) -> str:
    """JSON in which the characters that steer a terminal are written as escapes; it means the same."""
    return _ESCAPED_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _marked(text: str, *names: str) -> str:
    return "".join(_MARKS[name] for name in names) + text + _MARKS["end"]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _clean(sign: str) -> str:
    if sign in "\n\t" or sign in _JOINERS:
        return sign
    return _REPLACED if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") else sign
