"""Let customers and agents chat.

Promise: as in the real product, what is said in a chat stands in no comment and in no audit until the chat is over;
then one audit tells all of it. What can be seen from outside before that is the ticket, its opening line, that a chat
began, and what the chat did to status and assignee.
"""

from __future__ import annotations

from collections.abc import Iterable

from slabot_sandbox.base.objects import Json
from slabot_sandbox.errors import ActError
from slabot_sandbox.journal import Did
from slabot_sandbox.zendesk import changes
from slabot_sandbox.zendesk.account import SERVICE, ZendeskAccount
from slabot_sandbox.zendesk.objects import SYSTEM_AUTHOR, Ticket, via

CHANNEL = "native_messaging"


class Chatting:
    """Acts in a conversation that goes on."""

    _account: ZendeskAccount

    def start_chat(
        self,
        requester: str,
        text: str | None = None,
        *,
        ticket: int | None = None,
        priority: str | None = None,
        tags: Iterable[str] = (),
        organization: str | None = None,
        channel: str = CHANNEL,
    ) -> int:
        """A customer opens a chat, and a ticket with it, unless one is given; returns the ticket's number."""
        account = self._account
        with account.lock:
            customer = account.add_user(requester, organization=organization)
            chat: Json = {
                "chat_id": f"{account.number}.{account.ids.number()}",
                "visitor_id": f"visitor-{customer['id']}",
                "channel": channel,
                "history": [],
            }
            self._add(chat, customer, "ChatJoin")
            began = [self._event("ChatStartedEvent", chat)]
            opening = f"Conversation with {customer['name']}"
            if ticket is None:
                there, _ = changes.create(
                    account,
                    requester=customer["id"],
                    submitter=customer["id"],
                    subject=opening,
                    text=opening,
                    public=False,
                    source=via(channel),
                    fields={"priority": priority, "tags": sorted(tags), "from_messaging_channel": True},
                    events=began,
                )
            else:
                there = account.living(ticket)
                if there.chat is not None:
                    raise ActError(f"a chat goes on at ticket {ticket} already; end it first")
                changes.change(account, there, actor=SYSTEM_AUTHOR, source=via(channel), events=began)
            there.chat = chat
            if text is not None:
                self.say_in_chat(there.id, text)
            return there.id

    def say_in_chat(self, ticket: int, text: str, *, agent: str | None = None) -> None:
        """The customer says something in the chat, or an agent does, who takes the ticket with it."""
        account = self._account
        with account.lock:
            there, chat = self._chatting(ticket)
            if agent is None:
                who = account.users[there.shown["requester_id"]]
                wanted = {"status": "open"} if there.status in changes.REOPENED_BY_CUSTOMER else {}
            else:
                who = account.add_agent(agent)
                wanted = {"assignee_id": who["id"]} if there.shown["assignee_id"] is None else {}
            if all(one["actor_id"] != who["id"] for one in chat["history"]):
                self._add(chat, who, "ChatJoin")
            self._add(chat, who, "ChatMessage", message=text)
            account.journal.effect(
                Did.CHAT_SAID,
                SERVICE,
                who=account.email_of(who["id"]),
                ticket=ticket,
                text=text,
                agent=agent is not None,
            )
            if wanted:
                changes.change(account, there, wanted, actor=who["id"], source=via(chat["channel"]))

    def end_chat(self, ticket: int) -> None:
        """The chat is over: only now does an audit tell what was said in it, and a line of author -1 repeats it."""
        account = self._account
        with account.lock:
            there, chat = self._chatting(ticket)
            there.chat = None
            said = [one for one in chat["history"] if one["type"] == "ChatMessage"]
            changes.change(
                account,
                there,
                actor=SYSTEM_AUTHOR,
                text="\n".join(f"{one['actor_name']}: {one['message']}" for one in said) or "(nothing was said)",
                source=via("chat_transcript"),
                events=[self._event("ChatEndedEvent", chat)],
            )

    def _chatting(self, number: int) -> tuple[Ticket, Json]:
        ticket = self._account.living(number)
        if ticket.chat is None:
            raise ActError(f"no chat goes on at ticket {number}; start one with start_chat")
        return ticket, ticket.chat

    def _event(self, kind: str, chat: Json) -> Json:
        told = {key: chat[key] for key in ("chat_id", "visitor_id")}
        return {"type": kind, "value": {**told, "history": [dict(entry) for entry in chat["history"]]}}

    def _add(self, chat: Json, who: Json, kind: str, **more: str) -> None:
        chat["history"].append(
            {
                "chat_index": len(chat["history"]),
                "type": kind,
                "actor_id": who["id"],
                "actor_name": who["name"],
                "actor_type": "agent" if self._account.is_staff(who["id"]) else "end-user",
                "timestamp": int(self._account.clock.now().timestamp() * 1000),
                **more,
            }
        )
