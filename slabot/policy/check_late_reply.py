"""Do the texts to customers say what a reply does that comes late, as it is at each helpdesk of the file?

Promise: words that are untrue at one of them are named with that helpdesk; what cannot be told by its words is left to
the author, and ``{late_reply}`` is true everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from slabot.policy.connections import LateReply
from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem
from slabot.policy.scalars import Mode

_ALWAYS = r"(?:at any time|any ?time|whenever|jederzeit)"
_OPEN = r"(?:(?:re-?)?open\w*|(?:wieder)?(?:er)?öffne\w*)"
_UNTRUE: Mapping[LateReply, tuple[re.Pattern[str], str]] = {
    LateReply.SAME_TICKET: (
        re.compile(r"\bnew (?:ticket|request|case)\b|\bneue[sn]? (?:Ticket|Anfrage|Vorgang)\b", re.IGNORECASE),
        "a late reply opens the same ticket again there",
    ),
    LateReply.NEW_TICKET: (
        re.compile(rf"\b{_OPEN}\b[^.!?{{}}]*\b{_ALWAYS}\b|\b{_ALWAYS}\b[^.!?{{}}]*\b{_OPEN}", re.IGNORECASE),
        "a reply to a closed ticket starts a new one there",
    ),
}


def late_reply_warnings(policy: Policy) -> Iterator[PathProblem]:
    """Texts of the file whose words are untrue at one of its helpdesks."""
    if policy.waiting.mode is Mode.OFF:
        return
    for path, text in _texts(policy):
        for helpdesk, entry in policy.helpdesks.items():
            pattern, truth = _UNTRUE[entry.late_reply]
            if found := pattern.search(text):
                words = " ".join(found[0].split())
                yield PathProblem(
                    "late-reply-untrue",
                    path,
                    f'"{words}" is untrue at {helpdesk} ({entry.kind.capitalize()}): {truth}',
                    "write {late_reply} for what a late reply does, as in: Reply within {reopen_within} and it is open "
                    "again; after that, {late_reply}.",
                    quote=found[0],
                )
                break


def _texts(policy: Policy) -> Iterator[tuple[Path, str]]:
    """Every text of the file to a customer, with its place."""
    for path, _, text in policy.waiting.templates.given():
        yield ("waiting", "templates", *path), text
    for index, agreement in enumerate(policy.agreements):
        if agreement.waiting is not None:
            for path, _, text in agreement.waiting.templates.given():
                yield ("agreements", index, "waiting", "templates", *path), text
