"""Does the file say rightly who speaks for whom, and by which channels requests come?

Promise: a channel that cannot be meant, somebody of support among the third parties and a request that counts at one
helpdesk but not at the other are named where they stand, with what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from slabot.domain.channels import KNOWN_CHANNELS
from slabot.domain.suggestions import suggestion
from slabot.policy.agreement import ClassifyRule, WrittenByAgents
from slabot.policy.agreements import Agreement
from slabot.policy.check_people import destinations
from slabot.policy.connections import Freshdesk, Zendesk
from slabot.policy.model import Policy
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem
from slabot.policy.rotas import NOBODY


def voice_contradictions(policy: Policy) -> Iterator[PathProblem]:
    """A channel by which requests come and do not come."""
    wanted = {name.casefold() for name in policy.requests.channels}
    for index, name in enumerate(policy.requests.not_from_channels):
        if name.casefold() in wanted:
            yield PathProblem(
                "channel-in-both",
                ("requests", "not_from_channels", index),
                f'"{name}" stands under requests.channels too: its tickets would be requests and none',
                "take it out of one of the two",
            )


def voice_warnings(policy: Policy) -> Iterator[PathProblem]:
    """What is well formed, and would be understood otherwise than it is meant."""
    yield from _unknown_channels(policy)
    yield from _third_parties(policy)
    yield from _written_by_agents(policy)


def _unknown_channels(policy: Policy) -> Iterator[PathProblem]:
    for path, names in _channel_lists(policy):
        for index, name in enumerate(names):
            if name.casefold() not in KNOWN_CHANNELS:
                yield PathProblem(
                    "unknown-channel",
                    (*path, index),
                    f'"{name}" is a channel that slabot has not heard of',
                    f"write it as the helpdesk's API does, such as email, web, chat or phone"
                    f"{suggestion(name, KNOWN_CHANNELS)}",
                )


def _channel_lists(policy: Policy) -> Iterator[tuple[Path, tuple[str, ...]]]:
    yield ("requests", "channels"), policy.requests.channels
    yield ("requests", "not_from_channels"), policy.requests.not_from_channels
    asked: list[tuple[Path, ClassifyRule | Agreement]] = [
        *((("classify", "rules", index), rule) for index, rule in enumerate(policy.classify.rules)),
        *((("agreements", index), agreement) for index, agreement in enumerate(policy.agreements)),
    ]
    for path, each in asked:
        for key, conditions in (("when", each.when), ("unless", each.unless)):
            if conditions is not None:
                yield (*path, key, "channel"), conditions.channel or ()


def _third_parties(policy: Policy) -> Iterator[PathProblem]:
    bots = {name.casefold(): "bots" for name in policy.bots}
    ours = {**_of_support(policy), **bots}
    for index, entry in enumerate(policy.third_parties):
        of_entry = (name for name in ours if name == entry or (entry.startswith("@") and name.endswith(entry)))
        if (name := next(of_entry, None)) is None:
            continue
        of_bot = ours[name] == "bots"
        yield PathProblem(
            "third-party-of-ours",
            ("third_parties", index),
            f'"{name}" is one of your own ({ours[name]}), and the list is for people who are neither of support nor '
            "customers",
            "take it out: an account on the list bots speaks for nobody already"
            if of_bot
            else "take it out, or name single addresses: agents speak for support, whatever this list says",
        )


def _of_support(policy: Policy) -> dict[str, str]:
    """Addresses of your own people that the file names, in small letters, each with where."""
    found = {name.email: f"helpdesks.{key}" for key, name in policy.helpdesks.items() if isinstance(name, Zendesk)}
    for key, rota in policy.rotas.items():
        people = (*rota.people, *(override.person for override in rota.overrides))
        found.update((person, f"rotas.{key}") for person in people if person != NOBODY)
    found.update((to.name, str(path[0])) for path, to in destinations(policy) if to.kind.is_person)
    if policy.email is not None:
        found[policy.email.from_] = "email.from"
    return {address.casefold(): where for address, where in found.items() if address is not None and "@" in address}


def _written_by_agents(policy: Policy) -> Iterator[PathProblem]:
    """Where the two kinds of helpdesk differ, and nobody has said which of them is meant."""
    kinds = {type(entry) for entry in policy.helpdesks.values()}
    if not {Zendesk, Freshdesk} <= kinds or "written_by_agents" in policy.requests.model_fields_set:
        return
    yield PathProblem(
        "written-by-agents-differs",
        ("requests",) if "requests" in policy.model_fields_set else ("helpdesks",),
        "a request that an agent writes down for a customer (a telephone call, a forwarded mail) counts from its "
        "creation at Freshdesk, and at Zendesk not before the customer writes",
        f"write requests.written_by_agents: {WrittenByAgents.FROM_CREATION} to count it at both, "
        f"{WrittenByAgents.FROM_THE_CUSTOMER} at neither, or {WrittenByAgents.AS_THE_HELPDESK_SAYS} to leave it so",
        at_key=True,
    )
