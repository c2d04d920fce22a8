"""Does Slack know everybody whom the policy names?

Promise: each user group and each address is asked for once, and what nobody is behind is said together with what then
does not happen. Nobody is written to.
"""

from __future__ import annotations

from collections.abc import Iterator

from slabot.channels.errors import SlackError, SlackPermanent
from slabot.channels.slack.directory import Directory
from slabot.domain import Finding, Level
from slabot.policy import Destination, DestinationKind, Policy

NOBODY = "nobody"  # of a rota: on call is nobody


def check_told(policy: Policy, directory: Directory) -> tuple[Finding, ...]:
    """Look up the groups and people of rungs, fallbacks, permissions and rotas. Raises nothing that Slack may cause."""
    findings = [_group(directory, name) for name in dict.fromkeys(_groups(policy))]
    findings += [found for name in dict.fromkeys(_people(policy)) if (found := _person(directory, name)) is not None]
    return tuple(findings)


def _named(policy: Policy) -> Iterator[Destination]:
    for _, ladder in policy.every_ladder():
        yield from (to for _, to in ladder.named())
    if policy.fallback is not None:
        yield from policy.fallback.to
    for permission in policy.permissions:
        yield from permission.who


def _groups(policy: Policy) -> Iterator[str]:
    yield from (to.name for to in _named(policy) if to.kind is DestinationKind.GROUP)
    yield from (rota.group for rota in policy.rotas.values() if rota.group is not None)


def _people(policy: Policy) -> Iterator[str]:
    yield from (to.name for to in _named(policy) if to.kind is DestinationKind.USER)
    for rota in policy.rotas.values():
        yield from (person for person in rota.people if person != NOBODY)
        yield from (override.person for override in rota.overrides if override.person != NOBODY)


def _group(directory: Directory, name: str) -> Finding:
    try:
        members = () if directory.group_id(name) is None else directory.members(name)
        known = directory.group_id(name) is not None
    except SlackError as error:
        return _not_asked(f"The user group {name}", error)
    if not known:
        remedy = "Create it in Slack, or name another one in the policy; its handle begins with @."
        return Finding(Level.WRONG, f"Slack knows no user group {name}, so nobody of it is told", remedy)
    if not members:
        return Finding(Level.NOTICE, f"Nobody is in the user group {name}", "Add its people in Slack.")
    people = "1 person" if len(members) == 1 else f"{len(members)} people"
    return Finding(Level.RIGHT, f"Slack knows the user group {name}, with {people}")


def _person(directory: Directory, name: str) -> Finding | None:
    """Only what is not right: a policy may name many people."""
    try:
        known = directory.user_id(name) is not None
    except SlackError as error:
        return _not_asked(name, error)
    if known:
        return None
    remedy = "Name the address that Slack shows in their profile, or their Slack id."
    return Finding(Level.WRONG, f"Slack knows nobody by the address {name}, so no direct message reaches them", remedy)


def _not_asked(what: str, error: SlackError) -> Finding:
    if isinstance(error, SlackPermanent):
        return Finding(Level.WRONG, f"{what} cannot be looked up: {error.why} ({error.code})", error.remedy)
    remedy = "Check it again when Slack can be reached from this machine."
    return Finding(Level.UNKNOWN, f"Slack could not be asked for {what}: {error}", remedy)
