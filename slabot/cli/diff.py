"""`slabot diff`: what does another policy mean, and what would it move at once?

Promise: it only reads. Differences are those of meaning; which clocks move is decided by the rules that slabot runs by,
with terms that were frozen kept where the policy keeps them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from slabot.cli import edge
from slabot.cli.edge import InstantOption, print_json
from slabot.cli.policy_file import file_name, policy_bytes
from slabot.cli.screen import table, working
from slabot.cli.store import policy_store
from slabot.domain import SlabotError, utc
from slabot.policy import Policy, PolicyError, Problem, load_policy
from slabot.policy.meaning import MeaningChange, meaning_changes
from slabot.policy.problems import plural
from slabot.reports.style import coloured, faint, one_line, strong
from slabot.rules import Action
from slabot.rules.words import local_time
from slabot.runtime.policy_effects import MovedClock, PolicyEffects, policy_effects

VERSION = 1
SHOWN = 40  # clocks of the table


@click.command(epilog="Example: slabot diff config.yaml new.yaml")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--no-store", is_flag=True, help="The meaning alone, and not what moves in the store.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
@click.option("--now", "at", type=InstantOption(), help="As of this time, with an offset; left out: the present.")
def diff(old: str, new: str, no_store: bool, as_json: bool, at: datetime | None) -> None:
    """Say how the policy NEW differs from OLD in what it means, and which running clocks it moves."""
    (before, _), (after, text) = _read(old), _read(new)
    changes = meaning_changes(before, after)
    now = at if at is not None else utc(edge.now())
    effects, why_not = (None, "") if no_store else _effects(before, after, text, now)
    if as_json:
        print_json(_json(changes, effects, why_not))
        return
    zone = after.display_zone
    if not changes:
        click.echo("Both mean the same.")
    for change in changes:
        click.echo(one_line(change.words))
    if effects is not None:
        click.echo("")
        _show(effects, zone, same=not changes)
    elif why_not:
        click.echo(faint(f"Which clocks move is not known: {one_line(why_not)}"))


def _read(path: str) -> tuple[Policy, str]:
    content = policy_bytes(path)
    if isinstance(content, Problem):
        raise PolicyError((content,))
    return load_policy(content, file_name(path)), content.decode("utf-8", "replace")


def _effects(old: Policy, new: Policy, text: str, now: datetime) -> tuple[PolicyEffects | None, str]:
    """What moves in the store of the policy in force; why that is not known, where there is no store to look at."""
    try:
        with policy_store(old) as store, working("Deciding"):
            return store.read(lambda conn: policy_effects(conn, old, new, text, now)), ""
    except SlabotError as error:
        return None, str(error)


def _show(effects: PolicyEffects, zone: ZoneInfo, *, same: bool) -> None:
    click.echo(_sentence(effects))
    if effects.moved:
        lines = [_line(clock, zone) for clock in sorted(effects.moved, key=lambda each: not each.missed)[:SHOWN]]
        table(("Ticket", "Clock", "Was due", "Would be due", ""), lines)
        if len(effects.moved) > SHOWN:
            click.echo(faint(f"and {len(effects.moved) - SHOWN:,} more; --json has all of them"))
    elif not same and effects.running:
        click.echo(
            faint("Running clocks keep the terms that they have (terms_changes: keep); new ones begin under NEW.")
        )
    for reference, action in (*effects.pages, *effects.acts)[:SHOWN]:
        click.echo(f"at once: {action.kind.value.replace('_', ' ')} on {reference}, {one_line(action.because)}")


def _sentence(effects: PolicyEffects) -> str:
    moved, missed = len(effects.moved), len(effects.missed)
    parts = [f"{plural(moved, 'running clock')} of {effects.running:,} {'moves' if moved == 1 else 'move'}"]
    if missed:
        parts.append(coloured(f"{missed:,} would be missed at once", "red", bold=True))
    if effects.pages:
        parts.append(f"{plural(len(effects.pages), 'page')} would go out at once")
    if effects.acts:
        parts.append(f"{plural(len(effects.acts), 'act')} on tickets would be due at once")
    return f"{strong('In the store')}: {'; '.join(parts)}."


def _line(clock: MovedClock, zone: ZoneInfo) -> tuple[str, ...]:
    severity = clock.new_severity
    if clock.old_severity != clock.new_severity:
        severity = f"{clock.old_severity} → {clock.new_severity}"
    due = ("no promise" if at is None else local_time(at, zone) for at in (clock.old_due, clock.new_due))
    return clock.ticket, f"{clock.clock}, {severity}", *due, "missed at once" if clock.missed else ""


def _json(changes: list[MeaningChange], effects: PolicyEffects | None, why_not: str) -> dict[str, Any]:
    return {
        "version": VERSION,
        "changes": [
            {"path": list(each.path), "old": each.old, "new": each.new, "words": each.words} for each in changes
        ],
        "store": None if effects is None else _store_json(effects),
        **({"store_unknown_because": why_not} if why_not else {}),
    }


def _store_json(effects: PolicyEffects) -> dict[str, Any]:
    return {
        "tickets": effects.tickets,
        "running": effects.running,
        "moved": [
            {
                "ticket": each.ticket,
                "clock": each.clock,
                "severity": {"old": each.old_severity, "new": each.new_severity},
                "due_at": {"old": _iso(each.old_due), "new": _iso(each.new_due)},
                "missed_at_once": each.missed,
            }
            for each in effects.moved
        ],
        "missed_at_once": len(effects.missed),
        "pages_at_once": [_act(reference, action) for reference, action in effects.pages],
        "acts_at_once": [_act(reference, action) for reference, action in effects.acts],
    }


def _act(reference: str, action: Action) -> dict[str, str]:
    return {"ticket": reference, "action": action.kind.value, "mode": action.mode.value, "because": action.because}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
