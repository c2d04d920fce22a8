"""Does a helpdesk have the groups, brands and forms that the policy names?

Promise: each list is asked for once at each helpdesk, and only if the policy names something of it; a name that no
helpdesk has is said with where it stands and the likeliest one to write instead. A list that cannot be had is said to
be unknown, never taken for an empty one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from adapters.base import Adapter
from slabot.domain import Finding, Level, SlabotError
from slabot.domain.sentences import sentence
from slabot.domain.suggestions import suggestion
from slabot.policy import Policy
from slabot.policy.agreement import Conditions
from slabot.policy.paths import Path, words
from slabot.policy.silence import Exempt, ExemptTickets

KINDS = ("group", "brand", "form")


class _Name(NamedTuple):
    """A name of the policy.

    Attributes:
        path: where it stands.
        helpdesks: those whose tickets are meant; all of the policy where it does not say.
    """

    kind: str
    name: str
    path: Path
    helpdesks: tuple[str, ...]


def check_names(policy: Policy, adapters: Mapping[str, Adapter]) -> tuple[Finding, ...]:
    """Look for every name. Raises nothing that a helpdesk may cause; empty where the policy names nothing."""
    known: dict[tuple[str, str], frozenset[str]] = {}
    findings: list[Finding] = []
    named = list(_named(policy))
    for kind in KINDS:
        asked = {helpdesk for each in named if each.kind == kind for helpdesk in each.helpdesks}
        for helpdesk in adapters:
            if helpdesk not in asked:
                continue
            try:
                known[kind, helpdesk] = frozenset(_read(adapters[helpdesk], kind)())
            except SlabotError as error:
                text = f"The {kind}s of {helpdesk} could not be read, so nobody looked for those that the policy names"
                findings.append(Finding(Level.UNKNOWN, text, sentence(str(error))))
    missing = [finding for each in named if (finding := _missing(each, known)) is not None]
    if named and not missing and not findings:
        findings.append(Finding(Level.RIGHT, f"The helpdesks have every {_kinds(named)} that the policy names"))
    return (*findings, *dict.fromkeys(missing))


def _kinds(named: list[_Name]) -> str:
    return ", ".join(kind for kind in KINDS if any(each.kind == kind for each in named))


def _read(adapter: Adapter, kind: str) -> Callable[[], tuple[str, ...]]:
    """How the adapter tells them; one of before may lack it."""
    read: Callable[[], tuple[str, ...]] | None = getattr(adapter, f"own_{kind}s", None)
    if read is None:
        raise SlabotError(f"the adapter for {adapter.kind} does not tell {kind}s", "see docs/adapters.md")
    return read


def _missing(each: _Name, known: Mapping[tuple[str, str], frozenset[str]]) -> Finding | None:
    lists = [known.get((each.kind, helpdesk)) for helpdesk in each.helpdesks]
    names = sorted({name for some in lists if some is not None for name in some})
    if None in lists or each.name.casefold() in {name.casefold() for name in names}:
        return None
    has = f"{each.helpdesks[0]} has no" if len(each.helpdesks) == 1 else "No helpdesk has a"
    return Finding(
        Level.NOTICE,
        f'{has} {each.kind} "{each.name}", which {words(each.path)} names, so that entry does nothing',
        sentence(f"write the name as the helpdesk shows it{suggestion(each.name, names)}"),
    )


def _named(policy: Policy) -> Iterator[_Name]:
    every = tuple(policy.helpdesks)
    for path, conditions in _conditions(policy):
        for kind in KINDS:
            yield from _entries(kind, getattr(conditions, kind), (*path, kind), conditions.helpdesk or every)
    for place, ladder in policy.every_ladder():
        for kind in KINDS:
            yield from _entries(kind, getattr(ladder, kind), (*place, kind), ladder.helpdesk or every)
    exempt: list[tuple[Path, Exempt]] = [(("exempt",), policy.exempt)]
    for number, agreement in enumerate(policy.agreements):
        if agreement.exempt is not None:
            exempt.append((("agreements", number, "exempt"), agreement.exempt))
    for path, whole in exempt:
        parts: list[tuple[Path, ExemptTickets]] = [(path, whole)]
        parts += [((*path, part), getattr(whole, part)) for part in ("follow_ups", "solving", "closing")]
        for where, tickets in parts:
            for kind in KINDS:
                yield from _entries(kind, getattr(tickets, f"{kind}s"), (*where, f"{kind}s"), every)


def _conditions(policy: Policy) -> Iterator[tuple[Path, Conditions]]:
    for number, rule in enumerate(policy.classify.rules):
        yield ("classify", "rules", number, "when"), rule.when
        if rule.unless is not None:
            yield ("classify", "rules", number, "unless"), rule.unless
    for number, agreement in enumerate(policy.agreements):
        for key, conditions in (("when", agreement.when), ("unless", agreement.unless)):
            if conditions is not None:
                yield ("agreements", number, key), conditions


def _entries(kind: str, names: Iterable[str] | None, path: Path, helpdesks: tuple[str, ...]) -> Iterator[_Name]:
    for index, name in enumerate(names or ()):
        yield _Name(kind, name, (*path, index), helpdesks)
