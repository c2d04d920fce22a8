"""What does the first policy file of an account say?

Promise: pure: the commented example file with the helpdesk's part written anew; everything else, comments included,
stays as it is, so that the agreement is read where it is written. No secret is ever in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from slabot.domain import Category, SlabotError

CLIENT_ID_ENV, CLIENT_SECRET_ENV = "ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET"
EXAMPLE = "config.example.yaml"
COLUMN = 44  # where comments begin
_PLAIN = re.compile(r"[A-Za-z][\w.+-]*(?:@[\w.-]+)?", re.ASCII)
_NOT_PLAIN = frozenset({"on", "off", "yes", "no", "true", "false", "null", "nan"})
_BOTS = "bots: [integrations@acme.example]"


@dataclass(frozen=True, slots=True)
class Placed:
    """A status with its category, and how it reads there."""

    word: str
    category: Category
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHelpdesk:
    """What is known of the account.

    Attributes:
        address: the setting that says where it is, with its value: ``subdomain``, ``acme``.
        host: where that leads, for the comment.
        email: of slabot's agent, for Zendesk's sign-in by API token; else empty.
        base_url: another address, for tests and proxies.
        oauth: it is signed in to by an OAuth client, and `token_env` is not written.
    """

    name: str
    kind: str
    address: tuple[str, str]
    host: str
    token_env: str
    secret_env: str
    statuses: Sequence[Placed]
    email: str = ""
    base_url: str = ""
    oauth: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that hold what it is signed in to with."""
        return (CLIENT_ID_ENV, CLIENT_SECRET_ENV) if self.oauth else (self.token_env,)


def example_text() -> str:
    """The commented example, from the package or from the checkout.

    Raises:
        SlabotError: it is in neither.
    """
    here = Path(__file__).resolve()
    for folder in (here.parent, here.parents[2]):
        if (folder / EXAMPLE).is_file():
            return (folder / EXAMPLE).read_text(encoding="utf-8")
    raise SlabotError(f"{EXAMPLE} is missing from this installation", "install slabot again")


def write(example: str, helpdesk: NewHelpdesk) -> str:
    """The file's text.

    Raises:
        SlabotError: the example is not of this release.
    """
    start, end = example.find("\nhelpdesks:\n"), example.find("\n# ── Where people are told")
    if start < 0 or end < start:
        raise SlabotError(f"{EXAMPLE} is not the one of this release", "install slabot again")
    text = f"{example[: start + 1]}{_block(helpdesk)}{example[end:]}"
    return text.replace(_BOTS, f"{'bots: []':<{COLUMN}}# {_BOTS.partition(': ')[2]}")


def _block(helpdesk: NewHelpdesk) -> str:
    setting, value = helpdesk.address
    lines = ["helpdesks:", f"  {_word(helpdesk.name)}:", f"    kind: {helpdesk.kind}"]
    lines.append(_commented(f"    {setting}: {value}", helpdesk.host))
    if helpdesk.email:
        lines.append(_commented(f"    email: {_word(helpdesk.email)}", "the agent that slabot acts as"))
    if helpdesk.base_url:
        lines.append(f"    base_url: {json.dumps(helpdesk.base_url)}")
    if helpdesk.oauth:
        lines.append(_commented("    auth:", "an OAuth client that slabot's own agent made"))
        lines += [f"      client_id_env: {CLIENT_ID_ENV}", f"      client_secret_env: {CLIENT_SECRET_ENV}"]
    else:
        lines.append(f"    token_env: {helpdesk.token_env}")
    lines.append(
        f"    # webhook_secret_env: {helpdesk.secret_env}   # once there is a webhook: docs/{helpdesk.kind}.md"
    )
    lines += [
        "    # How the helpdesk's statuses read in the words of the agreement: open, pending, waiting_on_customer,",
        "    # waiting_on_third_party, solved, closed. A status that is not listed is an error, never a guess.",
        "    statuses:",
    ]
    lines += [
        _commented(f"      {_word(each.word)}: {each.category.value}", _label(each)) for each in helpdesk.statuses
    ]
    return "\n".join(lines) + "\n"


def _commented(setting: str, comment: str) -> str:
    return f"{setting:<{COLUMN - 1}} # {comment}" if comment else setting


def _label(placed: Placed) -> str:
    label = " ".join("".join(sign if sign.isprintable() else " " for sign in placed.label).split())
    return "" if label.casefold() in ("", placed.word.casefold()) else f'reads "{label}"'


def _word(text: str) -> str:
    """The text as YAML reads it back: plain where that is safe, else in quotes."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN else json.dumps(text, ensure_ascii=False)
