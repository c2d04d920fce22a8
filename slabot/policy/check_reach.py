"""Does every rung tell somebody, where the file names no Slack?

Promise: any way alone is enough, and a rung by which nobody would be told is an error. A file without a helpdesk pages
nobody anyway (it works out times), so nothing is said of it; and the times of a file that cannot be run can still be
worked out.
"""

from __future__ import annotations

from collections.abc import Iterator

from slabot.domain import SlabotError
from slabot.policy.destinations import Destination, Way
from slabot.policy.model import Policy
from slabot.policy.paths import Path, words
from slabot.policy.problems import PathProblem


def unreached(policy: Policy) -> Iterator[PathProblem]:
    """Rungs that tell nobody, and destinations of Slack in a file without it."""
    if policy.slack is not None or not policy.helpdesks:
        return
    instead = way_out(policy)
    for place, ladder in policy.every_ladder():
        for named, to in ladder.named():
            yield from _of_slack((*place, *named), to, instead)
        for index, entry in enumerate(ladder.rungs):
            if not entry.notify:
                path: Path = (*place, "rungs", index, "at")
                message = f'nobody would be told at "{entry.rung}": the rung names nobody, and the file names no Slack'
                yield PathProblem("rung-tells-nobody", path, message, f"add notify: [{instead}], or add slack")
    for number, to in enumerate(policy.fallback.to if policy.fallback is not None else ()):
        yield from _of_slack(("fallback", "to", number), to, instead)
    for number, to in enumerate(policy.classify.triage.to if policy.classify.triage is not None else ()):
        yield from _of_slack(("classify", "triage", "to", number), to, instead)
    for entry_number, terms in enumerate(policy.reports.summaries):
        for number, to in enumerate(terms.to):
            yield from _of_slack(("reports", "summaries", entry_number, "to", number), to, instead)


def why_not_run(policy: Policy) -> tuple[SlabotError, ...]:
    """The same, each with its place and its remedy, for a start that it keeps from happening."""
    return tuple(SlabotError(f"{words(found.path)}: {found.message}", found.fix) for found in unreached(policy))


def way_out(policy: Policy) -> str:
    """A destination that can be told without Slack, of those that the file has; else one as an example."""
    for way, names in ((Way.PAGERDUTY, policy.pagerduty), (Way.WEBHOOK, policy.outgoing_webhooks)):
        if names:
            return f"{way}:{next(iter(names))}"
    return "email:team@acme.example"


def _of_slack(path: Path, to: Destination, instead: str) -> Iterator[PathProblem]:
    if to.way == Way.SLACK:
        message = f'"{to}" is told through Slack, and the file names no Slack'
        yield PathProblem("needs-slack", path, message, f"add slack, or name another way: {instead}")
