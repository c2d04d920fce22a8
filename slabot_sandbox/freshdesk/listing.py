"""List tickets with the filters of `GET /tickets`.

Promise: the traps of the real list are here: without `updated_since` only what was created in the last 30 days,
deleted tickets and spam left out, `updated_since` inclusive to the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from slabot_sandbox.base.objects import Json, stamp
from slabot_sandbox.freshdesk.account import EVERY_TICKET, FreshdeskAccount
from slabot_sandbox.freshdesk.fields import a, one_of
from slabot_sandbox.freshdesk.objects import CLOSURE, Ticket, requester_of
from slabot_sandbox.freshdesk.refusals import invalid, wrong
from slabot_sandbox.freshdesk.updates import INSTANT, UNKNOWN

RECENT = timedelta(days=30)  # created within, unless `updated_since` asks for more
ORDERS = ("created_at", "due_by", "updated_at", "status")
FILTERS = ("new_and_my_open", "watching", "spam", "deleted")
LIST_INCLUDES = ("requester", "stats", "company", "description")
VIEW_INCLUDES = ("conversations", "requester", "company", "stats")
KNOWN = (
    "filter",
    "requester_id",
    "email",
    "company_id",
    "updated_since",
    "order_by",
    "order_type",
    "page",
    "per_page",
    "include",
)
ASKERS = {"requester_id", "email", "company_id"}
MOST_CONVERSATIONS = 10  # that `include=conversations` shows


def tickets(account: FreshdeskAccount, query: Mapping[str, str], *, agent: Json) -> list[Ticket]:
    """The tickets of the list that was asked for, in its order.

    Raises:
        Refused: a parameter that the list does not know, or with a value that it does not take.
    """
    errors = [wrong(name, UNKNOWN, "invalid_field") for name in query if name not in KNOWN]
    for name, choices in (("filter", FILTERS), ("order_by", ORDERS), ("order_type", ("asc", "desc"))):
        if name in query and query[name] not in choices:
            errors.append(wrong(name, one_of(choices)))
    errors += [wrong(name, a("Positive Integer"), "datatype_mismatch") for name in _no_numbers(query)]
    since = _instant(query.get("updated_since"))
    if since is None and "updated_since" in query:
        errors.append(wrong("updated_since", INSTANT, "invalid_date"))
    if errors:
        raise invalid(*errors)
    # Whole seconds: what lies in the same second is listed again. Asked first, as it leaves the fewest.
    earliest, when = stamp(since or account.clock.now() - RECENT), "created_at" if since is None else "updated_at"
    found = [one for one in account.tickets.values() if one.shown[when] >= earliest]
    found = [one for one in found if _filtered(one, query.get("filter"), agent)]
    if agent["ticket_scope"] != EVERY_TICKET:
        found = [one for one in found if account.may_see(agent, one)]
    if ASKERS & query.keys():
        found = [one for one in found if _asked_by(account, one, query)]
    order = query.get("order_by", "created_at")
    found.sort(key=lambda one: (one.shown[order] or "", one.shown["id"]), reverse=query.get("order_type") != "asc")
    return found


def included(query: Mapping[str, str], known: Sequence[str]) -> list[str]:
    """What `include` asks for.

    Raises:
        Refused: something that cannot be included here.
    """
    asked = [one.strip() for one in query.get("include", "").split(",") if one.strip()]
    if any(one not in known for one in asked):
        raise invalid(wrong("include", one_of(known)))
    return asked


def with_included(account: FreshdeskAccount, ticket: Ticket, shown: Json, parts: Iterable[str]) -> Json:
    """The ticket with what was asked for besides."""
    for part in parts:
        match part:
            case "stats":
                shown["stats"] = dict(ticket.stats)
            case "requester":
                shown["requester"] = requester_of(account.user(ticket.shown["requester_id"]))
            case "company":
                company = account.companies.get(ticket.shown["company_id"])
                shown["company"] = {name: company[name] for name in ("id", "name")} if company else {}
            case "description":
                shown |= {name: ticket.shown[name] for name in ("description", "description_text")}
            case "conversations":
                if ticket.conversations is not None:  # messages that were never recorded are not the same as none
                    shown["conversations"] = ticket.conversations[:MOST_CONVERSATIONS]
    return shown


def _filtered(ticket: Ticket, name: str | None, agent: Json) -> bool:
    match name:
        case "deleted":
            return bool(ticket.shown["deleted"])
        case "spam":
            return bool(ticket.shown["spam"]) and not ticket.shown["deleted"]
        case "new_and_my_open":
            return (
                not ticket.gone and ticket.status not in CLOSURE and ticket.shown["responder_id"] in (None, agent["id"])
            )
        case "watching":
            return False  # the stand-in has no watchers
        case _:
            return not (ticket.shown["deleted"] or ticket.shown["spam"])


def _asked_by(account: FreshdeskAccount, ticket: Ticket, query: Mapping[str, str]) -> bool:
    shown = ticket.shown
    if "email" in query and account.email_of(shown["requester_id"]).casefold() != query["email"].casefold():
        return False
    return all(str(shown[name]) == query[name] for name in ("requester_id", "company_id") if name in query)


def _no_numbers(query: Mapping[str, str]) -> list[str]:
    return [name for name in ("requester_id", "company_id") if name in query and not query[name].isdigit()]


def _instant(text: str | None) -> datetime | None:
    try:
        instant = datetime.fromisoformat((text or "").replace(" ", "+"))  # a plus sign that was not encoded
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None
