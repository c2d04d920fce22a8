"""Do the texts to customers say what a reply does that comes late, as it is at each helpdesk of the file?

Promise: words that are untrue at one of them are named with that helpdesk; what cannot be told by its words is left to
the author, and ``{late_reply}`` is true everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from slabot.policy.connections import LateReply
from slabot.policy.model import Policy
from slabot.policy.problems import PathProblem
from slabot.policy.scalars import Mode
from slabot.policy.silence import Templates

_ALWAYS = r"(?:at any time|any ?time|whenever)"
_UNTRUE: Mapping[LateReply, tuple[re.Pattern[str], str]] = {
    LateReply.SAME_TICKET: (
        re.compile(r"\bnew (?:ticket|request|case)\b", re.IGNORECASE),
        "a late reply opens the same ticket again there",
    ),
    LateReply.NEW_TICKET: (
        re.compile(
            rf"\b(?:re-?)?open\w*\b[^.!?{{}}]*\b{_ALWAYS}\b|\b{_ALWAYS}\b[^.!?{{}}]*\b(?:re-?)?open\w*", re.IGNORECASE
        ),
        "a reply to a closed ticket starts a new one there",
    ),
}


def late_reply_warnings(policy: Policy) -> Iterator[PathProblem]:
    """Texts of the file whose words are untrue at one of its helpdesks."""
    if policy.waiting.mode is Mode.OFF:
        return
    templates = policy.waiting.templates
    for name in Templates.model_fields:
        if name not in templates.model_fields_set:
            continue
        for helpdesk, entry in policy.helpdesks.items():
            pattern, truth = _UNTRUE[entry.late_reply]
            if found := pattern.search(getattr(templates, name)):
                words = " ".join(found[0].split())
                yield PathProblem(
                    "late-reply-untrue",
                    ("waiting", "templates", name),
                    f'"{words}" is untrue at {helpdesk} ({entry.kind.capitalize()}): {truth}',
                    "write {late_reply} for what a late reply does, as in: Reply within {reopen_within} and it is open "
                    "again; after that, {late_reply}.",
                    quote=found[0],
                )
                break
