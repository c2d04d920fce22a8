"""The first policy file in the words of one team: its hours, its helpdesk and what its account says of itself.

Promise: pure but for the tables of countries. Whatever the example file says of its own imagined team (its country, its
hours, its week) is replaced; an example that cannot be found as expected is refused, never left standing.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from slabot.domain import SlabotError
from slabot.policy import Problem
from slabot.setup.first_file import EXAMPLE
from slabot.setup.working_time import CALENDAR, WorkingTime, block, closed_dates

WIDTH = 119  # characters of a comment line
READ = ("en", "de", "deutsch", "german", "fr", "es", "spanish")  # so begin the languages that the reader knows
WAITING = "waiting-does-not-fit"
REASONS: Mapping[str, str] = {WAITING: 'the agreement itself says "more than 7 days, whichever is earlier"'}
"""Check codes of what the agreement itself brings, with the reason that the file gives for leaving it."""
_TEXTS = "slabot has texts in English and German; those of another language stand under its code."


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What the account says of itself, for comments.

    Attributes:
        groups: names of its groups of agents.
        languages: names or codes of the languages that it serves, the main one first where it says which.
    """

    groups: Sequence[str]
    languages: Sequence[str]


def adapt(
    text: str,
    *,
    kind: str,
    working: WorkingTime,
    facts: AccountFacts | None,
    today: date,
    slack_api_url: str | None = None,
) -> str:
    """Rewrite what the example says of its own team.

    Args:
        text: the example, the helpdesk's part written anew.
        kind: of helpdesk: ``zendesk``, ``freshdesk``.
        working: the answers about working time.
        facts: None where the account was not read.
        today: for the years of examples.
        slack_api_url: another address of Slack's API; None for Slack's own.

    Raises:
        SlabotError: the example is not of this release.
    """
    start, end = text.find(f"  {CALENDAR}:"), text.find("\n# ── How severe")
    if start < 0 or end < start:
        raise _other_release()
    text = text[:start] + block(working, today) + text[end:]
    text = _without(text, f"# slabot: ignore[{WAITING}]")
    changes = list(_changes(kind, working, facts, today))
    if slack_api_url is not None:
        changes.append(("\nslack:\n", f"\nslack:\n  api_url: {json.dumps(slack_api_url)}\n"))
    for found, instead in changes:
        if found not in text:
            raise _other_release()
        text = text.replace(found, instead)
    return text


def excuse(text: str, problems: Iterable[Problem], reasons: Mapping[str, str]) -> str:
    """Put the reason for each warning that is meant to stay above its line, as an inline ignore."""
    lines = text.splitlines(keepends=True)
    for problem in sorted(problems, key=lambda each: each.line, reverse=True):
        if problem.severity == "warning" and problem.line and (reason := reasons.get(problem.code)):
            line = lines[problem.line - 1]
            indent = line[: len(line) - len(line.lstrip())]
            lines.insert(problem.line - 1, f"{indent}# slabot: ignore[{problem.code}] {reason}\n")
    return "".join(lines)


def _changes(kind: str, working: WorkingTime, facts: AccountFacts | None, today: date) -> Iterable[tuple[str, str]]:
    """What of the example is replaced by what."""
    yield (
        "# Copy it to config.yaml, change what differs for you, then ask:   slabot check config.yaml\n",
        f"# Written by slabot init on {today}. Change what differs for you, then ask: slabot check config.yaml\n",
    )
    closed = (
        f"A request that arrives on {closed_dates(working)} is answered by the end of the next working day, or within "
        "its target, whichever is earlier. `as_usual` counts the target alone."
    )
    yield (
        "    # A request that arrives on a Saturday, Sunday or holiday is answered by the end of the next working day, "
        "or within\n    # its target, whichever is earlier. `as_usual` counts the target alone.\n",
        _comment(closed, "    # "),
    )
    yield "#     time_zone: Asia/Kolkata\n", f"#     time_zone: {working.zone}\n"
    yield "\nclassify:\n", f"\n{_comment(_languages_of_reader(facts))}classify:\n"
    yield "\nescalate:\n", f"\n{_comment(_groups(facts))}escalate:\n"
    yield "  templates:\n", f"{_comment(_languages_of_templates(facts), '  # ')}  templates:\n"
    if kind == "zendesk":
        yield "    medium: medium\n", ""  # no priority of Zendesk's
    if kind == "freshdesk":  # its own names
        yield "    normal: medium\n", ""
        yield "    priority: normal\n", "    priority: medium\n"  # it refuses the word that Zendesk has for it


def _languages_of_reader(facts: AccountFacts | None) -> str:
    """What the reader cannot judge; nothing where it knows every language of the account."""
    if facts is None or not facts.languages or all(_is_one_of(READ, name) for name in facts.languages):
        return ""
    return (
        "The reader below knows English, German, French and Spanish, and this account serves "
        f"{_listed(facts.languages)}: add phrases or rules with the words of the others."
    )


def _languages_of_templates(facts: AccountFacts | None) -> str:
    if facts is None:
        return f"The account was not read, so its languages are not named here. {_TEXTS}"
    if not facts.languages:
        return f"The account does not tell its languages. {_TEXTS}"
    served = f"This account serves {_listed(facts.languages)}."
    if _english_alone(facts):
        return served
    return f"{served} {_TEXTS}"


def _groups(facts: AccountFacts | None) -> str:
    if facts is None:
        return "The account was not read, so its groups are not named here."
    if not facts.groups:
        return "The account does not tell its groups."
    named = _listed(facts.groups)
    one = len(facts.groups) == 1
    return (
        f"The account's group{' is' if one else 's are'} {named}. Ladders go by severity and clock, not by group; the "
        "destination `assignee` tells whoever has the ticket."
    )


def _english_alone(facts: AccountFacts) -> bool:
    return all(_is_one_of(("en",), name) for name in facts.languages)


def _is_one_of(beginnings: tuple[str, ...], name: str) -> bool:
    return name.casefold().startswith(beginnings)


def _listed(names: Sequence[str]) -> str:
    """The names on one line of a comment, whatever characters they hold; of many, the first."""
    clean = [" ".join("".join(sign if sign.isprintable() else " " for sign in name).split()) for name in names[:20]]
    if len(names) > len(clean):
        clean.append(f"{len(names) - len(clean)} more")
    return f"{', '.join(clean[:-1])} and {clean[-1]}" if len(clean) > 1 else "".join(clean)


def _comment(text: str, prefix: str = "# ") -> str:
    """Comment lines; none for an empty text."""
    wrapped = textwrap.wrap(text, WIDTH - len(prefix), break_long_words=False, break_on_hyphens=False)
    return "".join(f"{prefix}{line}\n" for line in wrapped)


def _without(text: str, mark: str) -> str:
    """The text without the comment lines that begin with the mark."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith(mark))


def _other_release() -> SlabotError:
    return SlabotError(f"{EXAMPLE} is not the one of this release", "install slabot again")
