"""Which placeholders may a message to a customer have, and what do people write instead?

Promise: what helpdesks and other programs would fill in is never sent to anybody as it stands.
"""

from __future__ import annotations

import re
import string

from slabot.policy.scalars import refuse

PLACEHOLDERS = (
    "requester",
    "number",
    "follow_ups",
    "or_after",
    "reopen_within",
    "late_reply",
    "ticket",
    "subject",
    "question",
)

# {{ticket.requester.name | default: "x"}}, {% if … %}; not ${{ and {{{, which are braces on purpose.
_FOREIGN = re.compile(r"(?<![${])\{\{-?\s*([A-Za-z_][\w.]*)\s*(?:\|[^{}]*)?-?\}\}(?!\})|\{%[^{}]*%?\}?")
_MEANT = (
    (
        re.compile(r"(?:ticket\.)?(?:requester|contact|customer|end_user|user)(?:\.(?:first_|last_|full_)?name)?"),
        "requester",
    ),
    (re.compile(r"ticket(?:[._]id|\.ticket_id|\.number|\.external_id)"), "ticket"),
    (re.compile(r"ticket[._](?:title|subject)|title"), "subject"),
)


def foreign_placeholder(text: str) -> tuple[str, str] | None:
    """The first placeholder of another program in a text, and ours for it (empty if there is none); or None."""
    found = _FOREIGN.search(text)
    return None if found is None else (found[0], meant(found[1] or ""))


def meant(name: str) -> str:
    """``{requester}`` for ``ticket.requester.name``; empty where nothing of ours says the same."""
    if name in PLACEHOLDERS:
        return f"{{{name}}}"
    return next((f"{{{ours}}}" for pattern, ours in _MEANT if pattern.fullmatch(name)), "")


def all_placeholders() -> str:
    """``{requester}, {number}, …``."""
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def filled_in_by_us(text: str) -> str:
    """The text of a template, if it has no placeholder but ours."""
    try:
        parsed = string.Formatter().parse(text)
        parts = [(name, form, conversion) for _, name, form, conversion in parsed if name is not None]
    except ValueError as error:
        raise refuse(
            "bad-template", f"this template cannot be read: {error}", "write {{ and }} for plain braces"
        ) from None
    for name, form, conversion in parts:
        if name not in PLACEHOLDERS:
            ours = meant(name)
            fix = f"write {ours}" if ours else f"use {all_placeholders()}"
            raise refuse("bad-template", f"{{{name}}} is no placeholder", fix)
        if form or conversion:
            raise refuse("bad-template", f"{{{name}}} has a form of its own, which is not known", f"write {{{name}}}")
    return text
