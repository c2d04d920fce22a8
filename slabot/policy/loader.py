"""Is the policy file right, and what does it say?

Promise: a Policy, or every problem of the file at once, in the order of the file, each with its place and
its fix.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from slabot.policy.check_sign_in import lacking_sign_ins
from slabot.policy.checks import contradictions, doubts, second_names
from slabot.policy.errors import PolicyError
from slabot.policy.model import Policy
from slabot.policy.nodes import Tree, read
from slabot.policy.paths import Path, as_written, value_at
from slabot.policy.problems import Finding, Problem, in_file_order
from slabot.policy.refusals import meant, refusal
from slabot.policy.scalars import Names

MOST = 200  # problems that are shown; a file with more of them is not a policy


def load_policy(text: str | bytes, file: str = "config.yaml") -> Policy:
    """The policy of a file's text.

    Args:
        text: the content, as text or as the bytes of the file.
        file: its name, for messages.

    Raises:
        PolicyError: the file is not right; it lists all problems.
    """
    policy, problems = _load(read(text, file))
    if policy is None:
        raise PolicyError(problems)
    return policy


def check_policy(text: str | bytes, file: str, today: date) -> tuple[Policy | None, tuple[Problem, ...]]:
    """The policy of a file's text, or None if it is not right; and all findings, warnings among them.

    Args:
        text: the content, as text or as the bytes of the file.
        file: its name, for messages.
        today: what is checked for the coming year is checked from here.
    """
    tree = read(text, file)
    policy, problems = _load(tree)
    if policy is not None:
        problems = in_file_order(_placed(tree, doubt, "warning") for doubt in doubts(policy, today))
    return policy, problems


def _load(tree: Tree) -> tuple[Policy | None, tuple[Problem, ...]]:
    if not tree.readable or not isinstance(tree.value, dict):
        return None, in_file_order([*tree.problems, *_without_form(tree)])
    problems = list(tree.problems)
    try:
        policy = Policy.model_validate(tree.value, context=_names(tree))
        found = list(contradictions(policy))
    except ValidationError as error:
        policy = None
        found = list(_refusals(tree, error.errors(include_url=False)))
    found += second_names(tree.value)
    found += (said for said in lacking_sign_ins(tree.value) if _is_whole(tree, said.path[:2]))
    problems += (_placed(tree, finding, "error") for finding in found)
    return (None if problems else policy), _capped(in_file_order(problems), tree)


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
        return tuple(named) if isinstance(named, dict) else ()

    return Names(severities=keys("severities"), calendars=keys("calendars"), helpdesks=keys("helpdesks"))


def _refusals(tree: Tree, errors: list[ErrorDetails]) -> list[Finding]:
    """What the models refuse, without what follows from another problem that is said anyway."""
    found = []
    refused = [refusal(error, tree.value, Policy) for error in errors]
    misspelt = {(said.path[:-1], said.fix) for said in refused if said.code == "unknown-setting"}
    for said in refused:
        about_keys = said.code in ("missing-setting", "unknown-setting")
        if tree.spoils(said.path) or (not about_keys and tree.holds_spoiled(said.path)):
            continue  # the reading problem there is the reason
        if said.code == "missing-setting" and (said.path in tree.incomplete or (said.path, meant(said)) in misspelt):
            continue
        if said.code == "empty-value" and value_at(tree.value, said.path):
            continue  # it is empty only because each of its entries was refused
        if said.code == "duplicate-name" and said.path[-1:] == ("name",):
            continue  # second_names finds all of them, also where other parts are wrong
        found.append(said)
    return found


def _is_whole(tree: Tree, path: Path) -> bool:
    """True if nothing under the path was refused as it was read."""
    return path not in tree.incomplete and not tree.holds_spoiled(path)


def _placed(tree: Tree, said: Finding, severity: Literal["error", "warning"]) -> Problem:
    # A mapping or list is shown by its key: "support_week:" says more than the first line below it.
    path = as_written(tree.value, said.path)
    at_key = said.at_key or isinstance(value_at(tree.value, path), dict | list)
    place = tree.key_place(path) if at_key else tree.place(path)
    return tree.source.problem(
        said.code,
        said.message,
        said.fix,
        at=place.position,
        width=place.width or 1,
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
