"""Is there a webhook that tells slabot of changes, and does it get through?

Promise: a secret is compared and never shown; what is found says what it costs: without a webhook changes are seen by
the next sweep, and nothing is lost.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from adapters.base import Plans
from adapters.http.examining import ask
from adapters.zendesk.asking import Asker
from adapters.zendesk.fields import Raw, ident, mapping, objects, text
from slabot.domain import Finding, Level

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
_LATE = "until then changes are seen by the next sweep, a few minutes late"


class HookSetup:
    """The webhooks of an account that lead to slabot."""

    def __init__(self, asker: Asker, *, helpdesk: str, secrets: Sequence[str], remedy: str) -> None:
        """`remedy` is said where the account may not look at its webhooks."""
        self._asker = asker
        self._helpdesk = helpdesk
        self._secrets = secrets
        self._remedy = remedy

    def examine(self, plans: Plans) -> Iterator[Finding]:
        """Look at them."""
        ours = [
            hook for hook in self._asker.every("webhooks", "webhooks") if _is_ours(text(hook.get("endpoint")), plans)
        ]
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
            yield from ask("signing secret", lambda: self._signing_secret(own, name), may_be_closed=self._remedy)
            yield from ask("webhook's deliveries", lambda: self._failures(own, name), may_be_closed=self._remedy)

    def _told_by_trigger(self, own: str | None, name: str) -> Iterator[Finding]:
        every = [each for each in self._asker.every("triggers", "triggers") if each.get("active") is True]
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
        if not self._secrets:
            yield Finding(
                Level.NOTICE,
                f"{name} is signed, and the policy names no signing secret, so every delivery is refused",
                f"Set helpdesks.{self._helpdesk}.webhook_secret_env and the variable it names.",
            )
            return
        told = mapping(self._asker.one(f"webhooks/{own}/signing_secret").get("signing_secret"))
        theirs = text(told.get("secret")).strip().encode()
        fits = [hmac.compare_digest(theirs, secret.strip().encode()) for secret in self._secrets]
        if any(fits) and len(fits) > 1:
            yield Finding(
                Level.NOTICE,
                f"{name} is signed with no. {fits.index(True) + 1} of the {len(fits)} secrets that slabot takes",
                "Once that is the new one, take the others out of "
                f"helpdesks.{self._helpdesk}.webhook_secret_env, ten minutes after the change (docs/secrets.md).",
            )
        if not any(fits):
            yield Finding(
                Level.WRONG,
                f"{name} is signed with another secret than slabot has, so every delivery is refused",
                "Reveal the secret on the webhook's page and put it into the variable of webhook_secret_env.",
            )

    def _failures(self, own: str, name: str) -> Iterator[Finding]:
        recent = objects(self._asker.one(f"webhooks/{own}/invocations", **{"page[size]": "100"}).get("invocations"))
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
