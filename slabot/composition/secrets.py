"""Read secrets from the environment, and remember which are missing or cannot be sent.

Promise: no value is ever shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from slabot.domain import SlabotError
from slabot.policy import Policy
from slabot.policy.secrets import why_unsendable

STORE_URL = "store.url_env"
HOSTED_STORE = "DATABASE_URL"  # the variable in which hosting services hand out a database


class StartError(SlabotError):
    """slabot does not start like this; the message lists every reason with its remedy.

    Attributes:
        reasons: what is in the way, each with its own `why` and `remedy`.
    """

    def __init__(self, reasons: Iterable[SlabotError]) -> None:
        """Keep the reasons."""
        self.reasons = tuple(reasons)
        super().__init__("slabot does not start:\n" + "\n".join(f"  - {reason}" for reason in self.reasons))


class Secrets:
    """Reads environment variables and remembers which are missing; never shows a value."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[SlabotError] = []

    def get(self, name: str, setting: str) -> str:
        """The value; empty, with a problem noted, where the setting's variable is not set or cannot be sent."""
        value = self._environment.get(name, "").strip()
        odd = why_unsendable(value) if setting != STORE_URL else None  # a database address may hold any letter
        if not value:
            why = f"{setting} names the environment variable {name}, which is not set"
            self.problems.append(SlabotError(why, "set it and start again"))
        elif odd is not None:
            why = f"{setting} names the environment variable {name}, whose value cannot be sent: {odd}"
            self.problems.append(SlabotError(why, "copy the secret anew, alone and whole"))
            return ""
        return value

    def look(self, name: str | None) -> str:
        """The value, or nothing: that it is missing is no problem."""
        return "" if name is None else self._environment.get(name, "")

    def several(self, names: Sequence[str], setting: str) -> tuple[str, ...]:
        """Those of the variables that are set."""
        return tuple(filter(None, [self.get(name, setting) for name in names]))


def store_url(policy: Policy, secrets: Secrets) -> str:
    """Where the store is: as the file says, else where ``DATABASE_URL`` says, else a SQLite file in this folder."""
    if "store" not in policy.model_fields_set and (hosted := secrets.look(HOSTED_STORE).strip()):
        return hosted
    if policy.store.url is not None:
        return policy.store.url
    return secrets.get(policy.store.url_env or "", STORE_URL)
