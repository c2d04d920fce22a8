#!/usr/bin/env python3
"""Measure what is masked before a language model is asked, on texts whose personal data is marked.

Usage: tools/masks.py [FILE]; a line is a text with {kind|words} around each piece. Prints for each kind how many pieces
are masked whole, and how many words beside them are masked that should not be.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from slabot.judgement.model import PersonalData, mask

OWN = Path(__file__).parent.parent / "tests" / "fixtures" / "judgement" / "personal.txt"
MARK = re.compile(r"\{(?P<kind>\w+)\|(?P<words>[^}]*)\}")


def main(path: Path) -> None:
    """Print the figures."""
    found, there, wrong = Counter[str](), Counter[str](), list[str]()
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for line in lines:
        text, spans = unmarked(line)
        masked = mask(text, tuple(PersonalData)).places
        for kind, start, end in spans:
            there[kind] += 1
            covered = all(any(a <= at < b for *_, a, b in masked) for at in range(start, end) if text[at].isalnum())
            found[kind] += covered
            if not covered:
                print(f"missed  {kind}: {text[start:end]}")
        wrong += [text[a:b] for *_, a, b in masked if not any(s < b and e > a for _, s, e in spans)]
    print(*(f"needless {words}" for words in wrong), sep="\n")
    for kind in sorted(there):
        print(f"{kind:8} {found[kind]} of {there[kind]}")
    print(f"needless {len(wrong)} in {len(lines)} texts")


def unmarked(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The text without its marks, and where each marked piece stands."""
    text, spans, at = "", list[tuple[str, int, int]](), 0
    for match in MARK.finditer(line):
        text += line[at : match.start()]
        spans.append((match["kind"], len(text), len(text) + len(match["words"])))
        text += match["words"]
        at = match.end()
    return text + line[at:], spans


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else OWN)
