"""`slabot classify`: how severe is this request by what was written, and on what evidence?

Promise: the judgement is the one that the rules use; it shows what counts, what does not, and by which entries of the
lexicons each was found. A language model is asked where the command says so, and nothing is written anywhere.
"""

from __future__ import annotations

from typing import NamedTuple

import click

from slabot.cli import edge
from slabot.cli.asking import ModelAsker, Opinion, opinion_of
from slabot.cli.edge import print_json, read_policy
from slabot.cli.explain import stored_record
from slabot.cli.named import HOW, TicketArgument, named_ticket
from slabot.cli.screen import working
from slabot.composition import open_model
from slabot.domain import Actor, Message, ModelAnswered, Person, TicketRecord, read_tickets
from slabot.judgement import Judgement, Lexicon, find, judge, meaning, shipped
from slabot.policy import Policy
from slabot.reports.judgement_text import judgement_json, judgement_text, reply_text
from slabot.reports.model_text import model_json, model_text
from slabot.rules.case import read_case
from slabot.rules.read_severity import Written
from slabot.rules.voices import Voice

SUBJECT = "Subject:"


class RequestText(NamedTuple):
    """What is judged."""

    subject: str
    texts: tuple[str, ...]
    requester: Person | None = None
    answer: ModelAnswered | None = None


@click.command(
    epilog="Example: slabot classify --file mail.txt, or, of a ticket that slabot knows: "
    "slabot classify -c config.yaml acme/4711"
)
@click.argument("ticket", nargs=-1, type=TicketArgument(), metavar="[HELPDESK/ID]")
@click.option("-c", "--config", metavar="FILE", help="The policy file; needed for a ticket, and for its own phrases.")
@click.option(
    "--file", "path", metavar="FILE", help='A text, its first line "Subject: …" if it has one; or a ticket file.'
)
@click.option(
    "--model", "ask", is_flag=True, help="Ask the policy's language model as well; masked texts leave for it."
)
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def classify(ticket: tuple[str, ...], config: str | None, path: str | None, ask: bool, as_json: bool) -> None:
    """Show how severe a request is by what was written: the evidence, its quotes and the judgement.

    Either of the text in a file, or of the ticket HELPDESK/ID (or HELPDESK ID) that the running slabot knows.
    """
    policy = None if config is None else read_policy(config)
    if (path is None) == (not ticket):
        raise click.UsageError(f"give --file FILE, or {HOW}")
    lexicon: Lexicon = shipped() if policy is None else policy.classify.reader.lexicon
    if path is not None:
        text = edge.read_text(path, largest=edge.TICKET_SIZE, what="text")
        is_ticket = text.lstrip().startswith("{")
        request = _of_record(read_tickets(text)[0]) if is_ticket else _of_text(text)
    else:
        named = None if policy is None else named_ticket(ticket, policy)
        if policy is None or named is None:
            raise click.UsageError("a ticket is looked up in the store of a policy: give -c FILE as well")
        records, policy, _, _ = stored_record(policy, *named)
        is_ticket = True
        case = read_case(records[0].ticket, policy, records[0].timeline)
        said = [one.message.text for one in case.said if one.voice is Voice.CUSTOMER and one.message.text]
        answers = [event for event in case.events if isinstance(event, ModelAnswered)]
        ticket_of = records[0].ticket
        request = RequestText(ticket_of.subject, tuple(said), ticket_of.requester, answers[-1] if answers else None)
    findings = find(request.subject, request.texts, lexicon)
    judgement = judge(findings)
    opinion = _opinion(policy, request, judgement, ask=ask)
    reply = meaning(request.texts[-1]) if request.texts and (not is_ticket or len(request.texts) > 1) else None
    if as_json:
        more = {} if opinion is None else {"model": model_json(*opinion)}
        print_json(judgement_json(judgement, findings, reply) | more)
        return
    click.echo(judgement_text(judgement, findings))
    if opinion is not None:
        click.echo(f"\n{model_text(*opinion)}")
    if reply is not None:
        click.echo(f"\n{reply_text(reply)}")


def _opinion(policy: Policy | None, request: RequestText, judgement: Judgement | None, *, ask: bool) -> Opinion | None:
    """What a language model says now, if it is asked, or said to the running bot; None where it said nothing."""
    if ask:
        if policy is None:
            raise click.UsageError("a language model is named by a policy: give -c FILE as well")
        client = open_model(policy)
        try:
            with working("Asking the language model"):
                return ModelAsker(policy, client).ask(request.subject, request.texts, judgement, request.requester)
        finally:
            client.close()
    if policy is None or request.answer is None:
        return None
    return opinion_of(request.answer, Written(request.subject, request.texts), judgement, policy)


def _of_text(text: str) -> RequestText:
    first, _, rest = text.partition("\n")
    if first.startswith(SUBJECT):
        return RequestText(first.removeprefix(SUBJECT).strip(), (rest,))
    return RequestText("", (text,))


def _of_record(record: TicketRecord) -> RequestText:
    messages = (event for event in record.timeline if isinstance(event, Message) and event.by is Actor.CUSTOMER)
    texts = tuple(message.text for message in messages if message.text)
    return RequestText(record.ticket.subject, texts, record.ticket.requester)
