"""Let customers and agents act in the account.

Promise: people act here as they do in the real product, at the clock's present instant, and their acts have the same
effects on tickets, audits, exports and webhooks as there. An agent or customer who is not known yet is made up from
the address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.errors import ActError
from slabot_sandbox.journal import Did
from slabot_sandbox.zendesk import changes
from slabot_sandbox.zendesk.account import SERVICE, ZendeskAccount
from slabot_sandbox.zendesk.amending import Amending
from slabot_sandbox.zendesk.chatting import Chatting
from slabot_sandbox.zendesk.objects import PRIORITIES, STATUSES, SYSTEM_AUTHOR, Ticket, via

MERGE_TAG = "closed_by_merge"


class ZendeskPeople(Chatting, Amending):
    """Customers and agents. Tickets are named by number, people by address."""

    def __init__(self, account: ZendeskAccount) -> None:
        """Act in this account."""
        self._account = account

    def create_ticket(
        self,
        requester: str,
        subject: str,
        text: str,
        *,
        priority: str | None = None,
        tags: Iterable[str] = (),
        organization: str | None = None,
        channel: str = "email",
        type: str | None = None,
        number: int | None = None,
        agent: str | None = None,
        public: bool = True,
        cc: Iterable[str] = (),
        fields: Mapping[str, Any] | None = None,
    ) -> int:
        """A request comes in; returns its number. With `agent`, an agent writes it on the requester's behalf."""
        account = self._account
        with account.lock:
            customer = account.add_user(requester, organization=organization)
            submitter = account.add_agent(agent) if agent else customer
            copies = [account.add_user(one)["id"] for one in cc]
            address = {"address": requester, "name": customer["name"]} if channel == "email" else {}
            ticket, _ = changes.create(
                account,
                requester=customer["id"],
                submitter=submitter["id"],
                subject=subject,
                text=text,
                public=public,
                source=via(channel, source=address),
                number=number,
                fields={
                    "priority": priority,
                    "type": type,
                    "tags": sorted(tags),
                    changes.COPIES: copies,
                    **(fields or {}),
                },
            )
            return ticket.id

    def customer_replies(
        self, ticket: int, text: str, *, author: str | None = None, channel: str = "email", public: bool = True
    ) -> int:
        """The requester (or another customer) writes; returns the ticket written to.

        Mail of somebody in copy that goes to support alone is not public.
        A reply to a closed ticket makes a follow-up ticket, as in the real product: its number is returned.
        """
        account = self._account
        with account.lock:
            there = self._account.living(ticket)
            who = account.add_user(author)["id"] if author else there.shown["requester_id"]
            if there.status == "closed":
                return self._follow_up(there, text, who=who, channel=channel)
            changes.change(account, there, actor=who, text=text, public=public, source=via(channel))
            return ticket

    def agent_replies(
        self,
        ticket: int,
        agent: str,
        text: str,
        *,
        public: bool = True,
        status: str | None = None,
        take: bool = True,
    ) -> None:
        """An agent writes, publicly or as an internal note, and may set the status with it.

        As in the agents' workspace, a public reply to an unassigned ticket assigns it to its author, unless `take`
        is false.
        """
        account = self._account
        with account.lock:
            there = self._open_ticket(ticket)
            who = account.add_agent(agent)["id"]
            wanted: Json = {"status": _status(status)} if status else {}
            if public and take and there.shown["assignee_id"] is None:
                wanted["assignee_id"] = who
            self._check_solve(there, wanted)
            changes.change(account, there, wanted, actor=who, text=text, public=public)

    def agent_sets_status(self, ticket: int, agent: str, status: str) -> None:
        """An agent sets open, pending, hold or solved; the name of a custom status will do as well."""
        account = self._account
        with account.lock:
            there = self._open_ticket(ticket)
            for custom in account.custom_statuses.values():
                if custom["agent_label"].casefold() == status.casefold() and not custom["default"]:
                    wanted: Json = {"custom_status_id": custom["id"], "status": custom["status_category"]}
                    break
            else:
                wanted = {"status": _status(status)}
            self._check_solve(there, wanted)
            changes.change(account, there, wanted, actor=account.add_agent(agent)["id"])

    def agent_sets_priority(self, ticket: int, agent: str, priority: str) -> None:
        """An agent sets low, normal, high or urgent."""
        if priority not in PRIORITIES:
            raise ActError(f'"{priority}" is no priority; choose one of: {", ".join(PRIORITIES)}')
        self._agent_sets(ticket, agent, priority=priority)

    def agent_sets_tags(self, ticket: int, agent: str, tags: Iterable[str]) -> None:
        """An agent sets the tags; these replace the former ones."""
        self._agent_sets(ticket, agent, tags=sorted(tags))

    def agent_sets_assignee(self, ticket: int, agent: str, assignee: str | None) -> None:
        """An agent assigns the ticket to an agent, or to nobody."""
        with self._account.lock:
            who = self._account.add_agent(assignee)["id"] if assignee else None
            self._agent_sets(ticket, agent, assignee_id=who)

    def solve(self, ticket: int, agent: str, text: str | None = None) -> None:
        """An agent solves the ticket, with a last public word or without; takes it if nobody has."""
        account = self._account
        with account.lock:
            there = self._open_ticket(ticket)
            who = account.add_agent(agent)["id"]
            wanted: Json = {"status": "solved"}
            if there.shown["assignee_id"] is None:
                wanted["assignee_id"] = who
            changes.change(account, there, wanted, actor=who, text=text)

    def merge(self, ticket: int, into: int, agent: str) -> None:
        """An agent merges a ticket into another: it is closed, and both get a note."""
        account = self._account
        with account.lock:
            source, target = self._open_ticket(ticket), self._open_ticket(into)
            who = account.add_agent(agent)["id"]
            last = (source.comments or [{"body": source.shown["description"]}])[-1]["body"]
            changes.change(
                account,
                target,
                actor=who,
                text=f"Request #{source.id} ({source.shown['subject']}) was closed and merged into this request. "
                f"Last comment in request #{source.id}:\n\n{last}",
                public=False,
                source=_merged_via(source),
            )
            changes.change(
                account,
                source,
                {"status": "closed", "tags": sorted({*source.shown["tags"], MERGE_TAG})},
                actor=who,
                text=f"This request was closed and merged into request #{target.id} ({target.shown['subject']}).",
                public=False,
                source=_merged_via(target),
                special="merged",
                special_event={"target_ticket_id": str(target.id)},
            )
            account.journal.effect(Did.TICKET_MERGED, SERVICE, who=agent, ticket=ticket, into=into)

    def delete(self, ticket: int, agent: str) -> None:
        """An agent deletes the ticket."""
        with self._account.lock:
            changes.delete(self._account, self._account.living(ticket), actor=self._account.add_agent(agent)["id"])

    def restore(self, ticket: int, agent: str) -> None:
        """An agent takes a deleted ticket back."""
        with self._account.lock:
            there = self._account.ticket(ticket)
            if not there.gone:
                raise ActError(f"ticket {ticket} is not deleted, so there is nothing to restore")
            changes.restore(self._account, there, actor=self._account.add_agent(agent)["id"])

    def spam(self, ticket: int, agent: str) -> None:
        """An agent marks the ticket as spam: it is deleted, and its requester suspended."""
        account = self._account
        with account.lock:
            there = self._account.living(ticket)
            if there.shown["requester_id"] in account.users:
                account.users[there.shown["requester_id"]]["suspended"] = True
            changes.delete(account, there, actor=account.add_agent(agent)["id"], spam=True)

    def system_line(self, ticket: int, text: str) -> None:
        """A public line that no user wrote (author -1), as chats and bots leave them."""
        with self._account.lock:
            there = self._open_ticket(ticket)
            changes.change(self._account, there, actor=SYSTEM_AUTHOR, text=text, source=via("chat_transcript"))

    def _agent_sets(self, ticket: int, agent: str, **wanted: Any) -> None:
        account = self._account
        with account.lock:
            changes.change(account, self._open_ticket(ticket), wanted, actor=account.add_agent(agent)["id"])

    def _follow_up(self, closed: Ticket, text: str, *, who: int, channel: str) -> int:
        origin = {"ticket_id": closed.id, "subject": closed.shown["subject"], "channel": channel}
        ticket, _ = changes.create(
            self._account,
            requester=who,
            submitter=who,
            subject=f"Re: {closed.shown['subject']}",
            text=text,
            source=via(channel, source=origin, rel="follow_up"),
            fields={"tags": list(closed.shown["tags"])},
        )
        closed.shown["followup_ids"] = [*closed.shown["followup_ids"], ticket.id]
        return ticket.id

    def _open_ticket(self, number: int) -> Ticket:
        ticket = self._account.living(number)
        if ticket.status == "closed":
            raise ActError(f"ticket {number} is closed for good; a customer's reply makes a follow-up ticket")
        return ticket

    def _check_solve(self, ticket: Ticket, wanted: Json) -> None:
        assignee = wanted.get("assignee_id", ticket.shown["assignee_id"])
        if wanted.get("status") == "solved" and assignee is None:
            raise ActError(f"ticket {ticket.id} has no assignee, and solving needs one; use solve or assign it")


def _status(status: str) -> str:
    if status not in STATUSES or status in ("new", "closed"):
        raise ActError(f'an agent cannot set "{status}"; choose one of: open, pending, hold, solved')
    return status


def _merged_via(other: Ticket) -> Json:
    return via("web", source={"ticket_id": other.id, "subject": other.shown["subject"]}, rel="merge")
