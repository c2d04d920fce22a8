"""What are this organisation, group, brand and form called?

Promise: a name is at most `FRESH` old and is asked for once, not once a ticket; what nobody can name goes by its id.

Organisations and forms are asked for by id, a hundred in one call; of groups and brands an account has few, and there
is no call for some of them, so they are listed whole.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from adapters.errors import BadAnswer, Gone, NoSuchPlace, NotAllowed, Refused
from adapters.zendesk.asking import Asker
from adapters.zendesk.client import Client
from adapters.zendesk.fields import Raw, ident, objects, text

FRESH = timedelta(hours=1)
AGAIN = timedelta(minutes=5)  # after which an id that a list did not have is looked for once more
AT_ONCE = 100  # names in one call
KEPT = 50_000  # names; beyond this the oldest are dropped
ORGANIZATION, GROUP, BRAND, FORM = "organization_id", "group_id", "brand_id", "ticket_form_id"  # the ticket's fields
KINDS = (ORGANIZATION, GROUP, BRAND, FORM)
_BY_ID = {ORGANIZATION: "organizations", FORM: "ticket_forms"}
_LISTED = {GROUP: "groups", BRAND: "brands"}
_REFUSALS = (BadAnswer, Gone, NoSuchPlace, NotAllowed, Refused)

Named = Mapping[tuple[str, str], str]
"""Names by kind and id."""


class HeardNames:
    """The names that were heard lately. Shared by all threads."""

    def __init__(self) -> None:
        """Know none."""
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[str, datetime]] = {}

    def learn(self, answer: Raw, now: datetime) -> None:
        """Remember the organisations that came along with an answer."""
        self._keep(ORGANIZATION, objects(answer.get("organizations")), now)

    def find(self, wanted: Mapping[str, Collection[str]], client: Client, now: datetime) -> Named:
        """The names of these ids, asked for where they are not known. What nobody can name is left out.

        Raises:
            AdapterError: the helpdesk cannot be asked at all.
        """
        for kind, ids in wanted.items():
            missing = [each for each in sorted(ids) if not self._is_fresh((kind, each), now)]
            if missing and kind in _BY_ID:
                self._ask(kind, missing, client, now)
            elif missing:
                self._list(kind, missing, client, now)
        keys = [(kind, each) for kind, ids in wanted.items() for each in ids]
        with self._lock:
            return {key: self._known[key][0] for key in keys if key in self._known and self._known[key][0]}

    def _ask(self, kind: str, ids: list[str], client: Client, now: datetime) -> None:
        for start in range(0, len(ids), AT_ONCE):
            some, path = ids[start : start + AT_ONCE], _BY_ID[kind]
            try:
                answer = Asker(client).one(f"{path}/show_many.json", ids=",".join(some))
            except _REFUSALS:
                answer = {}
            self._keep(kind, objects(answer.get(path)), now, beside=some)

    def _list(self, kind: str, missing: list[str], client: Client, now: datetime) -> None:
        try:
            listed = Asker(client).every(f"{_LISTED[kind]}.json", _LISTED[kind])
        except _REFUSALS:
            listed = []
        self._keep(kind, listed, now, beside=missing)

    def _keep(self, kind: str, found: list[Raw], now: datetime, *, beside: Collection[str] = ()) -> None:
        """`beside` were asked for: of those that did not come it is remembered that they did not."""
        named = {own: text(raw.get("name")) for raw in found if (own := ident(raw.get("id"))) is not None}
        with self._lock:
            for own in (*named, *(each for each in beside if each not in named)):
                former = self._known.pop((kind, own), ("", now))[0]
                self._known[kind, own] = (named.get(own) or former, now)
            while len(self._known) > KEPT:
                self._known.pop(next(iter(self._known)))

    def _is_fresh(self, key: tuple[str, str], now: datetime) -> bool:
        with self._lock:
            known = self._known.get(key)
        # An age of less than nothing: the clock was set back since.
        return known is not None and timedelta() <= now - known[1] < (FRESH if known[0] else AGAIN)
