"""Will slabot still get into the helpdesk next year, and may it do there what it has to?

Promise: read off the file alone; whether the sign-in works is what `slabot doctor` asks the account.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slabot.policy.connections import Zendesk
from slabot.policy.model import Policy
from slabot.policy.paths import value_at
from slabot.policy.problems import PathProblem

TOKENS_END = (
    "Zendesk ends API tokens: since 2026-07-28 one that is not used for 30 days is switched off, since 2026-10-27 no "
    "account can create one, and on 2027-04-30 all of them stop"
)
WAY_OVER = (
    "make an OAuth client in the Admin Center while signed in as the bot's own agent, and name its id and secret under "
    "auth; docs/zendesk.md has the steps"
)
READS, WRITES = "read", "write"  # the global scopes; the audits of a ticket are open to no narrower one than read


def lacking_sign_ins(value: Any) -> Iterator[PathProblem]:
    """Zendesk accounts that say nothing of how to sign in, or half of it; works on a file that is wrong."""
    helpdesks = value_at(value, ("helpdesks",))
    for name, given in helpdesks.items() if isinstance(helpdesks, dict) else ():
        if value_at(given, ("kind",)) != "zendesk" or set(given) - set(Zendesk.model_fields):
            continue  # an unknown key is said anyway, and may be a misspelt one of these
        path = ("helpdesks", name)
        if ("email" in given) != ("token_env" in given):
            has, lacks = ("email", "token_env") if "email" in given else ("token_env", "email")
            instead = f"take {has} out" if "auth" in given else "better, sign in by auth: see docs/zendesk.md"
            yield PathProblem(
                "sign-in",
                (*path, has),
                f'"{has}" without {lacks} is half a sign-in',
                f"add {lacks}, or {instead}",
                True,
            )
        elif "auth" not in given and "email" not in given:
            yield PathProblem(
                "sign-in",
                path,
                f'"{name}" does not say how slabot signs in there',
                "add auth: {client_id_env: ZENDESK_CLIENT_ID, client_secret_env: ZENDESK_CLIENT_SECRET}; "
                "docs/zendesk.md says where both come from",
                at_key=True,
            )


def sign_in_warnings(policy: Policy) -> Iterator[PathProblem]:
    """A sign-in that ends, or whose scope does not reach as far as slabot's work."""
    for name, helpdesk in policy.helpdesks.items():
        if not isinstance(helpdesk, Zendesk):
            continue
        if helpdesk.auth is None:
            place = ("helpdesks", name, "token_env")
            yield PathProblem("token-sign-in-ends", place, TOKENS_END, WAY_OVER)
            continue
        scopes = helpdesk.auth.scope.split()
        lacking = {
            READS: "the audits of a ticket, in which its history stands, cannot be read",
            WRITES: "nothing can be written: no status, no message, no note",
        }
        for scope, what in lacking.items():
            if scope not in scopes:
                yield PathProblem(
                    "scope-too-narrow",
                    ("helpdesks", name, "auth", "scope"),
                    f'without the global scope "{scope}" {what}',
                    'write scope: "read write"',
                )
