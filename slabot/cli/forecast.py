"""`slabot forecast`: what comes if nobody acts, and who is there for it?

Promise: it only reads. The rules are those that slabot runs by, asked at later instants; what it does not foresee
(new tickets, answers) is said.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from slabot.calendars import Span
from slabot.cli import edge
from slabot.cli.edge import print_json, read_policy
from slabot.cli.screen import mark_as_utf8, table, working
from slabot.cli.store import policy_store
from slabot.domain import SlabotError, utc
from slabot.policy import DEFAULT, Policy
from slabot.policy.problems import plural
from slabot.reports.ahead import HEADS, Ahead, Forecast, Window, as_json, rows
from slabot.reports.as_csv import harmless
from slabot.reports.coverage import Cover, CoverageStretch
from slabot.reports.forecast import Coming, Passing
from slabot.reports.held_back import Held
from slabot.reports.style import coloured, faint, one_line, strong
from slabot.rules import Kind
from slabot.rules.words import length, local_time
from slabot.runtime.forecasting import forecast as foresee
from slabot.runtime.past_policies import StoredPolicies
from slabot.store import meta, policies

HOURS = 24  # ahead, where nothing is said
FURTHEST = 366 * 24  # hours
SHOWN = 40  # lines of one table
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_COVER = {
    Cover.OPEN: "support is open",
    Cover.ON_CALL: "on call: {who}",
    Cover.NAMED: "paged by name: {who}",
    Cover.NOBODY: "nobody",
}
_WHAT: dict[Coming, str] = {
    Kind.FOLLOW_UP: "reminder to the customer",
    Kind.AUTO_SOLVE: "solved",
    Kind.AUTO_CLOSE: "closed",
    Kind.REOPEN: "taken up again",
    Kind.SET_CATEGORY: "status set",
    Kind.SET_BACK: "status set back",
    Kind.SET_SEVERITY: "priority set",
    Kind.NUDGE: "reminder to the assignee",
    Kind.NOTE: "note",
    Kind.ASK: "question to people",
    Kind.PAGE: "page",
}


@click.command(epilog="Example: slabot forecast -c config.yaml --on 2026-12-24   or: --coverage 2026-12")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--hours", type=click.IntRange(1, FURTHEST), help=f"So far ahead; left out: {HOURS}.")
@click.option("--on", "day", metavar="DATE", help="Only that date, of the policy's display zone: 2026-12-24.")
@click.option("--coverage", "month", metavar="MONTH", help="A map of a month, 2026-12: in which hours nobody is there.")
@click.option("--pages", is_flag=True, help="List each page, too; left out: they are counted by hour.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", help="Left out: text.")
@click.option("--json", "as_json_form", is_flag=True, help="The machine form, as --format json.")
def forecast(
    config: str, hours: int | None, day: str | None, month: str | None, pages: bool, form: str, as_json_form: bool
) -> None:
    """Say what is missed, reminded, solved and closed if nobody acts, and for which deadlines nobody is there."""
    policy, now = read_policy(config), utc(edge.now())
    if sum(each is not None for each in (hours, day, month)) > 1:
        raise click.UsageError("give one of --hours, --on and --coverage")
    window = _window(hours, day, month, now, policy.display_zone)

    def read(conn: Connection) -> Forecast:
        installed = meta.installed(conn)
        current = policy if installed is None else policy.starting(installed)
        past = StoredPolicies(policies.every(conn), policies.in_force(conn), installed, policies.starts(conn))
        return foresee(conn, current, past, window, pages=pages)

    with policy_store(policy) as store, working("Looking ahead"):
        found = store.read(read)
    if as_json_form or form == "json":
        print_json(as_json(found))
    elif form == "csv":
        mark_as_utf8()
        click.echo(_csv(found), nl=False)
    else:
        show(found, policy, with_map=month is not None)


def _window(hours: int | None, day: str | None, month: str | None, now: datetime, zone: ZoneInfo) -> Window:
    if day is None and month is None:
        return Window(now=now, begins=now, ends=now + timedelta(hours=hours or HOURS))
    if day is not None:
        first, name = _date(day), "--on"
        last = first + timedelta(days=1)
    else:
        first, name = _first(month or ""), "--coverage"
        last = (first + timedelta(days=31)).replace(day=1)
    begins, ends = (utc(datetime.combine(each, time(), zone)) for each in (first, last))
    if ends <= now:
        raise SlabotError(f"{name}: this is over ({zone.key}), and a forecast looks ahead", "give a later one.")
    if ends - now > timedelta(hours=FURTHEST):
        raise SlabotError(f"{name}: this is more than a year ahead", "give an earlier one.")
    return Window(now=now, begins=max(begins, now), ends=ends)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise SlabotError(f'--on: "{text[:60]}" is no date', "write it like 2026-12-24.") from None


def _first(text: str) -> date:
    match = _MONTH.fullmatch(text.strip())
    if match is None or not 1 <= int(match[2]) <= 12 or not int(match[1]):
        raise SlabotError(f'--coverage: "{text[:60]}" is no month', "write it like 2026-12.")
    return date(int(match[1]), int(match[2]), 1)


def _csv(found: Forecast) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADS)
    writer.writerows([harmless(cell) for cell in row] for row in rows(found))
    return out.getvalue()


def show(found: Forecast, policy: Policy, *, with_map: bool) -> None:
    """Write a forecast for people."""
    window, zone = found.window, policy.display_zone
    span = f"{local_time(window.begins, zone)} until {local_time(window.ends, zone)} ({zone.key})"
    click.echo(f"{strong('From')} {span}, if nobody acts.")
    for line in _opening(found, zone) if not with_map else ():
        click.echo(line)
    click.echo(_counts(found))
    if found.breaches:
        click.echo("")
        click.echo(strong("Deadlines that pass"))
        lines = [_breach(each, zone) for each in found.breaches[:SHOWN]]
        table(("When", "Ticket", "Deadline", "Who is there"), lines)
        _more(len(found.breaches))
    others = [each for each in found.ahead if each.what.kind is not Passing.BREACH]
    if others:
        click.echo("")
        click.echo(strong("What slabot does"))
        table(("When", "Ticket", "What", "Why"), [_act(each, zone) for each in others[:SHOWN]])
        _more(len(others))
        for because in dict.fromkeys(each.held.because for each in found.held if each.held is not None):
            click.echo(f"Held: {because}.")
        if found.held:
            click.echo(faint("What follows on a write that is held comes later than it stands here, or not at all."))
    if with_map:
        click.echo("")
        for line in _map(found, zone):
            click.echo(line)
    gaps = found.coverage.gaps
    click.echo("")
    if not gaps:
        click.echo("Somebody is there for each hour in which a deadline can fall.")
    else:
        click.echo(coloured("Nobody is there", "red", bold=True))
        for stretch in gaps[:SHOWN]:
            click.echo(f"  {_gap(stretch, zone)}")
        _more(len(gaps))
    click.echo(faint("Not foreseen: new tickets, answers, and what people do."))


def _counts(found: Forecast) -> str:
    said = [
        f"{plural(len(found.breaches), 'deadline')} {'passes' if len(found.breaches) == 1 else 'pass'}"
        + (f", {len(found.nobody)} of them with nobody there" if found.nobody else "")
    ]
    counted = [each.what.kind for each in found.ahead]
    for kind, word in ((Kind.FOLLOW_UP, "reminder"), (Kind.AUTO_SOLVE, "solve"), (Kind.AUTO_CLOSE, "close")):
        if number := counted.count(kind):
            said.append(plural(number, word))
    if found.held:
        said.append(f"{len(found.held)} held back")
    if pages := sum(found.pages.values()):
        said.append(plural(pages, "page"))
    lines = [f"{', '.join(said)}. {plural(found.tickets, 'ticket')} looked at."]
    if found.overdue:
        lines.append(f"{plural(found.overdue, 'clock')} can be met no more already.")
    if found.before:
        lines.append(f"{plural(found.before, 'deadline')} passed before that, if nobody acts until then.")
    if found.unread:
        lines.append(f"{plural(found.unread, 'ticket')} must still be read; nothing is foreseen of what is new there.")
    return " ".join(lines)


def _opening(found: Forecast, zone: ZoneInfo) -> Iterator[str]:
    """When each calendar with hours is open in the window; why not, where it is never."""
    for name, spans in found.hours:
        opened = [span for span in spans if span.counts]
        if opened:
            hours = ", ".join(_opened(span, found.window, zone) for span in opened[:6])
            yield f"  {name.replace('_', ' ')}: open {hours}{', …' if len(opened) > 6 else ''}"
        else:
            reasons = ", ".join(dict.fromkeys(span.why for span in spans))
            yield f"  {name.replace('_', ' ')}: closed ({one_line(reasons)})"


def _opened(span: Span, window: Window, zone: ZoneInfo) -> str:
    """From when until when; the beginning and the end of the window are no hours of the calendar."""
    begins, ends = span.start > window.begins, span.end < window.ends
    if begins and ends:
        return f"{_hour(span.start, zone)}-{_hour(span.end, zone)}"
    if begins:
        return f"from {_hour(span.start, zone)} on"
    return f"until {_hour(span.end, zone)}" if ends else "all the time"


def _hour(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %H:%M}"


def _breach(each: Ahead, zone: ZoneInfo) -> tuple[str, str, str, str]:
    what, covered = each.what, each.covered
    assert covered is not None
    due = "" if what.due_at in (None, what.at) else f"\ndue {local_time(what.due_at, zone)}"
    doubt = "" if what.certain else "\n(unless it was answered)"
    under = "" if what.agreement == DEFAULT else f"\nunder {what.agreement}"
    return (
        local_time(what.at, zone),
        f"{what.reference}\n{what.subject}",
        f"{what.severity}, {what.clock.replace('_', ' ')}{under}{due}{doubt}",
        _COVER[covered.cover].format(who=covered.who),
    )


def _act(each: Ahead, zone: ZoneInfo) -> tuple[str, str, str, str]:
    what = each.what
    said = _WHAT[what.kind] + (f" ({what.rung})" if what.rung else "")
    mode = "" if what.acts else "\nonly written down (observe)"
    when = "now" if what.due_already else local_time(what.at, zone)
    held = "" if each.held is None else f"\n{_held(each.held, zone)}"
    return when, f"{what.reference}\n{what.subject}", said + mode + held, what.because


def _held(held: Held, zone: ZoneInfo) -> str:
    """What the governor does with a write, in a few words."""
    if held.until is None:
        return coloured("held until somebody approves it", "yellow")
    return f"held until {local_time(held.until, zone)}"


def _map(found: Forecast, zone: ZoneInfo) -> Iterator[str]:
    yield strong("Who is there, by hour")
    yield faint(f"  {'':<10}  {'0     6     12    18'}")
    for midnight, marks in found.coverage.days(zone):
        yield f"  {midnight:%a %d %b}  {marks}"
    yield faint("  o support is open   c on call   n paged by name   ! nobody   . no clock counts")


def _gap(stretch: CoverageStretch, zone: ZoneInfo) -> str:
    span = f"{local_time(stretch.begins, zone)} until {local_time(stretch.ends, zone)}"
    return f"{span} ({length(stretch.ends - stretch.begins)}): {', '.join(stretch.uncovered)}"


def _more(number: int) -> None:
    if number > SHOWN:
        click.echo(faint(f"and {number - SHOWN:,} more; --format csv or json has all of them"))
