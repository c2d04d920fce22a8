"""How does slabot read and write tickets at Zendesk?

Promise: the contract of `adapters.base`, and nothing that Zendesk does not promise itself. Safe to use from
several threads.
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
    OAuthClient,
    OwnStatus,
    Plans,
    RateBudget,
    ReadingPace,
    Repeat,
    Snapshot,
    SweepBatch,
    Write,
)
from adapters.errors import AdapterError, BadAnswer, BadSettings, Gone, NoSuchPlace
from adapters.figures import Lacking, Told
from adapters.http.address import AccountAddress
from adapters.http.remembered import Remembered
from adapters.http.sign_in import SignIn
from adapters.http.threads import OneEach
from adapters.zendesk import export, figures, hooks
from adapters.zendesk.actors import marker_of
from adapters.zendesk.asking import Asker
from adapters.zendesk.client import Client
from adapters.zendesk.examine import Examiner
from adapters.zendesk.fields import Raw, Unreadable, ident, objects, text
from adapters.zendesk.history import PeopleAndNames, gather, has_marker
from adapters.zendesk.identity import Beside, who_is
from adapters.zendesk.limits import shared_budget
from adapters.zendesk.reading import read_snapshot
from adapters.zendesk.rows import Rows
from adapters.zendesk.session import HelpdeskSession, by_api_token
from adapters.zendesk.statuses import StatusMap, read_own_statuses
from adapters.zendesk.tokens import TokenSource, shared_source
from adapters.zendesk.users import read_user
from adapters.zendesk.writing import Writer
from slabot.domain import Category, Finding

LOOKED_AHEAD = 100  # tickets in one call
STATUSES_FRESH = timedelta(hours=1)  # how long the account's own statuses are taken to be the same
CALLS = 1.1  # for a ticket among many: its audits; the tickets themselves come in lots


class ZendeskAdapter:
    """One Zendesk account. An `adapters.base.Adapter`; `adapters.registry.open_adapter` makes it."""

    kind = "zendesk"

    def __init__(
        self,
        *,
        name: str,
        url: str,
        statuses: Mapping[str, Category],
        clock: Clock,
        email: str = "",
        token: str = "",
        oauth: OAuthClient | None = None,
        webhook_secrets: Sequence[str] = (),
        reserve_percent: int = RESERVE_PERCENT,
        budget: RateBudget | None = None,
    ) -> None:
        """Check the settings; open nothing yet. `oauth` wins over `email` and `token`.

        Raises:
            BadSettings: an address, an e-mail address, a token, a client or a signing secret that cannot work.
        """
        place = f"helpdesks.{name}"
        self.name = name
        self._address = AccountAddress.parse(url, setting=f"{place}.base_url", example="https://acme.zendesk.com")
        if oauth is not None:
            _check_client(oauth, f"{place}.auth")
        elif "@" not in email:
            raise BadSettings(f"{place}.email", f'"{email}" is no address', remedy="name the bot's own agent")
        elif not token.strip():
            raise BadSettings(f"{place}.token_env", "the API token is empty", remedy="set the variable it names")
        hooks.check_secrets(webhook_secrets, setting=f"{place}.webhook_secret_env")
        self._secrets = tuple(webhook_secrets)
        self._clock = clock
        by_token = by_api_token(email.strip(), token.strip())
        self._sign_in: SignIn = by_token if oauth is None else shared_source(self._address, oauth, clock)
        self._beside = Beside(email.strip(), by_token if token.strip() else None) if oauth and email.strip() else None
        self._budget = shared_budget(self._address.root, reserve_percent) if budget is None else budget
        self._clients = OneEach(self._new_client)
        self._directory = PeopleAndNames()
        self._rows = Rows()
        self._by_email: Remembered[str] = Remembered()
        self._words = dict(statuses)
        self._statuses = StatusMap(name, statuses)
        self._statuses_read: datetime | None = None
        self._account: Account | None = None
        self._lock = threading.Lock()

    def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
        """See `adapters.base`: the cursor export, up to 1,000 tickets a call. Its rows are kept for `fetch`."""
        for page in export.sweep(self._clients.mine, self._clock, self._budget, cursor=cursor, since=since):
            self._rows.remember(page.changed, self._now())
            yield page

    def fetch(self, ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        """See `adapters.base`: the ticket and its audits, two calls for an ordinary one, and one where a sweep or
        `look_ahead` brought the ticket a moment ago.
        """
        return self._read(ticket_id, timeout, self._rows.take(ticket_id, self._now()))

    def look_ahead(self, ticket_ids: Collection[str], *, timeout: float | None = None) -> None:
        """See `adapters.base`: up to a hundred tickets in one call; their audits take one each, whatever is done."""
        now = self._now()
        wanted = [each for each in ticket_ids if _is_number(each) and not self._rows.has(each, now)][:LOOKED_AHEAD]
        if len(wanted) < 2:  # one alone costs the same call when it is fetched
            return
        client = self._clients.mine()
        try:
            with client.session.within(timeout):
                answer = client.tickets_by_id(wanted)
        except AdapterError:
            return
        self._directory.learn(answer, now)
        self._rows.remember(export.read_rows(objects(answer.get("tickets")))[0], now)

    def version_of(self, ticket_id: str, *, timeout: float = READ_BEFORE_ACTING) -> Snapshot:
        """See `adapters.base`. All of it again: whether a customer has answered stands in the audits."""
        return self._read(ticket_id, timeout, None)

    def _read(self, ticket_id: str, timeout: float | None, row: Raw | None) -> Snapshot:
        client = self._client_for(ticket_id)
        with client.session.within(timeout):
            statuses = self._status_map(client)
            own_id = self._me(client).id
            gathered = gather(ticket_id, client, self._directory, own_id=own_id, now=self._now(), row=row)
        try:
            snapshot = read_snapshot(gathered, helpdesk=self.name, root=self._address.root, statuses=statuses)
        except Unreadable as error:
            raise BadAnswer(str(error), endpoint=f"GET /api/v2/tickets/{ticket_id}.json") from None
        self._rows.was_read(ticket_id, snapshot.version)
        return snapshot

    def figures(self, ticket_ids: Collection[str], *, since: datetime) -> Iterator[Told | Lacking]:
        """See `adapters.figures`: the schedules, the metric events since then, and one call for each ticket."""
        known = [each for each in ticket_ids if _is_number(each)]
        return figures.read(self._clients.mine, self._clock, self._budget, known, since=since)

    def reading_pace(self) -> ReadingPace:
        """See `adapters.base`."""
        return ReadingPace(calls=CALLS, a_minute=self._budget.a_minute())

    def set_category(self, ticket_id: str, category: Category, *, seen: str, marker: str) -> Done:
        """See `adapters.base`. A ticket to be solved that has no assignee is given to slabot's agent."""
        return self._writer(ticket_id).category(ticket_id, category, seen=seen, marker=marker)

    def set_priority(self, ticket_id: str, priority: str, *, seen: str, marker: str) -> Done:
        """See `adapters.base`: ``urgent``, ``high``, ``normal`` or ``low``."""
        return self._writer(ticket_id).priority(ticket_id, priority, seen=seen, marker=marker)

    def assign(self, ticket_id: str, assignee_id: str, *, seen: str, marker: str) -> Done:
        """See `adapters.base`."""
        return self._writer(ticket_id).assignee(ticket_id, assignee_id, seen=seen, marker=marker)

    def send_public(
        self, ticket_id: str, text: str, *, seen: str, marker: str, category: Category | None = None
    ) -> Done:
        """See `adapters.base`."""
        return self._writer(ticket_id).public(ticket_id, text, seen=seen, marker=marker, category=category)

    def add_note(self, ticket_id: str, text: str, *, marker: str) -> Done:
        """See `adapters.base`."""
        return self._writer(ticket_id).note(ticket_id, text, marker=marker)

    def repeat(self, write: Write) -> Repeat:
        """See `adapters.base`: every write leaves its mark in an audit, so what is not found did not happen."""
        return MARKED[write]

    def find_marker(
        self, ticket_id: str, marker: str, *, words: str | None = None, since: datetime | None = None
    ) -> bool:
        """See `adapters.base`: in the metadata of the ticket's audits."""
        client = self._client_for(ticket_id)
        return has_marker(ticket_id, client, lambda audit: marker_of(audit.get("metadata")) == marker)

    def read_hint(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """See `adapters.base`."""
        return hooks.read_hint(headers, body, now, secrets=self._secrets)

    def whoami(self, *, timeout: float | None = None) -> Account:
        """See `adapters.base`. Asks anew each time.

        Raises:
            NotAllowed: the credentials are not accepted, or belong to an end user.
        """
        client = self._clients.mine()
        with client.session.within(timeout):
            account = who_is(client, by_oauth=isinstance(self._sign_in, TokenSource))
        with self._lock:
            self._account = account
        return account

    def agent_id_by_email(self, email: str) -> str | None:
        """See `adapters.base`. The address must be the same to the letter, but for case."""
        wanted = email.strip().casefold()
        if not wanted or '"' in wanted:
            return None
        return self._by_email.find(wanted, self._now(), lambda: self._asked_by_email(wanted))

    def _asked_by_email(self, wanted: str) -> str | None:
        answer = self._clients.mine().users_by_query(f'email:"{wanted}"')
        for user in map(read_user, objects(answer.get("users"))):
            if user is not None and user.is_staff and (user.email or "").casefold() == wanted:
                return user.id
        return None

    def email_of(self, user_id: str) -> str | None:
        """See `adapters.base`."""
        found = self._directory.people.find([user_id], self._clients.mine(), self._now()).get(user_id)
        return None if found is None or not found.is_staff else found.email

    def agent_names(self, ids: Collection[str], *, timeout: float = READ_BEFORE_ACTING) -> Mapping[str, str]:
        """See `adapters.base`: a hundred in one call."""
        client = self._clients.mine()
        with client.session.within(timeout):
            found = self._directory.people.find(ids, client, self._now())
        return {own: user.name for own, user in found.items() if user.is_staff and user.name}

    def own_statuses(self) -> tuple[OwnStatus, ...]:
        """See `adapters.base`: Zendesk's six, and the account's own by the names that agents read."""
        try:
            answer = self._clients.mine().custom_statuses()
        except NoSuchPlace:
            answer = {}  # the account does not have them
        return read_own_statuses(answer)

    def own_groups(self) -> tuple[str, ...]:
        """See `adapters.base`."""
        return self._own_names("groups")

    def own_brands(self) -> tuple[str, ...]:
        """See `adapters.base`."""
        return self._own_names("brands")

    def own_forms(self) -> tuple[str, ...]:
        """See `adapters.base`."""
        return self._own_names("ticket_forms")

    def _own_names(self, path: str) -> tuple[str, ...]:
        try:
            listed = Asker(self._clients.mine()).every(path, path)
        except NoSuchPlace:
            return ()  # the account's plan does not have them
        gone = ("deleted", "is_deleted")
        kept = (raw for raw in listed if not any(raw.get(key) is True for key in gone))
        return tuple(name for raw in kept if (name := text(raw.get("name"))))

    def own_languages(self) -> tuple[str, ...]:
        """See `adapters.base`: the languages that are switched on."""
        listed = objects(Asker(self._clients.mine()).one("locales").get("locales"))
        main_first = sorted(listed, key=lambda raw: raw.get("default") is not True)
        return tuple(name for raw in main_first if (name := text(raw.get("name")) or text(raw.get("locale"))))

    def examine(self, plans: Plans) -> tuple[Finding, ...]:
        """See `adapters.base`."""
        examiner = Examiner(
            self._clients.mine(),
            helpdesk=self.name,
            statuses=StatusMap(self.name, self._words),
            secrets=self._secrets,
            now=self._now(),
            sign_in=self._sign_in,
            beside=self._beside,
            open_client=self._client_by,
        )
        return examiner.examine(plans)

    def close(self) -> None:
        """See `adapters.base`."""
        self._clients.close()

    def _new_client(self) -> Client:
        return self._client_by(self._sign_in)

    def _client_by(self, sign_in: SignIn) -> Client:
        session = HelpdeskSession(self._address, sign_in=sign_in, clock=self._clock, budget=self._budget)
        return Client(self._address, session)

    def _client_for(self, ticket_id: str) -> Client:
        if not _is_number(ticket_id):
            raise Gone(ticket_id, endpoint="")
        return self._clients.mine()

    def _writer(self, ticket_id: str) -> Writer:
        client = self._client_for(ticket_id)
        return Writer(client, self._status_map(client), self._me(client).id)

    def _me(self, client: Client) -> Account:
        return self._account or self.whoami()

    def _now(self) -> datetime:
        return self._clock.now().astimezone(UTC)

    def _status_map(self, client: Client) -> StatusMap:
        """The policy's mapping, with the account's own statuses by name where the policy names such."""
        now = self._now()
        with self._lock:
            mapped, read = self._statuses, self._statuses_read
        if not mapped.has_custom_words or (read is not None and timedelta() <= now - read < STATUSES_FRESH):
            return mapped
        names = {
            own: text(raw.get("agent_label")) or text(raw.get("raw_agent_label"))
            for raw in objects(client.custom_statuses().get("custom_statuses"))
            if (own := ident(raw.get("id"))) is not None
        }
        mapped = StatusMap(self.name, self._words, names)
        with self._lock:
            self._statuses, self._statuses_read = mapped, now
        return mapped


def _is_number(ticket_id: str) -> bool:
    return ticket_id.isascii() and ticket_id.isdecimal()


def _check_client(oauth: OAuthClient, place: str) -> None:
    for setting, value in (("client_id_env", oauth.client_id), ("client_secret_env", oauth.client_secret)):
        if not value.strip():
            raise BadSettings(f"{place}.{setting}", "the variable it names is empty", remedy="set it")
