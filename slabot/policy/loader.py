"""Is the policy file right, and what does it say?

Promise: a Policy, or every problem of the file at once, in the order of the file, each with its place and
its fix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from slabot.policy.check_reach import unreached
from slabot.policy.check_sign_in import lacking_sign_ins
from slabot.policy.check_texts import pattern_warnings, straight, text_slips
from slabot.policy.check_words import word_slips
from slabot.policy.checks import contradictions, second_names, warnings_of
from slabot.policy.errors import PolicyError
from slabot.policy.ignores import Ignored, ignores_of
from slabot.policy.model import Policy
from slabot.policy.nodes import Tree, read
from slabot.policy.paths import Path, as_written, value_at
from slabot.policy.problems import PathProblem, Problem, in_file_order
from slabot.policy.refusals import refusal
from slabot.policy.scalars import Names
from slabot.policy.walk import SchemaMark, marks_at, spots
from slabot.policy.working_time import circles

MOST = 200  # problems that are shown; a file with more of them is not a policy


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say about a file.

    Attributes:
        policy: None if the file is not right.
        problems: all findings but the ignored ones, in the order of the file.
        ignored: the warnings that its comments ignore.
    """

    policy: Policy | None
    problems: tuple[Problem, ...]
    ignored: tuple[Ignored, ...] = ()


def load_policy(text: str | bytes, file: str = "config.yaml") -> Policy:
    """The policy of a file's text.

    Args:
        text: the content, as text or as the bytes of the file.
        file: its name, for messages.

    What only keeps it from being run (`slabot.policy.check_reach`) is no problem here: times can be worked out by it.

    Raises:
        PolicyError: the file is not right; it lists all problems.
    """
    tree = read(text, file, _is_prose)
    policy, problems = _load(tree)
    if policy is None:
        raise PolicyError(_capped(in_file_order(problems), tree))
    return policy


def check_policy(text: str | bytes, file: str, today: date) -> tuple[Policy | None, tuple[Problem, ...]]:
    """The policy and the findings of `checked`, without those that the file's comments ignore."""
    found = checked(text, file, today)
    return found.policy, found.problems


def checked(text: str | bytes, file: str, today: date) -> Checked:
    """The policy of a file's text, or None if it is not right; and all findings, warnings among them.

    Args:
        text: the content, as text or as the bytes of the file.
        file: its name, for messages.
        today: what is checked for the coming year is checked from here.
    """
    tree = read(text, file, _is_prose)
    policy, problems = _load(tree)
    ignores = ignores_of(tree)
    if policy is not None and (silent := [_placed(tree, one, "error") for one in unreached(policy)]):
        policy, problems = None, silent
    if policy is None:
        return Checked(None, _capped(in_file_order([*problems, *ignores.problems]), tree))
    found = [*warnings_of(policy, today), *pattern_warnings(spots(Policy, tree.value))]
    warnings = in_file_order(_placed(tree, one, "warning") for one in found)
    stay, ignored = ignores.split(warnings)
    return Checked(policy, in_file_order(stay), ignored)


def _is_prose(path: Path) -> bool:
    return SchemaMark.PROSE in marks_at(Policy, path)


def _load(tree: Tree) -> tuple[Policy | None, list[Problem]]:
    if not tree.readable or not isinstance(tree.value, dict):
        return None, [*tree.problems, *_without_form(tree)]
    problems = list(tree.problems)
    slips = _slips(tree)
    try:
        policy = Policy.model_validate(tree.value, context=_names(tree))
        found = list(contradictions(policy))
    except ValidationError as error:
        policy = None
        found = list(_refusals(tree, error.errors(include_url=False)))
    found += [*slips, *second_names(tree.value), *circles(tree.value.get("calendars"))]
    found += (said for said in lacking_sign_ins(tree.value) if _is_whole(tree, said.path[:2]))
    problems += (_placed(tree, finding, "error") for finding in found)
    return (None if problems else policy), problems


def _slips(tree: Tree) -> list[PathProblem]:
    """What is well formed and would get another meaning; nothing else is said about it."""
    places = list(spots(Policy, tree.value))
    found = [*text_slips(tree, places), *word_slips(tree, places)]
    for slip in found:
        if not slip.at_key:
            tree.spoiled.add(slip.path)
        elif slip.code == "smart-quotes":
            tree.misnamed.add(slip.path)
            tree.incomplete.add(slip.path[:-1])
    return found


def _without_form(tree: Tree) -> list[Problem]:
    """The problem of a file that can be read and is not even a mapping."""
    if not tree.readable:
        return []
    if tree.value is None:
        return [tree.source.problem("empty-file", "this file says nothing", "copy config.example.yaml and change it")]
    return [
        tree.source.problem(
            "not-a-mapping",
            f"the file should be a mapping, not {'a list' if isinstance(tree.value, list) else 'a single value'}",
            'begin with "version: 1"; config.example.yaml shows the whole form',
            at=tree.position(()),
        )
    ]


def _names(tree: Tree) -> Names:
    """The names that other parts may refer to, read before anything is validated: all problems come at once."""

    def keys(part: str) -> tuple[str, ...]:
        named = tree.value.get(part)
        return tuple(map(straight, named)) if isinstance(named, dict) else ()

    return Names(
        severities=keys("severities"),
        calendars=keys("calendars"),
        helpdesks=keys("helpdesks"),
        channels=keys("channels"),
    )


def _refusals(tree: Tree, errors: list[ErrorDetails]) -> list[PathProblem]:
    """What the models refuse, without what follows from another problem that is said anyway."""
    found = []
    refused = [_of_comment(refusal(error, tree.value, Policy), tree) for error in errors]
    misspelt = {(said.path[:-1], said.setting) for said in refused if said.code == "unknown-setting"}
    for said in refused:
        about_keys = said.code in ("missing-setting", "unknown-setting")
        if tree.spoils(said.path) or (not about_keys and tree.holds_spoiled(said.path)):
            continue  # the reading problem there is the reason
        if said.path in tree.misnamed and said.code in ("unknown-setting", "bad-name"):
            continue
        if said.code == "missing-setting" and (said.path in tree.incomplete or (said.path, said.setting) in misspelt):
            continue
        if said.code == "missing-setting" and any(_is_in(said, other) for other in refused):
            continue
        if said.code == "empty-value" and value_at(tree.value, said.path):
            continue  # it is empty only because each of its entries was refused
        if said.code == "calendar-circle" or (said.code == "duplicate-name" and said.path[-1:] == ("name",)):
            continue  # circles and second_names find all of them, also where other parts are wrong
        found.append(said)
    return found


def _of_comment(said: PathProblem, tree: Tree) -> PathProblem:
    """The same finding, or a better one where nothing stands at a place because a comment begins there."""
    if said.code == "missing-setting" or said.path not in tree.values or value_at(tree.value, said.path) is not None:
        return said
    line, column = tree.place(said.path).position
    text = tree.source.raw_line(line)
    found = re.search(r"(?:[:\-]\s+)(#[^\s#]\S*)", text[max(0, column - 3) :])
    if found is None:
        return said
    key = f"{said.path[-1]}: " if isinstance(said.path[-1], str) else "- "
    message = f'"#" begins a comment, so "{found[1]}" is not read and nothing stands here'
    return PathProblem("comment-for-value", said.path, message, f'quote it: {key}"{found[1]}"')


def _is_in(missing: PathProblem, other: PathProblem) -> bool:
    """True if a missing setting is there, but for the space after its colon."""
    place = (other.code, other.path[:-1], other.setting)
    return place == ("no-space-after-colon", missing.path, missing.setting)


def _is_whole(tree: Tree, path: Path) -> bool:
    """True if nothing under the path was refused as it was read."""
    return path not in tree.incomplete and not tree.holds_spoiled(path)


def _placed(tree: Tree, said: PathProblem, severity: Literal["error", "warning"]) -> Problem:
    # A mapping or list is shown by its key: "support_week:" says more than the first line below it.
    path = as_written(tree.value, said.path)
    at_key = said.at_key or isinstance(value_at(tree.value, path), dict | list)
    place = tree.key_place(path) if at_key else tree.place(path)
    at, width = place.position, place.width or 1
    if said.quote and (part := tree.source.find(said.quote, at)):
        at, width = part, len(said.quote)
    return tree.source.problem(
        said.code,
        said.message,
        said.fix,
        at=at,
        width=width,
        path=path,
        severity=severity,
        hide=said.code == "secret-in-file" and not at_key,
    )


def _capped(problems: tuple[Problem, ...], tree: Tree) -> tuple[Problem, ...]:
    if len(problems) <= MOST:
        return problems
    last = problems[MOST]
    more = tree.source.problem(
        "more-problems",
        f"and {len(problems) - MOST} more problems from here on",
        "mend the first ones; they may be the reason for the others",
        at=(last.line, last.column),
    )
    return (*problems[:MOST], more)
