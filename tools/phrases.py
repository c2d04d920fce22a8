"""Which phrases of the lexicons serve how many texts?

Promise: each phrase is counted by itself. One that touches a single text of a set may have been made for it, and one
that touches none is there for texts that nobody has written yet.

    python tools/phrases.py labelled.jsonl …            phrases by how many texts they touch, the fewest first
    python tools/phrases.py --once labelled.jsonl …     those that touch one text alone
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from slabot.judgement.lexicon import SEVERITY_LANGUAGES, document_of
from slabot.judgement.phrases import Phrases
from slabot.judgement.separation import separate
from slabot.judgement.tokens import sentences


def phrases_of(language: str) -> tuple[list[tuple[str, str]], Phrases]:
    """Entry and phrase of each phrase of a language, and all of them as they are looked for."""
    document = document_of(language)
    named = [(name, phrase) for name, entry in document["entries"].items() for phrase in entry["phrases"]]
    return named, Phrases(((number, phrase) for number, (_, phrase) in enumerate(named)), document["sets"])


def texts_of(path: Path) -> Iterator[str]:
    """The texts of a labelled set, each with its subject."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield f"{row.get('subject', '')}\n\n{separate(row['text']).new}"


def touched(texts: Iterable[str]) -> Counter[tuple[str, str]]:
    """How many texts each phrase touches; phrases that touch none are counted with 0."""
    lexicons = [phrases_of(language) for language in SEVERITY_LANGUAGES]
    counts: Counter[tuple[str, str]] = Counter({phrase: 0 for named, _ in lexicons for phrase in named})
    for text in texts:
        for named, phrases in lexicons:
            found = {named[one.entry] for sentence in sentences(text) for one in phrases.find(sentence.tokens)}
            counts.update(found)
    return counts


def main() -> None:
    """Print the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--once", action="store_true", help="only phrases that touch one text alone")
    options = parser.parse_args()
    counts = touched(text for path in options.sets for text in texts_of(path))
    for (entry, phrase), count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        if not options.once or count == 1:
            print(f"{count:4}  {entry:20} {phrase}")
    for count in (0, 1, 2):
        print(f"{sum(found == count for found in counts.values())} phrases touch {count} texts", end="; ")
    print(f"{sum(found > 2 for found in counts.values())} touch more")


if __name__ == "__main__":
    main()
