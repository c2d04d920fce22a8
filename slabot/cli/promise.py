"""`slabot promise`: what may a customer be told about the agreement?

Promise: every word is read off the policy that decides. What a customer may read goes to standard output; what only
concerns whoever runs slabot goes to standard error.
"""

from __future__ import annotations

import textwrap
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from slabot.calendars import iana_zone
from slabot.cli import edge
from slabot.cli.edge import InstantOption, print_json, read_policy
from slabot.cli.named import TicketArgument
from slabot.cli.one_ticket import OneTicket, one_ticket
from slabot.domain import SlabotError, utc
from slabot.domain.suggestions import suggestion
from slabot.messages.customer_texts import Addressee, late_reply
from slabot.messages.promise import Section, Telling
from slabot.messages.promise_words import WORDS
from slabot.policy import DEFAULT, LateReply, Mode, Policy
from slabot.policy.languages import ENGLISH, without_region
from slabot.reports.style import one_line, strong
from slabot.rules import Decision, decide

WIDTH = 100  # columns


@click.command(
    epilog="Example: slabot promise -c config.yaml --agreement gold --language de, "
    "or, with the dates of a ticket: slabot promise -c config.yaml --ticket acme 4711"
)
@click.argument("more", nargs=-1, metavar="")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--agreement", metavar="NAME", help="Of this agreement; left out: the file's own terms, or the ticket's.")
@click.option("--ticket", type=TicketArgument(), metavar="HELPDESK ID", help="With the dates of this ticket.")
@click.option("--ticket-file", metavar="FILE", help="With the dates of the ticket in this file.")
@click.option("--language", type=click.Choice(list(WORDS)), help="Left out: the customer's, else the helpdesk's.")
@click.option("--time-zone", metavar="ZONE", help="Of the ticket's times, such as Europe/Berlin.")
@click.option("--now", "at", type=InstantOption(), help="The time to say it at, with an offset; left out: the present.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def promise(
    more: tuple[str, ...],
    config: str,
    agreement: str | None,
    ticket: str | None,
    ticket_file: str | None,
    language: str | None,
    time_zone: str | None,
    at: datetime | None,
    as_json: bool,
) -> None:
    """Say what a customer may be told: how soon, counted when, and what waiting, solving and closing mean."""
    policy = read_policy(config)
    one = one_ticket(policy, [*([] if ticket is None else [ticket]), *more], ticket_file)
    if one is not None and agreement is not None:
        raise click.UsageError("the ticket has its agreement; give --agreement or a ticket, not both")
    now = at if at is not None else utc(edge.now())
    policy = policy if one is None else one.policy
    zone = policy.display_zone if time_zone is None else iana_zone(time_zone)
    telling, decision = _telling(policy, one, _named(policy, agreement), language, zone, now)
    sections = telling.sections(None if one is None else one.record.ticket, decision)
    notes = _notes(telling)
    if as_json:
        print_json(_json(telling, sections, one, notes))
        return
    _show(telling, sections)
    for note in notes:
        click.echo(f"Not for the customer: {note}", err=True)


def _named(policy: Policy, agreement: str | None) -> str:
    if agreement is None or agreement == DEFAULT:
        return DEFAULT
    if policy.agreement(agreement) is None:
        known = [each.name for each in policy.agreements]
        raise SlabotError(
            f'the policy has no agreement "{agreement}"',
            f"it has {', '.join(known) or 'none'}{suggestion(agreement, known)}",
        )
    return agreement


def _telling(
    policy: Policy, one: OneTicket | None, agreement: str, language: str | None, zone: ZoneInfo, now: datetime
) -> tuple[Telling, Decision | None]:
    """What is told, and the decision about the ticket."""
    decision, helpdesks = None, list(policy.helpdesks)
    languages = list(dict.fromkeys(entry.language for entry in policy.helpdesks.values()))
    if one is not None:
        record = one.record
        decision = decide(record.ticket, record.timeline, policy, now, past=one.past)
        addressee = Addressee.of(record, policy, now, one.past)
        agreement, helpdesks = addressee.agreement, [record.ticket.helpdesk]
        languages = [each.name for each in addressee.languages]
    elif len(languages) > 1:
        languages = []
    spoken = language or next((name for each in languages if (name := without_region(each)) in WORDS), ENGLISH)
    ours = policy.agreement(agreement)
    telling = Telling(
        policy=policy.under(agreement),
        agreement=agreement,
        no_promise="" if ours is None or ours.no_promise is None else ours.no_promise,
        zone=zone,
        language=spoken,
        late_reply=late_reply(_late_reply(policy, helpdesks), spoken),
        now=now,
    )
    return telling, decision


def _late_reply(policy: Policy, helpdesks: list[str]) -> LateReply | None:
    """What a late reply does at all of these helpdesks; None where it is not the same."""
    found = {policy.helpdesks[name].late_reply for name in helpdesks if name in policy.helpdesks}
    return found.pop() if len(found) == 1 else None


def _notes(telling: Telling) -> list[str]:
    """What whoever runs slabot should know before they hand it on."""
    return [
        f"{name}.mode is observe, so slabot does none of this by itself; people have to, or set it to act"
        for name, mode in (("waiting", telling.policy.waiting.mode), ("solved", telling.policy.solved.mode))
        if mode is Mode.OBSERVE
    ]


def _show(telling: Telling, sections: list[Section]) -> None:
    click.echo(strong(telling.words["title"]))
    for section in sections:
        click.echo(f"\n{strong(section.title)}")
        for said in section.sentences:
            click.echo(textwrap.fill(one_line(said), WIDTH, initial_indent="- ", subsequent_indent="  "))


def _json(telling: Telling, sections: list[Section], one: OneTicket | None, notes: list[str]) -> dict[str, object]:
    policy = telling.policy
    return {
        "version": 1,
        "language": telling.language,
        "agreement": telling.agreement,
        "no_promise": telling.no_promise or None,
        "time_zone": telling.zone.key,
        "ticket": None if one is None else one.record.ticket.reference,
        "severities": [
            {
                "name": name,
                "means": terms.means,
                "respond_within": None if telling.no_promise else telling.respond_within(name),
                "calendar": terms.calendar,
            }
            for name, terms in policy.severities.items()
        ],
        "sections": [
            {"name": section.name, "title": section.title, "sentences": list(section.sentences)} for section in sections
        ],
        "notes": notes,
    }
