"""What else acts on tickets in this account, and does it get in slabot's way?

Promise: pure. Automations, triggers and SLA policies as Zendesk lists them become findings that name them by their
titles, with their hours. slabot fights none of them; people decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from adapters.base import Plans
from adapters.zendesk.fields import Raw, objects, scalar, text
from slabot.domain import Finding, Level

HOUR = timedelta(hours=1)
_AFTER = frozenset({"greater_than", "is", "greater_than_business_hours", "is_business_hours"})
_SINCE = {"SOLVED": "solved", "PENDING": "pending", "OPEN": "open", "HOLD": "on hold", "NEW": "new"}
_MINUTES = 60


def automations(listed: Iterable[Raw], plans: Plans) -> Iterator[Finding]:
    """Automations that close, solve or remind."""
    quiet = True
    for automation in listed:
        if automation.get("active") is False:
            continue
        for finding in _automation(automation, plans):
            quiet = False
            yield finding
    if quiet:
        yield Finding(Level.RIGHT, "No automation solves, closes or reminds beside slabot")


def triggers(listed: Iterable[Raw]) -> Iterator[Finding]:
    """Triggers that change what slabot's clocks depend on."""
    for trigger in listed:
        if trigger.get("active") is False:
            continue
        set_by_it = {
            name: scalar(action.get("value"))
            for action in objects(trigger.get("actions"))
            if (name := text(action.get("field"))) in ("status", "custom_status_id", "priority")
        }
        if set_by_it:
            what = " and ".join(
                f"{name.removesuffix('_id').replace('_', ' ')} to {to}" for name, to in set_by_it.items()
            )
            yield Finding(
                Level.NOTICE,
                f'The trigger "{text(trigger.get("title"))}" sets the {what} by itself',
                "slabot follows it. If it undoes what slabot sets, leave tickets out of it that slabot has changed.",
            )


def sla_policies(listed: Iterable[Raw]) -> Iterator[Finding]:
    """Zendesk's own clocks."""
    for policy in listed:
        first = [
            f"{text(metric.get('priority'))} {_length(metric)}"
            for metric in objects(policy.get("policy_metrics"))
            if metric.get("metric") == "first_reply_time"
        ]
        if first:
            yield Finding(
                Level.NOTICE,
                f'The SLA policy "{text(policy.get("title"))}" promises first replies of its own: {", ".join(first)}',
                "Agents see two deadlines. Make them the same, or tell the team which one counts.",
            )


def _automation(automation: Raw, plans: Plans) -> Iterator[Finding]:
    title = f'The automation "{text(automation.get("title"))}"'
    sets = {text(each.get("field")): scalar(each.get("value")) for each in objects(automation.get("actions"))}
    since, hours = _waits(automation)
    when = f" {hours} hours after they became {since}" if hours is not None else ""
    if sets.get("status") == "closed":
        yield _closes(title, when, hours if since == "solved" else None, plans)
    elif sets.get("status") == "solved" or "custom_status_id" in sets:
        remedy = "Switch it off, or leave the solving to it: waiting.mode: off."
        words = f"{title} solves tickets{when} by itself, whatever slabot's reminders have said"
        yield Finding(
            Level.NOTICE, words, remedy if plans.solves else "Nothing need be done while waiting.mode is off."
        )
    if _reminds(automation) and since == "pending":
        yield Finding(
            Level.NOTICE,
            f"{title} writes to requesters{when}, as slabot's reminders do",
            "Switch one of them off, or customers are reminded twice.",
        )


def _closes(title: str, when: str, hours: int | None, plans: Plans) -> Finding:
    words = f"{title} closes tickets{when}"
    if hours is None:
        return Finding(Level.NOTICE, words, "Check that it leaves customers the time to reopen that you promise.")
    promised, ours = plans.reopen_within // HOUR, plans.close_after
    if hours < promised:
        return Finding(
            Level.WRONG,
            f"{words}, which is sooner than the {promised} hours that customers have to reopen them",
            f"Set it to more than {promised} hours, or promise less in solved.reopen_within.",
        )
    if ours is None:
        return Finding(
            Level.NOTICE, f"{words}; the policy closes none", "Nothing need be done: the automation closes them."
        )
    first = "slabot" if ours < hours * HOUR else "the automation"
    return Finding(
        Level.NOTICE,
        f"{words}; the policy does so after {ours // HOUR} hours, so {first} comes first",
        "Both may stand: whichever comes first closes the ticket, and slabot does not fight it.",
    )


def _waits(automation: Raw) -> tuple[str, int | None]:
    """Since which status, and for how many hours, a ticket must have been so; None where it does not say."""
    conditions = automation.get("conditions")
    every = objects(conditions.get("all")) if isinstance(conditions, dict) else []
    for condition in every:
        since = _SINCE.get(text(condition.get("field")).upper())
        hours = scalar(condition.get("value")) or ""
        if since is not None and text(condition.get("operator")) in _AFTER and hours.isdecimal():
            return since, int(hours)
    return "", None


def _reminds(automation: Raw) -> bool:
    for action in objects(automation.get("actions")):
        value = action.get("value")
        target = value[0] if isinstance(value, list) and value else value
        if action.get("field") == "notification_user" and target in ("requester_id", "requester_and_ccs"):
            return True
    return False


def _length(metric: Raw) -> str:
    minutes = metric.get("target")
    if not isinstance(minutes, int) or minutes < 0:
        return "?"
    hours, rest = divmod(minutes, _MINUTES)
    amount = f"{hours} h" if not rest else f"{minutes} min"
    return f"{amount} of business hours" if metric.get("business_hours") is True else amount
