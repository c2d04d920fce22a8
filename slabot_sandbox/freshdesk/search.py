"""Search tickets, in an index that lags behind.

Promise: the search has the limits of the real one: 30 a page, ten pages, days instead of instants, inclusive bounds,
and an index that lags behind what the ticket itself says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.refusals import Refused
from slabot_sandbox.freshdesk.account import Changed, FreshdeskAccount
from slabot_sandbox.freshdesk.objects import Ticket
from slabot_sandbox.freshdesk.refusals import invalid, wrong

PAGE, LAST_PAGE = 30, 10
LONGEST = 512  # characters of a query
USUAL_LAG = timedelta(minutes=2)  # documented as "a few minutes"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
KEYS = {"agent_id": "responder_id", "tag": "tags"}  # names of the search that are no names of the ticket
DAYS = ("created_at", "updated_at", "due_by", "fr_due_by")
FIELDS = ("agent_id", "group_id", "priority", "status", "tag", "type", *DAYS)
TOKEN = re.compile(r"\s*(?:(\()|(\))|(AND|OR)\b|([a-z]\w*):([<>]?)(?:'([^']*)'|([^\s()']+)))")

Test: TypeAlias = Callable[[Mapping[str, Any]], bool]


class Search:
    """The index of an account."""

    def __init__(self, account: FreshdeskAccount) -> None:
        """Listen to the account from now on. `lag` may be changed at any time; zero switches it off."""
        self.lag = USUAL_LAG
        self._account = account
        self._seen: dict[int, list[tuple[datetime, Json]]] = {}
        account.listeners.append(self._heard)

    def find(self, text: str, page: str, *, agent: Json) -> Json:
        """One page of what the query finds, newest first.

        Raises:
            Refused: the query or the page is none.
        """
        if not page.isdigit() or not 1 <= int(page) <= LAST_PAGE:
            raise invalid(wrong("page", f"It should be a Positive Integer less than or equal to {LAST_PAGE}"))
        fits, account = _Query(text, account=self._account).test, self._account
        found = []
        for ticket in account.visible():
            shown = self._indexed(ticket)
            if shown is not None and account.may_see(agent, ticket) and fits(shown):
                found.append(shown)
        found.sort(key=lambda shown: (shown["created_at"], shown["id"]), reverse=True)
        start = (int(page) - 1) * PAGE
        return {"results": found[start : start + PAGE], "total": len(found)}

    def _indexed(self, ticket: Ticket) -> Json | None:
        """The ticket as the index has it; None if it does not have it yet."""
        seen = self._seen.get(ticket.id)
        if seen is None:
            return ticket.listed()  # loaded, and nothing has happened since
        horizon = self._account.clock.now() - self.lag
        return next((shown for at, shown in reversed(seen) if at <= horizon), None)

    def _heard(self, changed: Changed) -> None:
        ticket, now = changed.ticket, self._account.clock.now()
        seen = self._seen.get(ticket.id)
        if seen is None:
            former = {name: pair[0] for name, pair in changed.changes.items() if name in ticket.listed()}
            seen = [] if changed.created else [(BEGINNING, ticket.listed() | former)]
        seen.append((now, ticket.listed()))
        while len(seen) > 1 and seen[1][0] <= now - self.lag:
            seen.pop(0)  # the index will not look back this far again
        self._seen[ticket.id] = seen


class _Query:
    """A query, read by recursive descent: `or` of `and` of comparisons and groups."""

    def __init__(self, text: str, *, account: FreshdeskAccount) -> None:
        self._account = account
        if len(text) < 2 or text[0] != '"' or text[-1] != '"':
            raise _refused("Given query is invalid. Try wrapping it in double quotes")  # ours
        if len(text) > LONGEST:
            raise _refused(f"Has {len(text)} characters, it can have maximum of {LONGEST} characters")
        self._tokens = list(self._read(text[1:-1].strip()))
        self._at = 0
        self.test = self._any()
        if self._at < len(self._tokens):
            raise _refused("Given query is invalid")  # ours

    def _read(self, text: str) -> list[tuple[str, ...]]:
        tokens, at = [], 0
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None:
                raise _refused("Given query is invalid")  # ours
            tokens.append(tuple(match.groups(default="")))
            at = match.end()
        return tokens

    def _next(self, place: int, word: str = "") -> bool:
        """Take the next token if it has something, or this word, in this place."""
        if self._at < len(self._tokens):
            found = self._tokens[self._at][place]
            if found == word if word else found:
                self._at += 1
                return True
        return False

    def _any(self) -> Test:
        tests = [self._all()]
        while self._next(2, "OR"):
            tests.append(self._all())
        return lambda shown: any(test(shown) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._next(2, "AND"):
            tests.append(self._one())
        return lambda shown: all(test(shown) for test in tests)

    def _one(self) -> Test:
        if self._next(0):
            test = self._any()
            if not self._next(1):
                raise _refused("Given query is invalid")  # ours
            return test
        if not self._next(3):
            raise _refused("Given query is invalid")  # ours
        _, _, _, name, sign, quoted, bare = self._tokens[self._at - 1]
        return self._comparison(name, sign, quoted or bare)

    def _comparison(self, name: str, sign: str, text: str) -> Test:
        custom = self._account.fields.get(name)
        if name not in FIELDS and (custom is None or not custom.is_custom):
            raise invalid(wrong(name, "Unexpected/invalid field in request", "invalid_field"))
        wanted: Any = None if text == "null" else _day(name, text) if name in DAYS else text

        def fits(shown: Mapping[str, Any]) -> bool:
            key = KEYS.get(name, name)
            value = shown["custom_fields"].get(name) if custom is not None and custom.is_custom else shown[key]
            if wanted is None:
                return value is None
            if isinstance(value, list):
                return wanted in [str(one) for one in value]
            if value is None:
                return False
            if name in DAYS:
                return _compare(str(value)[:10], sign, wanted)
            if isinstance(value, bool):
                return str(value).lower() == str(wanted)
            if isinstance(value, int) and str(wanted).lstrip("-").isdigit():
                return _compare(value, sign, int(wanted))
            return str(value) == str(wanted)

        return fits


def _compare(value: Any, sign: str, wanted: Any) -> bool:
    """Both bounds are inclusive, whatever the sign looks like."""
    match sign:
        case ">":
            return bool(value >= wanted)
        case "<":
            return bool(value <= wanted)
        case _:
            return bool(value == wanted)


def _day(name: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise invalid(wrong(name, "It should be in the 'yyyy-mm-dd' format", "invalid_date")) from None


def _refused(said: str) -> Refused:
    return invalid(wrong("query", said))
