"""Let people change what a ticket is and who belongs to it.

Promise: what was said stays in the audits as it was when it was said, as in the real product; the comments endpoint
shows how things are today. Only a redaction takes words out of both.
"""

from __future__ import annotations

from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.errors import ActError
from slabot_sandbox.zendesk import changes
from slabot_sandbox.zendesk.account import ZendeskAccount
from slabot_sandbox.zendesk.objects import Ticket, rich, via

SCORES = ("good", "bad")
NOT_IN_CONVERSATION = 2  # the flag of a comment whose author had no part in the conversation
REDACTED = "\u2587"


class Amending:
    """Acts on who is who, and on what was said already."""

    _account: ZendeskAccount

    def hide_comment(self, ticket: int, agent: str, comment: int | None = None) -> None:
        """An agent makes a comment an internal note; the latest public one unless its id is given."""
        self._make_public(ticket, agent, comment, public=False)

    def show_comment(self, ticket: int, agent: str, comment: int | None = None) -> None:
        """An agent makes an internal note public; the latest one unless its id is given."""
        self._make_public(ticket, agent, comment, public=True)

    def redact_comment(self, ticket: int, agent: str, words: str) -> None:
        """An agent takes words out of every comment that has them, for good."""
        account = self._account
        with account.lock:
            there = account.living(ticket)
            events = []
            for comment in there.comments or ():
                if words not in comment["body"]:
                    continue
                body = comment["body"].replace(words, REDACTED * len(words))
                spoken = {"body": body, "plain_body": body, "html_body": rich(body)}
                comment.update(spoken)
                for event in self._told(there, comment["id"]):
                    event.update(spoken)
                events.append({"type": "CommentRedactionEvent", "comment_id": comment["id"]})
            if not events:
                raise ActError(f'no comment of ticket {ticket} holds "{words}"')
            changes.change(account, there, actor=account.add_agent(agent)["id"], events=events)

    def change_requester(self, ticket: int, agent: str, requester: str) -> None:
        """An agent makes somebody else the requester: a customer, or an agent."""
        account = self._account
        with account.lock:
            self._amend(ticket, agent, requester_id=account.add_user(requester)["id"])

    def add_cc(self, ticket: int, by: str, address: str) -> None:
        """Somebody puts a person in copy."""
        self._copy(ticket, by, add=address)

    def remove_cc(self, ticket: int, by: str, address: str) -> None:
        """Somebody takes a person out of copy."""
        self._copy(ticket, by, remove=address)

    def agent_sets_organization(self, ticket: int, agent: str, organization: str | None) -> None:
        """An agent gives the ticket to another organisation, by its name, or to none."""
        with self._account.lock:
            own = self._account.add_organization(organization)["id"] if organization else None
            self._amend(ticket, agent, organization_id=own)

    def agent_sets_group(self, ticket: int, agent: str, group: str | None) -> None:
        """An agent gives the ticket to a group, by its name, which is made where there is none of it."""
        account = self._account
        with account.lock:
            own = None if group is None else account.group_named(group)["id"]
            self._amend(ticket, agent, group_id=own)

    def agent_sets_brand(self, ticket: int, agent: str, brand: str) -> None:
        """An agent puts the ticket under another brand, by its name."""
        with self._account.lock:
            self._amend(ticket, agent, brand_id=self._account.add_brand(brand)["id"])

    def agent_sets_form(self, ticket: int, agent: str, form: str) -> None:
        """An agent chooses another form, by its name."""
        with self._account.lock:
            self._amend(ticket, agent, ticket_form_id=self._account.add_form(form)["id"])

    def rate(self, ticket: int, score: str, text: str | None = None) -> None:
        """The requester answers the survey: good or bad, with words or without."""
        if score not in SCORES:
            raise ActError(f'"{score}" is no score; choose one of: {", ".join(SCORES)}')
        account = self._account
        with account.lock:
            there = account.living(ticket)
            there.shown["satisfaction_rating"] = {"id": account.ids.number(), "score": score, "comment": text}
            told = {
                "type": "SatisfactionRating",
                "score": score,
                "assignee_id": there.shown["assignee_id"],
                "body": text,
            }
            changes.change(account, there, actor=there.shown["requester_id"], source=via("web"), events=[told])

    def stranger_writes(self, ticket: int, author: str, text: str) -> None:
        """Somebody who is neither requester nor in copy mails into the ticket: a private comment, with a flag."""
        account = self._account
        with account.lock:
            there = account.living(ticket)
            who = account.add_user(author)["id"]
            changes.change(
                account, there, actor=who, text=text, public=False, source=via("email"), flags=[NOT_IN_CONVERSATION]
            )

    def _amend(self, ticket: int, agent: str, **wanted: Any) -> None:
        account = self._account
        changes.change(account, account.living(ticket), wanted, actor=account.add_agent(agent)["id"])

    def _copy(self, ticket: int, by: str, *, add: str | None = None, remove: str | None = None) -> None:
        account = self._account
        with account.lock:
            there = account.living(ticket)
            copies = [user for user in there.shown[changes.COPIES] if account.email_of(user) != remove]
            if add is not None and (user := account.add_user(add)["id"]) not in copies:
                copies.append(user)
            changes.change(account, there, {changes.COPIES: copies}, actor=account.add_user(by)["id"])

    def _make_public(self, ticket: int, agent: str, comment: int | None, *, public: bool) -> None:
        account = self._account
        with account.lock:
            there = account.living(ticket)
            for one in reversed(there.comments or ()):
                if one["public"] is not public and comment in (None, one["id"]):
                    one["public"] = public
                    told = {"type": "CommentPrivacyChange", "comment_id": one["id"], "public": public}
                    changes.change(account, there, actor=account.add_agent(agent)["id"], events=[told])
                    return
            raise ActError(f"ticket {ticket} has no such comment that is {'internal' if public else 'public'}")

    def _told(self, ticket: Ticket, comment: int) -> list[Json]:
        """The comment where it stands among the events of audits."""
        return [event for audit in ticket.audits or () for event in audit["events"] if event["id"] == comment]
