"""How is this Zendesk account set up, as far as slabot depends on it?

Promise: one call for each thing that is looked at (one more for each further hundred), nothing is written, and what
cannot be asked is said and does not keep the rest from being asked. A secret is compared and never shown.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import requests

from adapters.base import RESERVE_PERCENT, Plans
from adapters.errors import AdapterError, BadAnswer, NoSuchPlace, NotAllowed
from adapters.http.answers import read_object
from adapters.http.examining import ask, clocks
from adapters.zendesk import races
from adapters.zendesk.client import Client
from adapters.zendesk.fields import Raw, ident, mapping, objects, text
from adapters.zendesk.limits import ACCOUNT, read_allowances
from adapters.zendesk.statuses import SYSTEM, StatusMap
from adapters.zendesk.users import read_user
from slabot.domain import Category, Finding, Level

PAGES = 10  # of each list; an account with a thousand triggers has told enough
TRIGGER = "conditional_ticket_events"
WANTED_EVENTS = (  # without one of these, changes of its kind are seen by the next sweep only
    "ticket.created",
    "ticket.comment_added",
    "ticket.status_changed",
    "ticket.priority_changed",
    "ticket.tags_changed",
    "ticket.agent_assignment_changed",
    "ticket.merged",
    "ticket.soft_deleted",
)
EVENT_TYPE = "zen:event-type:"
_ROLE = "Give slabot's agent the role Admin; docs/zendesk.md says why."
_LATE = "until then changes are seen by the next sweep, a few minutes late"


class Examiner:
    """Looks at one account with one thread's client."""

    def __init__(
        self, client: Client, *, helpdesk: str, statuses: StatusMap, secret: str | None, email: str, now: datetime
    ) -> None:
        """Ask nothing yet; `statuses` is the policy's mapping."""
        self._client = client
        self._helpdesk = helpdesk
        self._statuses = statuses
        self._secret = secret
        self._email = email
        self._now = now

    def examine(self, plans: Plans) -> tuple[Finding, ...]:
        """Everything. Raises nothing that Zendesk may cause."""
        try:
            response = self._get("users/me.json")
            user = read_user(mapping(read_object(response, endpoint="GET /api/v2/users/me.json").get("user")))
        except NotAllowed as error:
            return (Finding(Level.WRONG, "Zendesk does not let slabot in", f"{error}."),)
        except AdapterError as error:
            return (Finding(Level.UNKNOWN, "Zendesk could not be asked", f"{error}."),)
        if user is None or not user.is_staff:
            who = (
                "knows nobody by this e-mail address and token" if user is None else f"has {self._email} as an end user"
            )
            return (
                Finding(
                    Level.WRONG,
                    f"Zendesk {who}",
                    "Check both, whether token access is switched on in the Admin Center, and the role of the agent.",
                ),
            )
        found = [
            Finding(Level.RIGHT, f"Zendesk answers at {self._client.address.netloc}"),
            self._role(user.role, user.email or self._email),
            *self._left(response),
            clocks(response, self._now),
            *ask("webhooks", lambda: self._webhooks(plans), may_be_closed=_ROLE),
            *ask("statuses", self._own_statuses, may_be_closed=_ROLE),
            *ask("automations", lambda: self._automations(plans), may_be_closed=_ROLE),
            *ask("triggers", lambda: races.triggers(self._all("triggers", "triggers")), may_be_closed=_ROLE),
            *self._sla_policies(),
            *ask("ticket fields", self._required_fields, may_be_closed=_ROLE),
        ]
        return tuple(found)

    # -- who, how much, when ---------------------------------------------------------------------------------------

    def _role(self, role: str, email: str) -> Finding:
        if role == "admin":
            return Finding(Level.RIGHT, f"slabot is {email} there, an admin, and may read the export of changes")
        return Finding(
            Level.WRONG,
            f"slabot is {email} there, in the role {role}: the export of changed tickets is open to admins only, so "
            "there are no sweeps",
            _ROLE,
        )

    def _left(self, response: requests.Response) -> Iterator[Finding]:
        for told in read_allowances(response.headers):
            if told.name != ACCOUNT:
                continue
            of = f" of {told.total}" if told.total is not None else ""
            words = f"{told.remaining}{of} API calls are left in this minute"
            if told.remaining * 100 < (told.total or 0) * RESERVE_PERCENT:
                yield Finding(
                    Level.NOTICE,
                    f"{words}: other integrations use most of them, and sweeps wait",
                    "Look in the Admin Center under Apps and integrations, API usage, for who calls that often.",
                )
            else:
                yield Finding(Level.RIGHT, words)

    # -- webhooks --------------------------------------------------------------------------------------------------

    def _webhooks(self, plans: Plans) -> Iterator[Finding]:
        ours = [hook for hook in self._all("webhooks", "webhooks") if _is_ours(text(hook.get("endpoint")), plans)]
        if not ours:
            at = plans.hook_url or f"an address that ends in {plans.hook_path}"
            yield Finding(
                Level.NOTICE,
                f"No webhook tells slabot of changes: none leads to {at}",
                f"Create one (docs/zendesk.md, step 3); {_LATE}.",
            )
            return
        if len(ours) > 1:
            names = ", ".join(f'"{text(hook.get("name"))}"' for hook in ours)
            yield Finding(
                Level.NOTICE,
                f"{len(ours)} webhooks lead to slabot: {names}",
                "Keep one, so that changes are told once.",
            )
        for hook in ours:
            yield from self._webhook(hook)

    def _webhook(self, hook: Raw) -> Iterator[Finding]:
        own, name = ident(hook.get("id")), f'The webhook "{text(hook.get("name"))}"'
        if hook.get("status") != "active":
            yield Finding(Level.NOTICE, f"{name} is switched off", f"Switch it on in the Admin Center; {_LATE}.")
        else:
            yield Finding(Level.RIGHT, f"{name} leads to slabot")
        subscribed = {str(each).removeprefix(EVENT_TYPE) for each in hook.get("subscriptions") or ()}
        if TRIGGER in subscribed:
            yield from self._told_by_trigger(own, name)
        elif missing := [event for event in WANTED_EVENTS if event not in subscribed]:
            yield Finding(
                Level.NOTICE,
                f"{name} is not subscribed to {', '.join(missing)}",
                f"Add these in the Admin Center; {_LATE}.",
            )
        if own is not None:
            yield from ask("signing secret", lambda: self._signing_secret(own, name), may_be_closed=_ROLE)
            yield from ask("webhook's deliveries", lambda: self._failures(own, name), may_be_closed=_ROLE)

    def _told_by_trigger(self, own: str | None, name: str) -> Iterator[Finding]:
        every = [each for each in self._all("triggers", "triggers") if each.get("active") is True]
        sent = [body for trigger in every if (body := _sends(trigger, own)) is not None]
        if sent and all("ticket.id" in body for body in sent):
            return
        if sent:
            yield Finding(
                Level.NOTICE,
                f"{name} is used by a trigger whose body does not name the ticket, so its deliveries are of no use",
                'Send {"ticket_id": "{{ticket.id}}"} from the trigger.',
            )
            return
        yield Finding(
            Level.NOTICE,
            f"{name} is there, and no active trigger uses it",
            f"Create the trigger (docs/zendesk.md, step 3, kind B); {_LATE}.",
        )

    def _signing_secret(self, own: str, name: str) -> Iterator[Finding]:
        if self._secret is None:
            yield Finding(
                Level.NOTICE,
                f"{name} is signed, and the policy names no signing secret, so every delivery is refused",
                f"Set helpdesks.{self._helpdesk}.webhook_secret_env and the variable it names.",
            )
            return
        told = mapping(self._json(f"webhooks/{own}/signing_secret").get("signing_secret"))
        if not hmac.compare_digest(text(told.get("secret")).strip().encode(), self._secret.strip().encode()):
            yield Finding(
                Level.WRONG,
                f"{name} is signed with another secret than slabot has, so every delivery is refused",
                "Reveal the secret on the webhook's page and put it into the variable of webhook_secret_env.",
            )

    def _failures(self, own: str, name: str) -> Iterator[Finding]:
        recent = objects(self._json(f"webhooks/{own}/invocations", **{"page[size]": "100"}).get("invocations"))
        failed = [each for each in recent if text(each.get("status")).lower() not in ("success", "succeeded", "")]
        if not failed:
            return
        last = failed[0]
        code = ident(last.get("status_code"))
        how = f"{text(last.get('status'))}, " + (f"slabot's answer was {code}" if code else "nobody answered")
        yield Finding(
            Level.NOTICE,
            f"{name} failed {len(failed)} of the last {len(recent)} times, last at "
            f"{text(last.get('latest_completed_at')) or 'a time that is not told'} ({how})",
            "Can Zendesk reach that address, and is the secret right? The sweep brings what was lost; docs/zendesk.md "
            "says what each answer means.",
        )

    # -- statuses and fields ---------------------------------------------------------------------------------------

    def _own_statuses(self) -> Iterator[Finding]:
        words = self._statuses.words
        if missing := [status for status in SYSTEM if status not in words]:
            yield Finding(
                Level.WRONG,
                f"The policy does not say what {_listed(missing)} stands for, so tickets with it are not handled",
                f"Complete helpdesks.{self._helpdesk}.statuses.",
            )
        try:
            known = [
                each for each in self._all("custom_statuses", "custom_statuses") if each.get("active") is not False
            ]
        except NoSuchPlace:
            known = []  # the account does not have them
        names = {label.casefold() for each in known for label in _labels(each)} | {
            own for each in known if (own := ident(each.get("id"))) is not None
        }
        for each in known:
            if each.get("default") is True or any(label.casefold() in words for label in _labels(each)):
                continue
            if ident(each.get("id")) in words:
                continue
            label, kind = _labels(each)[0], text(each.get("status_category"))
            stands_for = words.get(kind)
            counts_as = f"counts as {stands_for.words}" if stands_for is not None else "stands for nothing"
            yield Finding(
                Level.NOTICE,
                f'The status "{label}" of the account is not in the policy; as a kind of {kind} it {counts_as}',
                f"If that is wrong, add it under helpdesks.{self._helpdesk}.statuses, such as "
                f'"{label}": waiting_on_third_party.',
            )
        for word in words:
            if word not in SYSTEM and word not in names:
                yield Finding(
                    Level.NOTICE,
                    f'The policy names the status "{word}", which the account does not have',
                    "Compare the spelling with what agents read, or take the line out.",
                )
        for category in (Category.SOLVED, Category.WAITING_ON_CUSTOMER, Category.PENDING):
            if self._statuses.to_write(category) is None and not any(words.get(name) is category for name in words):
                yield Finding(
                    Level.WRONG,
                    f"No status stands for {category.words}, so slabot cannot move a ticket there",
                    f"Map one under helpdesks.{self._helpdesk}.statuses.",
                )
        if not missing:
            yield Finding(Level.RIGHT, "Every status of Zendesk's own has its category")

    def _required_fields(self) -> Iterator[Finding]:
        for field in self._all("ticket_fields", "ticket_fields"):
            if (
                field.get("required") is True
                and field.get("active") is not False
                and field.get("removable") is not False
            ):
                yield Finding(
                    Level.NOTICE,
                    f'The field "{text(field.get("title"))}" must be filled before a ticket can be solved, and slabot '
                    "does not fill it: where it is empty, its solve is refused",
                    "Give it a value by a trigger when the ticket is made, or make it optional.",
                )

    def _automations(self, plans: Plans) -> Iterator[Finding]:
        return races.automations(self._all("automations/active", "automations"), plans)

    def _sla_policies(self) -> list[Finding]:
        def look() -> Iterator[Finding]:
            try:
                yield from races.sla_policies(self._all("slas/policies", "sla_policies"))
            except (NoSuchPlace, NotAllowed):
                return  # the plan does not have them

        return ask("SLA policies", look)

    # -- asking ----------------------------------------------------------------------------------------------------

    def _all(self, path: str, name: str) -> list[Raw]:
        """Every object of a list, by cursor."""
        found: list[Raw] = []
        after = ""
        for _ in range(PAGES):
            page = self._json(path, **({"page[size]": "100"} | ({"page[after]": after} if after else {})))
            listed = page.get(name)
            if not isinstance(listed, list):
                raise BadAnswer(f"no list of {name.replace('_', ' ')} in it", endpoint=f"GET /api/v2/{path}")
            found += objects(listed)
            meta = mapping(page.get("meta"))
            after = text(meta.get("after_cursor"))
            if meta.get("has_more") is not True or not after:
                break
        return found

    def _json(self, path: str, **query: str) -> Raw:
        return read_object(self._get(path, **query), endpoint=f"GET /api/v2/{path}")

    def _get(self, path: str, **query: str) -> requests.Response:
        return self._client.session.get(self._client.address.url(path), params=query)


def _is_ours(endpoint: str, plans: Plans) -> bool:
    if plans.hook_url is not None and endpoint.rstrip("/") == plans.hook_url.rstrip("/"):
        return True
    try:
        return urlsplit(endpoint).path.rstrip("/").endswith(plans.hook_path)
    except ValueError:
        return False


def _sends(trigger: Raw, own: str | None) -> str | None:
    """What a trigger sends to a webhook; None if it does not use it."""
    for action in objects(trigger.get("actions")):
        value = action.get("value")
        if action.get("field") == "notification_webhook" and isinstance(value, list) and own in value:
            return " ".join(text(part) for part in value if part != own)
    return None


def _labels(status: Raw) -> list[str]:
    found = [text(status.get(name)) for name in ("agent_label", "raw_agent_label")]
    return [label for label in found if label] or ["?"]


def _listed(words: list[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]
