"""How does slabot read and write tickets at Freshdesk?

Promise: the contract of `adapters.base`, and nothing that Freshdesk does not promise itself. Safe to use from several
threads.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from adapters.base import (
    MARKED,
    READ_BEFORE_ACTING,
    RESERVE_PERCENT,
    Account,
    Clock,
    Done,
    Hint,
    OwnStatus,
    Plans,
    RateBudget,
    ReadingPace,
    Repeat,
    Snapshot,
    SweepBatch,
    Write,
)
from adapters.errors import BadAnswer, BadSettings, CallsKept, Gone, UnmappedStatus
from adapters.figures import Lacking, Told
from adapters.freshdesk import figures, hooks
from adapters.freshdesk.agents import read_agent
from adapters.freshdesk.attempts import Attempt, Attempts
from adapters.freshdesk.client import Client
from adapters.freshdesk.conversations import words_of
from adapters.freshdesk.directory import every_name
from adapters.freshdesk.examine import Examiner, own_statuses
from adapters.freshdesk.history import Remembrance, gather, read_conversations
from adapters.freshdesk.limits import Limits
from adapters.freshdesk.listing import Listing
from adapters.freshdesk.merges import MERGE_WORDS, MergeNotes
from adapters.freshdesk.reading import Gathered, read_snapshot
from adapters.freshdesk.session import FreshdeskSession
from adapters.freshdesk.statuses import StatusMap
from adapters.freshdesk.terms import read_terms
from adapters.freshdesk.ticket_fields import AccountFields, read_fields
from adapters.freshdesk.writing import Writer, reference
from adapters.http.address import AccountAddress
from adapters.http.fields import Unreadable, instant_or_none, objects, text
from adapters.http.remembered import Remembered
from adapters.http.threads import OneEach
from slabot.domain import Category, Finding, utc

FIELDS_FRESH = timedelta(hours=1)  # how long the account's own fields are taken to be the same
CALLS = 5  # for an ordinary ticket: one, and one more for each of the four things that come with it


class FreshdeskAdapter:
    """One Freshdesk account. An `adapters.base.Adapter`; `adapters.registry.open_adapter` makes it."""

    kind = "freshdesk"

    def __init__(
        self,
        *,
        name: str,
        url: str,
        token: str,
        statuses: Mapping[str, Category],
        clock: Clock,
        email: str = "",
        webhook_secrets: Sequence[str] = (),
        reserve_percent: int = RESERVE_PERCENT,
        budget: RateBudget | None = None,
        merge_words: Sequence[str] = MERGE_WORDS,
        open_with_assignee: Category | None = None,
    ) -> None:
        """Check the settings; open nothing yet. `token` is an agent's API key, so no `email` is needed.

        Raises:
            BadSettings: an address, a key or a secret that cannot work.
        """
        place = f"helpdesks.{name}"
        self.name = name
        self._address = AccountAddress.parse(url, setting=f"{place}.base_url", example="https://acme.freshdesk.com")
        if not token.strip():
            raise BadSettings(f"{place}.token_env", "the API key is empty", remedy="set the variable it names")
        hooks.check_secrets(webhook_secrets, setting=f"{place}.webhook_secret_env")
        self._key, self._secrets = token.strip(), tuple(webhook_secrets)
        self._clock = clock
        self._limits = Limits(reserve_percent, budget)
        self._clients = OneEach(self._new_client)
        self._listing = Listing(self._clients.mine, clock, self._limits)
        self._known = Remembrance()
        self._by_email: Remembered[str] = Remembered()
        self._attempts = Attempts()
        self._statuses = StatusMap(name, statuses, open_with_assignee=open_with_assignee)
        self._merges = MergeNotes(merge_words)
        self._fields: AccountFields | None = None
        self._fields_read: datetime | None = None
        self._account: Account | None = None
        self._lock = threading.Lock()

    def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
        """See `adapters.base`: the list of tickets by their last change, up to 100 a call."""
        return self._listing.sweep(cursor, since=since)

    def fetch(self, ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        """See `adapters.base`: the ticket and its conversations, one call for an ordinary one.

        Raises:
            CallsKept: nobody waits for it, so it leaves people their share of the calls.
        """
        if (until := self._limits.reading_closed_until(self._now())) is not None:
            raise CallsKept(until, endpoint=f"GET /api/v2/tickets/{ticket_id}")
        return self.version_of(ticket_id, timeout=timeout)

    def look_ahead(self, ticket_ids: Collection[str], *, timeout: float | None = None) -> None:
        """See `adapters.base`: no call here brings several tickets with their history."""

    def figures(self, ticket_ids: Collection[str], *, since: datetime) -> Iterator[Told | Lacking]:
        """See `adapters.figures`: three lists, then the ticket with its stats, two of the account's calls each."""
        terms = read_terms(self._clients.mine(), self._allowed)
        yield from map(Lacking, terms.lacking)
        for number in ticket_ids:
            endpoint = f"GET /api/v2/tickets/{number}"
            self._allowed(endpoint)
            try:
                raw = self._client_for(number).ticket(number, include=figures.INCLUDE)
                yield Told(number, tuple(figures.of_ticket(raw, terms)), instant_or_none(raw, "updated_at"))
            except Gone:
                continue
            except Unreadable as error:
                raise BadAnswer(str(error), endpoint=endpoint) from None

    def _allowed(self, endpoint: str) -> None:
        """Raises CallsKept where the rest of the calls is kept for people."""
        if (until := self._limits.reading_closed_until(self._now())) is not None:
            raise CallsKept(until, endpoint=endpoint)

    def reading_pace(self) -> ReadingPace:
        """See `adapters.base`."""
        return ReadingPace(calls=CALLS, a_minute=self._limits.a_minute())

    def version_of(self, ticket_id: str, *, timeout: float | None = READ_BEFORE_ACTING) -> Snapshot:
        """See `adapters.base`. All of it again: whether a customer has answered stands in the conversations."""
        client = self._client_for(ticket_id)
        endpoint = f"GET /api/v2/tickets/{ticket_id}"
        with client.session.within(timeout):
            statuses = self._status_map(client)
            gathered = gather(ticket_id, client, self._known, own_id=self._me().id, clock=self._clock)
            try:
                return self._snapshot(gathered, statuses)
            except Unreadable as error:
                raise BadAnswer(str(error), endpoint=endpoint) from None
            except UnmappedStatus:
                if statuses.labels:
                    raise
                return self._snapshot(gathered, statuses.with_labels(self._account_fields(client).statuses))

    def _snapshot(self, gathered: Gathered, statuses: StatusMap) -> Snapshot:
        root = self._address.root
        return read_snapshot(gathered, helpdesk=self.name, root=root, statuses=statuses, merges=self._merges)

    def set_category(self, ticket_id: str, category: Category, *, seen: str, marker: str) -> Done:
        """See `adapters.base`. Freshdesk may refuse a close for want of fields; the error names them."""
        return self._writer(ticket_id).category(ticket_id, category, seen=seen, marker=marker)

    def set_priority(self, ticket_id: str, priority: str, *, seen: str, marker: str) -> Done:
        """See `adapters.base`: ``urgent``, ``high``, ``medium`` or ``low``."""
        return self._writer(ticket_id).priority(ticket_id, priority, seen=seen, marker=marker)

    def assign(self, ticket_id: str, assignee_id: str, *, seen: str, marker: str) -> Done:
        """See `adapters.base`."""
        return self._writer(ticket_id).assignee(ticket_id, assignee_id, seen=seen, marker=marker)

    def send_public(
        self, ticket_id: str, text: str, *, seen: str, marker: str, category: Category | None = None
    ) -> Done:
        """See `adapters.base`. Two requests with a category: the status first, set back if the message is refused."""
        return self._writer(ticket_id).public(ticket_id, text, seen=seen, marker=marker, category=category)

    def add_note(self, ticket_id: str, text: str, *, marker: str) -> Done:
        """See `adapters.base`. The note ends in a reference, by which it is found again."""
        return self._writer(ticket_id).note(ticket_id, text, marker=marker)

    def repeat(self, write: Write) -> Repeat:
        """See `adapters.base`: a message to a customer carries no mark, so nobody can be sure that it is not there."""
        return Repeat.NEVER if write is Write.PUBLIC_MESSAGE else MARKED[write]

    def find_marker(
        self, ticket_id: str, marker: str, *, words: str | None = None, since: datetime | None = None
    ) -> bool:
        """See `adapters.base`: notes by their reference, messages by their words and time.

        A message that is not found is not sent again under this marker all the same: `send_public` refuses.
        """
        client = self._client_for(ticket_id)
        attempt = self._attempts.get(ticket_id, marker)
        if attempt is None and words is not None and since is not None:
            attempt = Attempt(text=words, at=utc(since))  # of a former life: nothing else is remembered of it
        if attempt is not None and attempt.conversation is not None:
            return True
        conversations = read_conversations(ticket_id, client)
        sought = reference(marker)
        notes = (raw for raw in conversations if raw.get("private") is True and raw.get("incoming") is False)
        if any(sought in words_of(raw, "body") for raw in notes):  # in what a customer wrote it is nobody's reference
            return True
        if attempt is None:
            return False
        found = self._attempts.look_for(ticket_id, attempt, conversations, own_id=self._me().id)
        if found is not None:
            self._attempts.arrived(ticket_id, marker, found)
        return found is not None

    def read_hint(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """See `adapters.base`."""
        return hooks.read_hint(headers, body, now, secrets=self._secrets)

    def whoami(self, *, timeout: float | None = None) -> Account:
        """See `adapters.base`. Asks anew each time.

        Raises:
            NotAllowed: the key is not accepted, or the plan has no API.
        """
        client = self._clients.mine()
        with client.session.within(timeout):
            raw = client.me()
        agent = read_agent(raw)
        if agent is None:
            raise BadAnswer("no agent in it", endpoint="GET /api/v2/agents/me")
        account = Account(id=agent.id, name=agent.name, email=agent.email, role="agent")
        with self._lock:
            self._account = account
        return account

    def agent_id_by_email(self, email: str) -> str | None:
        """See `adapters.base`. The address must be the same to the letter, but for case."""
        wanted = email.strip().casefold()
        if "@" not in wanted:
            return None
        return self._by_email.find(wanted, self._now(), lambda: self._asked_by_email(wanted))

    def _asked_by_email(self, wanted: str) -> str | None:
        for agent in map(read_agent, objects(self._clients.mine().agents_by_email(wanted))):
            if agent is not None and agent.email.casefold() == wanted:
                return agent.id
        return None

    def email_of(self, user_id: str) -> str | None:
        """See `adapters.base`."""
        found = self._known.agents.find([user_id], self._clients.mine(), self._clock.now()).get(user_id)
        return None if found is None else found.email or None

    def agent_names(self, ids: Collection[str], *, timeout: float = READ_BEFORE_ACTING) -> Mapping[str, str]:
        """See `adapters.base`: from the list of all agents."""
        client = self._clients.mine()
        with client.session.within(timeout):
            found = self._known.agents.find(ids, client, self._clock.now())
        return {own: agent.name for own in ids if (agent := found.get(own)) is not None and agent.name}

    def own_statuses(self) -> tuple[OwnStatus, ...]:
        """See `adapters.base`: as the account's ticket fields tell them."""
        return own_statuses(read_fields(self._clients.mine().ticket_fields()))

    def own_groups(self) -> tuple[str, ...]:
        """See `adapters.base`."""
        return every_name(self._clients.mine().groups)

    def own_brands(self) -> tuple[str, ...]:
        """See `adapters.base`: its products."""
        return every_name(self._clients.mine().products)

    def own_forms(self) -> tuple[str, ...]:
        """See `adapters.base`."""
        return every_name(self._clients.mine().forms)

    def own_languages(self) -> tuple[str, ...]:
        """See `adapters.base`: codes, the primary language first."""
        settings = self._clients.mine().helpdesk_settings()
        supported = settings.get("supported_languages")
        codes = [settings.get("primary_language"), *(supported if isinstance(supported, list) else ())]
        return tuple(dict.fromkeys(code for each in codes if (code := text(each))))

    def examine(self, plans: Plans) -> tuple[Finding, ...]:
        """See `adapters.base`."""
        examiner = Examiner(
            self._clients.mine(),
            helpdesk=self.name,
            statuses=self._statuses,
            merge_words=self._merges.words,
            limits=self._limits,
            secrets=self._secrets,
            now=self._now(),
        )
        return examiner.examine(plans)

    def close(self) -> None:
        """See `adapters.base`."""
        self._clients.close()

    def _new_client(self) -> Client:
        session = FreshdeskSession(self._address, key=self._key, clock=self._clock, budget=self._limits)
        return Client(self._address, session)

    def _client_for(self, ticket_id: str) -> Client:
        if not (ticket_id.isascii() and ticket_id.isdecimal()):
            raise Gone(ticket_id, endpoint="")
        return self._clients.mine()

    def _writer(self, ticket_id: str) -> Writer:
        client = self._client_for(ticket_id)
        fields = self._account_fields(client)
        return Writer(
            client=client,
            statuses=self._statuses.with_labels(fields.statuses),
            fields=fields,
            attempts=self._attempts,
            limits=self._limits,
            clock=self._clock,
        )

    def _me(self) -> Account:
        return self._account or self.whoami()

    def _now(self) -> datetime:
        return self._clock.now().astimezone(UTC)

    def _status_map(self, client: Client) -> StatusMap:
        """The policy's mapping, with the account's labels where the policy names statuses by those."""
        mapped = self._statuses
        return mapped.with_labels(self._account_fields(client).statuses) if mapped.has_labels else mapped

    def _account_fields(self, client: Client) -> AccountFields:
        now = self._now()
        with self._lock:
            fields, read = self._fields, self._fields_read
        if fields is not None and read is not None and timedelta() <= now - read < FIELDS_FRESH:
            return fields
        fields = read_fields(client.ticket_fields())
        with self._lock:
            self._fields, self._fields_read = fields, now
        return fields
