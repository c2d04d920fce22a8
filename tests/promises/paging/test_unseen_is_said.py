"""Where slabot cannot see whether a ticket was answered, the page leaves at its time and says so.

Promise: while a chat is not over the helpdesk does not tell what is said in it. The page says that slabot cannot see
it and asks to look, instead of that nobody has it; nothing is written to the ticket. Once the chat is over the page
says how it ended, and whoever was answered in time is paged about no more.
"""

from __future__ import annotations

from datetime import timedelta

from tests.promises.harness import Harness
from tests.promises.scene import AGENT


def chats(h: Harness) -> int:
    """A customer asks in a chat, on an urgent ticket, and slabot hears of it at once."""
    ticket = h.scene.sandbox.zendesk.people.start_chat("ana@contoso.example", "Hello?", priority="urgent")
    h.scene.run_for(timedelta())
    return ticket


def says(h: Harness, ticket: int, text: str, agent: str | None = None) -> None:
    h.scene.sandbox.zendesk.people.say_in_chat(ticket, text, agent=agent)
    h.scene.run_for(timedelta())


def ends(h: Harness, ticket: int) -> None:
    h.scene.sandbox.zendesk.people.end_chat(ticket)
    h.scene.run_for(timedelta())


def test_the_page_says_so_and_turns_to_in_time_when_the_chat_ends(h: Harness) -> None:
    ticket = chats(h)
    h.fast_forward("5m")
    says(h, ticket, "We look into it.", agent=AGENT)
    h.fast_forward("55m")
    page = h.escalations.expects_page(ticket)
    page.says("slabot cannot see whether this was answered", "unless it was answered", "Nobody has acknowledged it")
    page.never_says("Nobody has it yet")
    ends(h, ticket)
    h.escalations.expects_update(ticket).within("3m").says("in time").never_says("cannot see")
    h.stays_quiet(for_="3h")


def test_a_chat_that_is_over_before_the_page_is_not_paged_about(h: Harness) -> None:
    ticket = chats(h)
    h.fast_forward("5m")
    says(h, ticket, "We look into it.", agent=AGENT)
    h.fast_forward("20m")
    ends(h, ticket)
    h.stays_quiet(for_="3h")


def test_a_chat_in_which_nobody_answered_is_paged_about_as_ever_once_it_is_over(h: Harness) -> None:
    ticket = chats(h)
    h.fast_forward("30m")
    ends(h, ticket)
    h.fast_forward("30m")
    h.escalations.expects_page(ticket).says("Nobody has it yet").never_says("cannot see")
    h.answers(ticket)
