"""What is wrong with a sentence, as far as that can be seen without understanding it?"""

from __future__ import annotations

import re

ENDS = (".", "?", "!", ":", "…", ".)", '."', ".”")
DOUBLED = re.compile(r"\b([A-Za-z]{2,}) \1\b", re.IGNORECASE)
FINE = ("had had", "that that")


def slips(text: str, *, whole: bool = True) -> list[str]:
    """What is wrong with a text; ``whole``: it is to end like a sentence."""
    said = re.sub(r"<[^<>]*\|([^<>]*)>", r"\1", text)  # of a link, what is shown
    found = [f"doubled: {match[0]}" for match in DOUBLED.finditer(said) if match[0].lower() not in FINE]
    found += [
        f"{mark!r} in it" for mark in (" .", " ,", "..", ".;", ".:", ";.", ":.", ",.", "?.", "!.") if mark in said
    ]
    found += ["two spaces" for line in said.splitlines() if re.search(r"[a-z,.;:] {2,}[a-z(]", line)]
    return [*found, *([] if not whole or text.rstrip().endswith(ENDS) else ["no full stop"])]
