"""What stands at this place of the file?

Promise: lines are counted as the YAML reader counts them, and a line is shown with its secrets masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from slabot.policy.odd_signs import OddSign
from slabot.policy.paths import Path, words
from slabot.policy.problems import Problem, visible, window
from slabot.policy.secrets import mask_span, masked, masked_line

AROUND = 1_000  # characters of a line in which secrets are looked for, the place among them
LONGEST = 400  # characters of a message; it may quote the file
LARGEST = 1_000_000  # bytes of a policy file; the longest real one is a hundredth of it

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class SourceText:
    """The text of a file, by lines."""

    def __init__(self, text: str, file: str) -> None:
        """Take the text without a byte order mark."""
        self.file = file
        self.text = text.removeprefix("\ufeff")
        self._lines: list[str] | None = None
        self._left_out: dict[int, list[int]] = {}

    def raw_line(self, line: int) -> str:
        """The line of that number, from 1, as it stands; empty beyond the end."""
        return self.lines[line - 1] if 1 <= line <= len(self.lines) else ""

    @property
    def lines(self) -> list[str]:
        """All lines as they stand."""
        if self._lines is None:
            self._lines = _LINE_END.split(self.text)
        return self._lines

    def as_read(self, signs: Iterable[OddSign]) -> SourceText:
        """The same file, for places in a text without those of these signs that have no width."""
        source = SourceText(self.text, self.file)
        for sign in signs:
            if not sign.is_space:
                source._left_out.setdefault(sign.line, []).append(sign.column)
        return source

    def find(self, part: str, at: tuple[int, int]) -> tuple[int, int] | None:
        """Line and column of the first place from `at` on where a part of a line stands; None if it stands nowhere."""
        line, column = at
        for number, text in enumerate(self.lines[line - 1 :], start=line):
            if (index := text.find(part, column - 1 if number == line else 0)) >= 0:
                return number, index + 1
        return None

    def shown(self, text: str) -> str:
        """A text of the file as it may be shown: secrets masked, the middle of a long one left out."""
        return _short(masked(text[: 2 * LONGEST]))

    def problem(
        self,
        code: str,
        message: str,
        fix: str,
        *,
        at: tuple[int, int] = (0, 0),
        width: int = 1,
        path: Path = (),
        severity: Literal["error", "warning"] = "error",
        hide: bool = False,
    ) -> Problem:
        """A problem of this file at (line, column); `hide` masks what stands there, whatever it is."""
        line, column = at
        for left_out in self._left_out.get(line, ()):
            column += left_out <= column
        part, place = window(self.raw_line(line), column, AROUND)
        shown = masked_line(part)
        if hide:
            shown = mask_span(shown, place, width)
        shown, place = window(shown, place)
        return Problem(
            code=code,
            severity=severity,
            file=self.file,
            line=line,
            column=column,
            path=words(path),
            message=self.shown(message),
            fix=self.shown(fix),
            source_line=visible(shown),
            source_column=place,
            width=width,
        )

    def unreadable(self) -> Problem | None:
        """The first thing that stops the file from being read as text at all, or None."""
        if len(self.text) > LARGEST or len(self.text.encode("utf-8", "surrogatepass")) > LARGEST:
            return too_large(self.file)
        if found := _NOT_TEXT.search(self.text):
            before = _LINE_END.split(self.text[: found.start()])
            return self.problem(
                "not-text",
                f"the character U+{ord(found[0]):04X} is not part of a text",
                "delete it; most editors show it as a box or a dot",
                at=(len(before), len(before[-1]) + 1),
            )
        return None


def too_large(file: str) -> Problem:
    """The problem of a file over the limit."""
    return SourceText("", file).problem(
        "too-large",
        "this file is larger than 1 MB, so it is not read",
        "name the policy file; one is rarely over 20 KB",
    )


def decode(raw: bytes, file: str) -> SourceText | Problem:
    """The text of a file's bytes, which should be UTF-8."""
    if len(raw) > LARGEST:
        return too_large(file)
    try:
        return SourceText(raw.decode("utf-8"), file)
    except UnicodeDecodeError as error:
        before = _LINE_END.split(raw[: error.start].decode("utf-8").removeprefix("\ufeff"))
        shown = SourceText(raw.decode("utf-8", "replace"), file)
        wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        return shown.problem(
            "not-utf-8",
            "this file is UTF-16, not UTF-8" if wide else f"the byte 0x{raw[error.start]:02x} is not UTF-8",
            "save the file as UTF-8; editors ask for the encoding when saving",
            at=(0, 0) if wide else (len(before), len(before[-1]) + 1),
        )


def _short(text: str) -> str:
    text = visible(text.replace("\n", " "))
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 3 :]}"
