"""Which texts of the file were typed in a way that would get another meaning without a word?

Promise: a list that was written as one text, quotes of a word processor, another program's placeholder and a pattern
where words are literal are told wherever the schema has such a text, with the very value to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from slabot.policy.nodes import Tree
from slabot.policy.placeholders import all_placeholders, foreign_placeholder
from slabot.policy.problems import PathProblem, shown
from slabot.policy.walk import SchemaMark, Spot
from slabot.policy.written import quoted, written, written_list

_SEPARATOR = re.compile(r"[,;，、；\n]")
_DOUBLE = "“”„‟«»‹›＂〝〞"
_SINGLE = "‘’‚‛＇"  # inside a text these are apostrophes
_SMART = re.compile(f"[{_DOUBLE}]|^[{_SINGLE}]")
_PATTERN_IN_TERM = re.compile(r"\.\*|\*(?!$)|\?|\^|\$$|\||\\")
_PATTERN_IN_NAME = re.compile(r"\.\*|\*|^\^|\$$|\||\\")


def text_slips(tree: Tree, spots: Iterable[Spot]) -> Iterator[PathProblem]:
    """What is refused in the texts and keys of a file."""
    for spot in spots:
        if type(spot.value) is not str or (spot.is_key and spot.value.isascii()):
            continue
        if spot.is_list and not spot.is_key and _SEPARATOR.search(spot.value.strip()):
            yield _list_as_text(spot)
        elif _is_entry_of_several(spot, tree):
            yield _entry_of_several(spot)
        elif not spot.value.isascii() and _smart(spot, tree):
            yield _smart_quotes(spot)
        if "{" in spot.value and SchemaMark.PROSE in spot.marks and (found := foreign_placeholder(spot.value)):
            yield _foreign(spot, *found)


def _list_as_text(spot: Spot) -> PathProblem:
    text = straight(spot.value)
    entries = [straight(entry) for entry in _SEPARATOR.split(spot.value) if entry.strip()]
    # Names of companies and phrases may hold a comma; tags, addresses and names of the file do not.
    may_be_one = any(sign.isupper() or sign == " " for entry in entries for sign in entry) and "\n" not in text
    one = f", or [{quoted(text)}] if it is one name" if may_be_one else ""
    return PathProblem(
        "list-as-text",
        spot.path,
        f"{shown(spot.value.strip())} is one text here, and a list was probably meant",
        f"write a list: {written_list(entries, numbers=spot.is_number)}{one}",
    )


def _is_entry_of_several(spot: Spot, tree: Tree) -> bool:
    """An entry such as ``no_auto_close, vip``, without quotes: no tag, address or name of the file looks like that."""
    if (
        spot.is_key
        or spot.path not in tree.plain
        or not isinstance(spot.path[-1], int)
        or spot.marks & {SchemaMark.PROSE, SchemaMark.TERM}
    ):
        return False
    return "," in spot.value and re.fullmatch(r"[^\sA-Z,;]+(?:\s*[,;]\s*[^\sA-Z,;]+)+", spot.value.strip()) is not None


def _entry_of_several(spot: Spot) -> PathProblem:
    entries = [entry for entry in re.split(r"\s*[,;]\s*", spot.value.strip()) if entry]
    return PathProblem(
        "list-as-text",
        spot.path,
        f"{shown(spot.value.strip())} is one entry here, and {len(entries)} were probably meant",
        f"write each as an entry of its own: {written_list(entries, numbers=False)}, or quote it if it is one name: "
        f"{quoted(spot.value.strip())}",
    )


def _smart(spot: Spot, tree: Tree) -> bool:
    if SchemaMark.PROSE not in spot.marks:
        return _SMART.search(spot.value.strip()) is not None
    # A text for people may hold such quotes; around the whole of it they were meant for YAML.
    text = spot.value.strip()
    around = text[:1] in _DOUBLE and text[-1:] in _DOUBLE and len(text) > 1 and not _SMART.search(text[1:-1])
    return around and spot.path in tree.plain


def _smart_quotes(spot: Spot) -> PathProblem:
    text = straight(spot.value)
    fix = f"write it with plain quotes or none: {written(text)}"
    return PathProblem(
        "smart-quotes",
        spot.path,
        "these quotes are those of a word processor, which YAML takes for letters of the text",
        f"{fix}{':' if spot.is_key else ''}",
        at_key=spot.is_key,
    )


def straight(text: str) -> str:
    """A text without the quotes of a word processor around it, and with plain ones in it."""
    text = text.strip().strip(_DOUBLE).strip()
    if text[:1] in _SINGLE:
        text = text.strip(_SINGLE).strip()
    return re.sub(f"[{_DOUBLE}]", '"', text)


def _foreign(spot: Spot, found: str, ours: str) -> PathProblem:
    if SchemaMark.TEMPLATE not in spot.marks:
        return PathProblem(
            "foreign-placeholder",
            spot.path,
            f"{found} would be shown as it stands",
            "write it out: nothing is filled in here",
            quote=found,
        )
    fix = f"write {ours}" if ours else f"write it out, or use one of {all_placeholders()}"
    return PathProblem(
        "foreign-placeholder", spot.path, f"{found} would reach the customer as it stands", fix, quote=found
    )


def pattern_warnings(spots: Iterable[Spot]) -> Iterator[PathProblem]:
    """Terms and names that look like patterns, although they are compared letter by letter."""
    for spot in spots:
        is_term, in_list = SchemaMark.TERM in spot.marks, spot.is_list or isinstance(spot.path[-1], int)
        if spot.is_key or not isinstance(spot.value, str) or SchemaMark.PROSE in spot.marks or not (is_term or in_list):
            continue
        if found := (_PATTERN_IN_TERM if is_term else _PATTERN_IN_NAME).search(spot.value):
            yield PathProblem(
                "pattern-signs",
                spot.path,
                f'{shown(spot.value)} is compared letter by letter, its "{found[0]}" too',
                _fix_of_term(spot.value) if is_term else _fix_of_name(spot),
            )


def _fix_of_name(spot: Spot) -> str:
    domain = re.fullmatch(r"\.?\*(@[\w.-]+)", spot.value)
    if domain and "requester" in spot.path:
        return f"write {written(domain[1])} for everybody there"
    return "write each name out in full"


def _fix_of_term(term: str) -> str:
    parts = [re.sub(r"\\[bBsSwWdD]|[\^$?\\]", " ", part.replace(".*", "*")) for part in term.split("|")]
    meant = [" ".join(part.split()) for part in parts]
    advice = "a term is plain words; only a * at its very end stands for any ending"
    if all(part.strip("*") and "*" not in part[:-1] for part in meant) and not re.search(r"[(\[]", term):
        return f"write {written_list(meant)}; {advice}"
    return advice
