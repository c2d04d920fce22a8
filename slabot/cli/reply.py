"""`slabot reply`: was a message of the customer automatic, or an answer?

Promise: what is said stands in the ticket's history and in the ledger, with who said it; it can be taken back.
"""

from __future__ import annotations

import click
from sqlalchemy import Connection

from slabot.cli.declared import Declared, declared
from slabot.cli.edge import print_json, read_policy
from slabot.cli.named import HOW, PersonName, TicketArgument, named_ticket
from slabot.domain import Message, ReplyIs
from slabot.domain.suggestions import suggestion
from slabot.policy import Policy
from slabot.reports.style import one_line, strong
from slabot.rules.words import local_time, shorten
from slabot.runtime.declared_replies import customers_messages, declare_reply

WORDS = {"automatic": ReplyIs.AUTOMATIC, "answer": ReplyIs.ANSWER, "unsaid": ReplyIs.UNSAID}
_READS = {ReplyIs.AUTOMATIC: "automatic", ReplyIs.ANSWER: "an answer"}
SHOWN = 5  # messages, the newest


@click.command(
    epilog="Example: slabot reply -c config.yaml acme/4711   (shows), then: slabot reply -c config.yaml acme/4711 "
    "automatic --by Maya"
)
@click.argument("words", nargs=-1, type=TicketArgument(), metavar="HELPDESK/ID [automatic|answer|unsaid]")
@click.option("-c", "--config", required=True, metavar="FILE", help="The policy file.")
@click.option("--message", metavar="ID", help="Which message; left out: the customer's last one.")
@click.option("--by", default="an admin", show_default=True, type=PersonName(), help="Who says so.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def reply(words: tuple[str, ...], config: str, message: str | None, by: str, as_json: bool) -> None:
    """Show the customer's last messages and what they are taken for; or say what one of them was.

    A message that is said to be automatic is no feedback, and an answer is; unsaid takes back what was said.
    """
    policy = read_policy(config)
    said = WORDS.get(words[-1]) if words else None
    if said is None and words and len(words) > (1 if "/" in words[0] else 2):
        near = suggestion(words[-1], list(WORDS))
        raise click.UsageError(f'a message is not "{one_line(words[-1])}"; say automatic, answer or unsaid{near}')
    named = named_ticket(words if said is None else words[:-1], policy)
    if named is None:
        raise click.UsageError(f"of which ticket? {HOW}")
    if said is None and message is not None:
        raise click.UsageError("--message goes with automatic, answer or unsaid")
    about = declared(policy, *named, by=by, write=None if said is None else lambda c, d: _say(c, d, said, message))
    _show(policy, about, as_json=as_json)


def _say(conn: Connection, about: Declared, said: ReplyIs, message: str | None) -> None:
    declare_reply(conn, about.declaring, about.stored, said, message)


def _show(policy: Policy, about: Declared, *, as_json: bool) -> None:
    found = customers_messages(about.decision)[-SHOWN:]
    if as_json:
        messages = [
            {"id": each.id, "at": each.at.isoformat(), "said": said, "taken_for": taken}
            for each, said, taken in ((message, *_taken(about, message)) for message in found)
        ]
        print_json({"version": 1, "ticket": about.ticket.reference, "messages": messages})
        return
    click.echo(f"{strong(about.ticket.reference)}  {one_line(about.ticket.subject)}".rstrip())
    for message in found:
        said, taken = _taken(about, message)
        by = "" if said is None else ", as somebody said"
        at = local_time(message.at, policy.display_zone)
        click.echo(f"  {at}  {message.id}: taken for {_words(taken)}{by}\n      {one_line(shorten(message.text))}")
    if not found:
        click.echo("  The customer has written nothing but the request.")


def _taken(about: Declared, message: Message) -> tuple[str | None, str]:
    """What somebody said that a message was, and what it is taken for."""
    case = about.decision.case
    assert case is not None, "a stored ticket was read"
    said = case.reply_is(message)
    automatic = message.auto_reply or case.reads_automatic(message)
    return None if said is None else said.value, "automatic" if automatic else "answer"


def _words(taken: str) -> str:
    return _READS[ReplyIs(taken)]
