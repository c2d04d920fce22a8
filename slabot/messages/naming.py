"""Show people by their names.

A view that was composed knows agents by the helpdesk's ids, so that it is the same whether or not their names could be
read; names are put in just before people read it. Promise: no page ever shows the id of an agent; whoever cannot be
named is "an agent". An explanation keeps the id of whoever cannot be named, so that it can be looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from slabot.messages.view import AcknowledgedBy, ClaimedBy, Open, PageView, SnoozedUntil, State, Who
from slabot.rules import Action, Decision

AGENT = "an agent"
# As the rules begin the reason of an agent's choice; Slack's ids stand in some, and are shown as Slack shows people.
_BY_AGENT = re.compile(r"agent (?![UW][A-Z0-9]{2,} )(\S+) (?=chose |set the priority )")


def agents_in(view: PageView) -> frozenset[str]:
    """The ids of the agents whom a view shows."""
    return frozenset(_agents(view))


def named(view: PageView, names: Mapping[str, str]) -> PageView:
    """The view as people read it.

    Args:
        view: as it was composed.
        names: by the ids of the ticket's own helpdesk, as far as they are known.
    """
    return replace(
        view,
        assignee=None if view.assignee is None else _named(view.assignee, names),
        state=_state(view.state, names),
        because=tuple(named_reason(reason, names) for reason in view.because),
    )


def agents_of(decision: Decision) -> frozenset[str]:
    """The ids of the agents whom the reasons of a decision name."""
    return frozenset(_chosen_by(decision.severity.because))


def named_decision(decision: Decision, names: Mapping[str, str]) -> Decision:
    """The decision as people read it in an explanation. Whoever cannot be named stays an id.

    Args:
        decision: as the rules made it.
        names: by the ids of the ticket's own helpdesk, as far as they are known.
    """
    severity = decision.severity
    reasons = {reason: named_reason(reason, names, keep_id=True) for reason in severity.because}

    def named_action(action: Action) -> Action:
        # An action quotes the reason of the severity behind our own words, so nothing that a customer wrote is changed.
        for reason, read in reasons.items():
            quoted = f"it is {severity.severity} ({reason})"
            if action.because.startswith(quoted):
                because = f"it is {severity.severity} ({read}){action.because.removeprefix(quoted)}"
                return replace(action, because=because)
        return action

    return replace(
        decision,
        severity=replace(severity, because=tuple(reasons.values())),
        due_now=tuple(map(named_action, decision.due_now)),
        upcoming=tuple(map(named_action, decision.upcoming)),
    )


def named_reason(reason: str, names: Mapping[str, str], *, keep_id: bool = False) -> str:
    """A reason of the rules as people read it. Only our own words begin like that, never what a customer wrote.

    With `keep_id` whoever cannot be named stays an id, for readers who can look it up in the helpdesk.
    """
    found = _BY_AGENT.match(reason)
    if found is None or (keep_id and found[1] not in names):
        return reason
    return f"{names.get(found[1], AGENT)} {reason[found.end() :]}"


def _agents(view: PageView) -> Iterator[str]:
    for who in (view.assignee, _of(view.state)):
        if who is not None and who.agent_id is not None:
            yield who.agent_id
    yield from _chosen_by(view.because)


def _chosen_by(reasons: Iterable[str]) -> Iterator[str]:
    yield from (found[1] for reason in reasons if (found := _BY_AGENT.match(reason)))


def _of(state: State) -> Who | None:
    match state:
        case AcknowledgedBy(who) | ClaimedBy(who) | SnoozedUntil(who) | Open((who, _)):
            return who
        case _:
            return None


def _named(who: Who, names: Mapping[str, str]) -> Who:
    return who if who.agent_id is None else replace(who, name=names.get(who.agent_id))


def _state(state: State, names: Mapping[str, str]) -> State:
    match state:
        case AcknowledgedBy(who) | ClaimedBy(who) | SnoozedUntil(who):
            return replace(state, who=_named(who, names))
        case Open((who, at)):
            return Open((_named(who, names), at))
        case _:
            return state
