"""Let customers and agents act in the account.

Promise: people act here as they do in the real product, at the clock's present instant, and their acts have the same
effects on tickets, stats, lists and webhooks as there. An agent or customer who is not known yet is made up from the
address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.errors import ActError
from slabot_sandbox.freshdesk import changes
from slabot_sandbox.freshdesk.account import SERVICE, FreshdeskAccount
from slabot_sandbox.freshdesk.changes import Line
from slabot_sandbox.freshdesk.objects import (
    CLOSED,
    CLOSURE,
    PRIORITIES,
    RATINGS,
    RESOLVED,
    SOURCES,
    Kind,
    Source,
    Ticket,
    rating_object,
    rich,
)
from slabot_sandbox.journal import Did

FLAGS = {"first_response": "fr_escalated", "next_response": "nr_escalated", "resolution": "is_escalated"}


class FreshdeskPeople:
    """Customers and agents. Tickets are named by number, people by address."""

    def __init__(self, account: FreshdeskAccount) -> None:
        """Act in this account."""
        self._account = account

    def create_ticket(
        self,
        requester: str,
        subject: str,
        text: str,
        *,
        priority: str | int = "Low",
        status: str | int = "Open",
        source: str | int = "Email",
        tags: Iterable[str] = (),
        company: str | None = None,
        type: str | None = None,
        number: int | None = None,
        agent: str | None = None,
        cc: Iterable[str] = (),
        fields: Mapping[str, Any] | None = None,
    ) -> int:
        """A request comes in; returns its number. With `agent`, an agent writes it (an outbound e-mail, a call)."""
        account, cc = self._account, [*cc]
        with account.lock:
            customer = account.add_contact(requester, company=company)
            writer = account.add_agent(agent) if agent else customer
            ticket = changes.create(
                account,
                requester=customer["id"],
                subject=subject,
                body=rich(text),
                priority=_number(priority, PRIORITIES, "priority"),
                status=account.status_named(status),
                source=_number(source, SOURCES, "source"),
                actor=writer["id"],
                number=number,
                fields={"tags": list(tags), "type": type, **_copies(cc), "ticket_cc_emails": [*cc], **(fields or {})},
            )
            return ticket.id

    def customer_replies(
        self, ticket: int, text: str, *, author: str | None = None, public: bool = True, automatic: bool = False
    ) -> None:
        """The requester (or anybody else, an agent among them) writes; that opens the ticket, a closed one too.

        Mail to support alone, by somebody in copy, is private; an absence note is automatic.
        """
        account = self._account
        with account.lock:
            there = self._account.living(ticket)
            who = account.add_contact(author)["id"] if author else there.shown["requester_id"]
            line = Line(
                body=rich(text),
                user=who,
                kind=Kind.CUSTOMER,
                sent_from=author,
                private=not public,
                auto_response=automatic,
            )
            changes.change(account, there, actor=who, line=line)

    def agent_replies(
        self,
        ticket: int,
        agent: str,
        text: str,
        *,
        public: bool = True,
        status: str | int | None = None,
        cc: Iterable[str] = (),
    ) -> None:
        """An agent writes to the requester, or a private note, and may set the status or take people in copy."""
        account = self._account
        with account.lock:
            there, who = self._account.living(ticket), account.add_agent(agent)["id"]
            wanted: Json = {"status": account.status_named(status)} if status else {}
            if copied := [*cc]:
                wanted |= _copies(dict.fromkeys([*there.shown["cc_emails"], *copied]))
            self._check_closure(there, wanted)
            to = account.email_of(there.shown["requester_id"])
            line = Line(
                body=rich(text),
                user=who,
                kind=Kind.PUBLIC if public else Kind.PRIVATE,
                source=Source.REPLY if public else Source.NOTE,
                to=(to,) if public and to else (),
                cc=tuple(copied),
            )
            changes.change(account, there, wanted, actor=who, line=line)

    def agent_forwards(self, ticket: int, agent: str, to: str, text: str) -> None:
        """An agent forwards the ticket to somebody else: a supplier, say."""
        account = self._account
        with account.lock:
            there, who = self._account.living(ticket), account.add_agent(agent)["id"]
            forwarded = [*dict.fromkeys([*there.shown["fwd_emails"], to])]
            line = Line(body=rich(text), user=who, kind=Kind.PUBLIC, source=Source.FORWARD, to=(to,))
            changes.change(account, there, {"fwd_emails": forwarded}, actor=who, line=line)

    def automation_replies(self, ticket: int, text: str) -> None:
        """A rule of the account writes to the requester, in the name of the account's owner."""
        account = self._account
        with account.lock:
            there, owner = self._account.living(ticket), account.owner["id"]
            line = Line(body=rich(text), user=owner, kind=Kind.PUBLIC, automation=account.ids.number())
            changes.change(account, there, actor=owner, line=line, by="automation")

    def agent_sets_status(self, ticket: int, agent: str, status: str | int) -> None:
        """An agent sets a status, by what agents read or by its number."""
        self._agent_sets(ticket, agent, status=self._account.status_named(status))

    def agent_sets_priority(self, ticket: int, agent: str, priority: str | int) -> None:
        """An agent sets Low, Medium, High or Urgent."""
        self._agent_sets(ticket, agent, priority=_number(priority, PRIORITIES, "priority"))

    def agent_sets_tags(self, ticket: int, agent: str, tags: Iterable[str]) -> None:
        """An agent sets the tags; these replace the former ones."""
        self._agent_sets(ticket, agent, tags=list(tags))

    def agent_sets_field(self, ticket: int, agent: str, name: str, value: Any) -> None:
        """An agent fills in a custom field."""
        with self._account.lock:
            fields = self._account.living(ticket).shown["custom_fields"]
            self._agent_sets(ticket, agent, custom_fields={**fields, name: value})

    def agent_sets_group(self, ticket: int, agent: str, group: str | None) -> None:
        """An agent gives the ticket to a group of the account, or to none."""
        self._agent_sets(ticket, agent, group_id=self._account.named(self._account.groups, group, "group"))

    def agent_sets_product(self, ticket: int, agent: str, product: str | None) -> None:
        """An agent puts the ticket under a product of the account, or under none."""
        self._agent_sets(ticket, agent, product_id=self._account.named(self._account.products, product, "product"))

    def agent_sets_form(self, ticket: int, agent: str, form: str | None) -> None:
        """An agent gives the ticket a form of the account, or none."""
        self._agent_sets(ticket, agent, form_id=self._account.named(self._account.forms, form, "ticket form"))

    def agent_sets_company(self, ticket: int, agent: str, company: str | None) -> None:
        """An agent says to which company the ticket belongs."""
        with self._account.lock:
            own = self._account.add_company(company)["id"] if company else None
            self._agent_sets(ticket, agent, company_id=own)

    def agent_sets_requester(self, ticket: int, agent: str, requester: str) -> None:
        """An agent makes somebody else the requester."""
        with self._account.lock:
            self._agent_sets(ticket, agent, requester_id=self._account.add_contact(requester)["id"])

    def agent_sets_copies(self, ticket: int, agent: str, cc: Iterable[str]) -> None:
        """An agent says who is in copy; these replace the former ones."""
        self._agent_sets(ticket, agent, **_copies(cc))

    def agent_sets_assignee(self, ticket: int, agent: str, assignee: str | None) -> None:
        """An agent assigns the ticket to an agent, or to nobody."""
        with self._account.lock:
            who = self._account.add_agent(assignee)["id"] if assignee else None
            self._agent_sets(ticket, agent, responder_id=who)

    def solve(self, ticket: int, agent: str, text: str | None = None) -> None:
        """An agent resolves the ticket, with a last public word or without."""
        if text is not None:
            self.agent_replies(ticket, agent, text, status=RESOLVED)
        else:
            self._agent_sets(ticket, agent, status=RESOLVED)

    def close(self, ticket: int, agent: str) -> None:
        """An agent closes the ticket; a customer's reply opens it again all the same."""
        self._agent_sets(ticket, agent, status=CLOSED)

    def merge(self, ticket: int, into: int, agent: str, *, public: bool = False) -> None:
        """An agent merges a ticket into another: it is closed, and what was written in it moves to the other.

        Both get a note, which customers read where it is public.
        """
        account = self._account
        with account.lock:
            source, target = self._account.living(ticket), self._account.living(into)
            who = account.add_agent(agent)["id"]
            moved = source.conversations or []
            for conversation in moved:
                conversation["ticket_id"] = target.id
            if target.conversations is not None:
                target.conversations.extend(moved)
                target.conversations.sort(key=lambda one: (one["created_at"], one["id"]))
            source.conversations = []
            first = source.shown["description_text"]
            notes = account.merge_notes
            told = f"{notes.on_the_other.format(id=source.id)}\n{first}"
            changes.change(account, target, actor=who, line=_note(told, who, public=public))
            told = notes.on_the_closed.format(id=target.id)
            line = _note(told, who, public=public)
            changes.change(account, source, {"status": CLOSED}, actor=who, line=line, special="merged")
            account.journal.effect(Did.TICKET_MERGED, SERVICE, who=agent, ticket=ticket, into=into)

    def survey_feedback(self, ticket: int, text: str = "", *, rating: int = 103) -> None:
        """The requester answers the survey: an incoming conversation that opens nothing, and a rating beside it."""
        account = self._account
        if rating not in RATINGS:
            raise ActError(f"{rating} is no rating; choose one of: {', '.join(map(str, RATINGS))}")
        with account.lock:
            there = self._account.living(ticket)
            who = there.shown["requester_id"]
            made = rating_object(
                number=account.ids.number(), ticket=there.shown, rating=rating, feedback=text, at=account.clock.now()
            )
            account.ratings.setdefault(there.id, []).append(made)
            line = Line(body=rich(text or RATINGS[rating]), user=who, kind=Kind.FEEDBACK, source=Source.SURVEY)
            changes.change(account, there, actor=who, line=line)

    def escalate(self, ticket: int, target: str = "resolution") -> None:
        """The SLA finds that `first_response`, `next_response` or `resolution` is overdue."""
        if target not in FLAGS:
            raise ActError(f'nothing is escalated for "{target}"; choose one of: {", ".join(FLAGS)}')
        with self._account.lock:
            changes.escalate(self._account, self._account.living(ticket), FLAGS[target])

    def delete(self, ticket: int, agent: str) -> None:
        """An agent puts the ticket into the trash."""
        self._put_away(self._account.living(ticket), agent, "deleted")

    def spam(self, ticket: int, agent: str) -> None:
        """An agent marks the ticket as spam."""
        self._put_away(self._account.living(ticket), agent, "spam")

    def restore(self, ticket: int, agent: str) -> None:
        """An agent takes the ticket back from the trash or from the spam."""
        there = self._account.ticket(ticket)
        if not there.gone:
            raise ActError(f"ticket {ticket} is neither deleted nor spam, so there is nothing to restore")
        self._put_away(there, agent, "restored")

    def _put_away(self, ticket: Ticket, agent: str, how: str) -> None:
        with self._account.lock:
            changes.put_away(self._account, ticket, actor=self._account.add_agent(agent)["id"], how=how)

    def _agent_sets(self, ticket: int, agent: str, **wanted: Any) -> None:
        account = self._account
        with account.lock:
            there = self._account.living(ticket)
            self._check_closure(there, wanted)
            changes.change(account, there, wanted, actor=account.add_agent(agent)["id"])

    def _check_closure(self, ticket: Ticket, wanted: Mapping[str, Any]) -> None:
        """The agents' form refuses what the API refuses."""
        shown = {**ticket.shown, **wanted}
        if shown["status"] not in CLOSURE:
            return
        for field in self._account.fields.values():
            if field.required_for_closure and field.value(shown) in (None, "", []):
                raise ActError(f'ticket {ticket.id} lacks "{field.label}", which closing needs; fill it in first')


def _note(text: str, user: int, *, public: bool = False) -> Line:
    return Line(body=rich(text), user=user, kind=Kind.PUBLIC if public else Kind.PRIVATE, source=Source.NOTE)


def _copies(cc: Iterable[str]) -> Json:
    """The fields of a ticket that say who is in copy."""
    copied = list(cc)
    return {"cc_emails": copied, "reply_cc_emails": copied}


def _number(given: str | int, names: Mapping[str, int], what: str) -> int:
    for name, number in names.items():
        if str(given).casefold() in (name.casefold(), str(number)):
            return number
    raise ActError(f'"{given}" is no {what}; choose one of: {", ".join(names)}')
