"""Is everything that this policy needs there and set up?

Promise: helpdesks, Slack, the store and this machine are looked at one after the other, nothing is written anywhere,
one that does not answer keeps nobody from looking at the rest, and whatever `slabot run` would refuse is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import Adapter, Plans
from slabot.channels.slack.setup_check import check_slack, check_sockets
from slabot.composition import Connections, helpdesk_refusal, slack_channels
from slabot.domain import Finding, Level, SlabotError
from slabot.domain.sentences import clause, instruction
from slabot.policy import Mode, Policy
from slabot.policy.check_sign_in import sign_in_warnings
from slabot.rules.words import listed
from slabot.setup.machine import Installed, clashes
from slabot.setup.model_check import check_model
from slabot.setup.names_check import check_names
from slabot.setup.people_check import check_told
from slabot.setup.report import ReportSection, SetupReport
from slabot.setup.starting import check_address, check_store, refused


def examine(policy: Policy, connections: Connections, installed: Installed) -> SetupReport:
    """Look at everything."""
    settings = tuple(_setting(problem) for problem in connections.problems)
    places = [
        ReportSection("this machine", (*settings, *_changing(policy), *clashes(installed), *check_address(policy)))
    ]
    if store := tuple(check_store(policy, connections)):
        places.append(ReportSection("store", store))
    for name, adapter in connections.adapters.items():
        found = (*_helpdesk(name, adapter, plans(policy, name)), *_token_ends(policy, name))
        places.append(ReportSection(f"helpdesk {name}", found))
    if names := check_names(policy, connections.adapters):
        places.append(ReportSection("groups, brands and forms", names))
    if policy.slack is None:
        places.append(ReportSection("slack", (_without_slack(policy),)))
    elif connections.sender is not None:
        found = check_slack(connections.sender, slack_channels(policy))
        linked = () if connections.addresses is None else (check_sockets(connections.addresses),)
        places.append(ReportSection("slack", (*found, *linked, *check_told(policy, connections.sender.directory))))
    if connections.model is not None:
        places.append(ReportSection("language model", check_model(policy, connections.model)))
    return SetupReport(tuple(places))


def _without_slack(policy: Policy) -> Finding:
    """What a policy that names no Slack goes without."""
    if policy.main_destination is None:
        return Finding(
            Level.NOTICE,
            "The policy names no Slack and nobody else who can be told, so nobody is paged",
            "Add slack to the policy file, or a ladder that tells somebody by e-mail, PagerDuty or a webhook.",
        )
    return Finding(
        Level.RIGHT,
        f"The policy names no Slack: pages leave by other ways, without buttons, and {policy.main_destination} is told "
        "about slabot itself",
    )


def plans(policy: Policy, helpdesk: str) -> Plans:
    """What the policy means to do at a helpdesk."""
    path = f"/hooks/{helpdesk}"
    public = policy.web.public_url
    every = [policy, *(policy.under(agreement.name) for agreement in policy.agreements)]
    closes = [each.solved.close_after for each in every if each.solved.mode is not Mode.OFF]
    return Plans(
        hook_path=path,
        hook_url=None if public is None else f"{public}{path}",
        solves=any(each.waiting.mode is not Mode.OFF for each in every),
        reopen_within=max(each.solved.reopen_within for each in every),
        close_after=min(closes, default=None),
    )


# How long after a change something may still come that was sent with the old secret, by who sends it.
_OLD_UNTIL = {
    "zendesk": "ten minutes after Zendesk signs with the new one",
    "freshdesk": "a day after every rule sends the new one, for Freshdesk repeats deliveries for so long",
    "slack": "an hour after Slack signs with the new one",
}


def _changing(policy: Policy) -> Iterator[Finding]:
    """Secrets of which the old and the new one are taken."""
    named: dict[str, tuple[str, tuple[str, ...]]] = {
        f"helpdesks.{name}.webhook_secret_env": (helpdesk.kind, helpdesk.webhook_secret_env)
        for name, helpdesk in policy.helpdesks.items()
    }
    if policy.slack is not None:
        named["slack.signing_secret_env"] = ("slack", policy.slack.signing_secret_env)
    for setting, (kind, names) in named.items():
        if len(names) > 1:
            rest = listed(names[1:])
            yield Finding(
                Level.NOTICE,
                f"{setting} takes {len(names)} secrets: {names[0]} is the current one, {rest} the one before",
                f"Take {rest} out of the file {_OLD_UNTIL[kind]}, and restart slabot (docs/secrets.md).",
            )


def _token_ends(policy: Policy, name: str) -> tuple[Finding, ...]:
    """The dates on which API tokens end, where one is still what slabot signs in by."""
    told = (each for each in sign_in_warnings(policy) if each.path[:2] == ("helpdesks", name))
    ends = (each for each in told if each.code == "token-sign-in-ends")
    return tuple(Finding(Level.NOTICE, end.message, instruction(end.fix)) for end in ends)


def _setting(problem: SlabotError) -> Finding:
    return Finding(Level.WRONG, clause(problem.why), instruction(problem.remedy))


def _helpdesk(name: str, adapter: Adapter, intended: Plans) -> tuple[Finding, ...]:
    look = getattr(adapter, "examine", None)  # the contract asks for it; an adapter of before may lack it
    if look is None:
        return (
            Finding(
                Level.UNKNOWN,
                f"The adapter for {adapter.kind} does not know how to look at its account",
                "Give it the method examine: see docs/adapters.md.",
            ),
        )
    found = adapter.examine(intended)
    if any(finding.level is Level.WRONG for finding in found) or not (reason := helpdesk_refusal(name, adapter)):
        return found
    return (*found, refused(reason))
