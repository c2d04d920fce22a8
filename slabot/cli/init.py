"""`slabot init`: a first policy file for a helpdesk.

Promise: nothing is guessed and nothing is replaced without being asked: statuses whose name says the opposite of what
they usually are are asked about, a file that is there stays unless somebody says otherwise, and the token is never
written down. The team's country, zone and hours are asked for, never assumed. Ends with `slabot check` on what was
written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from slabot.cli.check_formats import Result, as_text
from slabot.cli.edge import today
from slabot.cli.init_working_time import GivenOptions, ask_working_time
from slabot.cli.screen import working
from slabot.clock import SystemClock
from slabot.composition import open_account
from slabot.domain import Category, SlabotError
from slabot.policy import check_policy, checked
from slabot.policy.connections import FRESHDESK_STATUSES, ZENDESK_STATUSES
from slabot.setup.first_contact import first_contact
from slabot.setup.first_facts import REASONS, AccountFacts, adapt, excuse
from slabot.setup.first_file import CLIENT_ID_ENV, CLIENT_SECRET_ENV, NewHelpdesk, Placed, example_text, write
from slabot.setup.status_words import StatusQuestion, question


@dataclass(frozen=True, slots=True)
class AccountKind:
    """What the command must know of a kind of helpdesk."""

    setting: str
    domain: str
    signs_in_by_oauth: bool
    token_env: str
    secret_env: str
    usual: Mapping[str, Category]

    def address(self, subdomain: str) -> str:
        """What `setting` is set to."""
        return subdomain if self.setting == "subdomain" else f"{subdomain}{self.domain}"


KINDS: Mapping[str, AccountKind] = {
    "zendesk": AccountKind("subdomain", ".zendesk.com", True, "ZENDESK_TOKEN", "ZENDESK_HOOK_SECRET", ZENDESK_STATUSES),
    "freshdesk": AccountKind(
        "domain", ".freshdesk.com", False, "FRESHDESK_KEY", "FRESHDESK_HOOK_SECRET", FRESHDESK_STATUSES
    ),
}
CATEGORIES = [category.value for category in Category]


@click.command(epilog="Example: slabot init --kind zendesk --subdomain acme --country DE --region BY")
@click.option("--kind", type=click.Choice(list(KINDS)), help="The kind of helpdesk.")
@click.option("--subdomain", metavar="NAME", help="acme, for acme.zendesk.com.")
@click.option("--email", metavar="ADDRESS", help="Sign in by an API token of this agent instead of OAuth (Zendesk).")
@click.option("--name", metavar="NAME", help="What the policy calls it; its subdomain if not given.")
@click.option("--token-env", metavar="VARIABLE", help="The environment variable that holds the API token.")
@click.option("--base-url", metavar="URL", help="Another address of it, for a proxy or the sandbox.")
@click.option("--country", metavar="COUNTRY", help="Whose public holidays are closed: name or ISO code, or none.")
@click.option("--region", metavar="REGION", help="Of the country, by name or code; none for the whole country's alone.")
@click.option("--time-zone", "zone", metavar="ZONE", help="Of the support hours: Europe/Berlin.")
@click.option("--hours", metavar="HOURS", help='Support hours: "mon-fri 09:00-17:00", or 24/7.')
@click.option("--slack-api-url", metavar="URL", help="Another address of Slack's API, for the sandbox.")
@click.option("--status", "statuses", multiple=True, metavar="WORD=CATEGORY", help="What a status stands for.")
@click.option("-o", "--output", default="config.yaml", show_default=True, metavar="FILE", help="Where to write.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--no-input", is_flag=True, help="Ask nothing; what is not given and cannot be told is an error.")
def init(
    kind: str | None,
    subdomain: str | None,
    email: str | None,
    name: str | None,
    token_env: str | None,
    base_url: str | None,
    country: str | None,
    region: str | None,
    zone: str | None,
    hours: str | None,
    slack_api_url: str | None,
    statuses: tuple[str, ...],
    output: str,
    force: bool,
    no_input: bool,
) -> None:
    """Write a commented policy file for a helpdesk, reading its statuses, groups and languages from the account.

    Asks for what is not given: which helpdesk, and when you work. Zendesk is signed in to by an OAuth client, or with
    --email by an API token. Secrets are taken from their environment variables and never written down.
    """
    ask = _Asking(silent=no_input)
    _may_write(Path(output), ask, force=force)
    kind = kind or ask.choice("Kind of helpdesk", list(KINDS), "--kind", default="zendesk")
    about = KINDS[kind]
    subdomain = _subdomain(subdomain or ask.text(f"Subdomain (NAME{about.domain})", "--subdomain"), about)
    name = name or subdomain.replace(".", "-")
    if about.signs_in_by_oauth and token_env and not email:
        email = ask.text("E-mail address of the agent that the API token is used for", "--email")
    token_env = token_env or about.token_env
    url = base_url or f"https://{subdomain}{about.domain}"
    credentials = _credentials(about, email, token_env, ask)
    given = _given(statuses)
    day = today()
    placed, facts = _account(kind, name=name, url=url, credentials=credentials, given=given, ask=ask)
    answers = ask_working_time(GivenOptions(country, region, zone, hours), silent=no_input, today=day)
    helpdesk = NewHelpdesk(
        name=name,
        kind=kind,
        address=(about.setting, about.address(subdomain)),
        host=f"{subdomain}{about.domain}",
        token_env=token_env,
        secret_env=about.secret_env,
        statuses=placed,
        email=email or "",
        base_url=base_url or "",
        oauth=about.signs_in_by_oauth and not email,
    )
    text = write(example_text(), helpdesk)
    text = adapt(text, kind=kind, working=answers.working, facts=facts, today=day, slack_api_url=slack_api_url)
    if os.environ.get(about.secret_env):  # there is a webhook to listen to
        text = text.replace(f"# webhook_secret_env: {about.secret_env} ", f"webhook_secret_env: {about.secret_env} ")
    _, problems = check_policy(text, output, day)
    _finish(excuse(text, problems, {**REASONS, **answers.accepted}), output, helpdesk, facts)


class _Asking:
    """Asks people, or says which option to give where nobody may be asked."""

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent

    def text(self, what: str, option: str) -> str:
        if self.silent:
            raise SlabotError(f"{what}: not given", f"give it as {option}, or leave out --no-input to be asked")
        return str(click.prompt(what, err=True)).strip()

    def choice(self, what: str, among: list[str], option: str, *, default: str | None) -> str:
        if self.silent:
            raise SlabotError(f"{what}: not given", f"give it as {option}, or leave out --no-input to be asked")
        return str(click.prompt(what, type=click.Choice(among), default=default, err=True))

    def secret(self, what: str) -> str:
        return "" if self.silent else str(click.prompt(what, default="", hide_input=True, show_default=False, err=True))


def _may_write(file: Path, ask: _Asking, *, force: bool) -> None:
    if not file.exists() or force:
        return
    if ask.silent or not click.confirm(f"{file} is there already. Replace it?", default=False, err=True):
        raise SlabotError(
            f"{file} is there already and was left as it is", "name another file with -o, or give --force"
        )


def _subdomain(given: str, about: AccountKind) -> str:
    bare = given.strip().lower().removeprefix("https://").rstrip("/").removesuffix(about.domain)
    if not bare.replace("-", "").isalnum() or not bare.isascii():
        raise SlabotError(f'"{given}" is no subdomain', f"write the name alone: acme, for acme{about.domain}")
    return bare


def _credentials(about: AccountKind, email: str | None, token_env: str, ask: _Asking) -> dict[str, Any]:
    """What the account is read with, as `open_account` takes it; empty to go on without reading it."""
    if about.signs_in_by_oauth and not email:
        client_id = _secret("The OAuth client's identifier", CLIENT_ID_ENV, ask)
        client_secret = _secret("Its secret", CLIENT_SECRET_ENV, ask) if client_id else ""
        return {"client": (client_id, client_secret)} if client_id and client_secret else {}
    token = _secret("API token", token_env, ask)
    return {"email": email or "", "token": token} if token else {}


def _secret(what: str, variable: str, ask: _Asking) -> str:
    return os.environ.get(variable) or ask.secret(
        f"{what} (used now and not written; {variable} is not set; Enter goes on without reading the account)"
    )


def _given(statuses: Iterable[str]) -> dict[str, Category]:
    found = {}
    for given in statuses:
        word, equals, category = given.rpartition("=")
        if not equals or not word.strip() or category.strip() not in CATEGORIES:
            raise SlabotError(
                f'"{given}" places no status',
                f"write WORD=CATEGORY with one of {', '.join(CATEGORIES)}: --status 3=waiting_on_customer",
            )
        found[word.strip().casefold()] = Category(category.strip())
    return found


def _account(
    kind: str, *, name: str, url: str, credentials: dict[str, Any], given: Mapping[str, Category], ask: _Asking
) -> tuple[list[Placed], AccountFacts | None]:
    """Every status of the account with its category, its groups and its languages.

    The statuses of an ordinary account, and no facts, where it is not read.
    """
    usual = KINDS[kind].usual
    if not credentials:
        return _with(given, [Placed(word, category, "") for word, category in usual.items()]), None
    adapter = open_account(kind, name=name, url=url, statuses=usual, clock=SystemClock(), **credentials)
    try:
        with first_contact(url), working("Reading the account"):
            adapter.whoami()
            own = adapter.own_statuses()
            facts = AccountFacts(
                groups=_told("groups", adapter.own_groups), languages=_told("languages", adapter.own_languages)
            )
    finally:
        adapter.close()
    placed, open_questions = [], []
    for status in own:
        asked = question(status)
        category = given.get(status.word.casefold()) or (status.usual if asked is None else None)
        if category is None and asked is not None:
            if ask.silent:
                open_questions.append(asked)
                continue
            category = _ask_about(asked, ask)
        if category is not None:
            placed.append(Placed(status.word, category, status.label))
    if open_questions:
        said = "\n".join(f"  - {each.because}: --status {_shell(each)}" for each in open_questions)
        raise SlabotError("Some statuses must be placed by people", f"say what they stand for:\n{said}")
    return _with(given, placed), facts


def _told(what: str, read: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """What the account says; nothing where it says nothing, for neither is needed to write a right file."""
    try:
        return read()
    except SlabotError as error:
        click.echo(f"The {what} of the account could not be read: {error}", err=True)
        return ()


def _with(given: Mapping[str, Category], placed: list[Placed]) -> list[Placed]:
    known = {each.word.casefold() for each in placed}
    changed = [Placed(each.word, given.get(each.word.casefold(), each.category), each.label) for each in placed]
    return [*changed, *(Placed(word, category, "") for word, category in given.items() if word not in known)]


def _ask_about(asked: StatusQuestion, ask: _Asking) -> Category:
    click.echo(f"{asked.because}.", err=True)
    offered = None if asked.suggestion is None else asked.suggestion.value
    return Category(ask.choice(f'What does "{asked.status.label}" stand for', CATEGORIES, "--status", default=offered))


def _shell(asked: StatusQuestion) -> str:
    word = f"{asked.status.word}=" + ("CATEGORY" if asked.suggestion is None else asked.suggestion.value)
    return word if asked.status.word.isalnum() else f'"{word}"'


def _finish(text: str, output: str, helpdesk: NewHelpdesk, facts: AccountFacts | None) -> None:
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SlabotError(f"{output} cannot be written: {error.strerror}", "check the folder and your rights") from None
    if facts is None:
        lacking = f"{' and '.join(helpdesk.variables)} {'are' if len(helpdesk.variables) > 1 else 'is'} not set"
        words = f"The account was not read, for {lacking}: compare the statuses in {output} by hand."
        click.echo(words, err=True)
    else:
        languages, groups = (", ".join(told) or "not told" for told in (facts.languages, facts.groups))
        click.echo(f"Read from the account: its statuses; groups: {groups}; languages: {languages}.", err=True)
    found = checked(text, output, today())
    result = Result(output, found.policy, found.problems, found.ignored)
    click.echo(as_text(result))
    needed = [name for line in text.splitlines() for name in re.findall(r"_env: (\w+)", line.partition("#")[0])]
    unset = [name for name in dict.fromkeys(needed) if not os.environ.get(name)]
    first = f" set {', '.join(unset)}, then" if unset else ""
    click.echo(f"Next:{first}   slabot doctor -c {output}", err=True)
    if not result.right:
        raise SystemExit(1)
