"""`slabot init`: what it asks, what it writes, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slabot.cli import main
from slabot.domain import Category
from slabot.policy import load_policy
from slabot.policy.connections import Zendesk
from slabot_sandbox import Sandbox

HELPDESK = ("--kind", "zendesk", "--subdomain", "acme")
HOURS = ("--country", "DE", "--region", "BY", "--time-zone", "Europe/Berlin", "--hours", "mon-fri 09:00-17:00")
GIVEN = (*HELPDESK, *HOURS)
BY_TOKEN = (*GIVEN, "--email", "bot@acme.example")

Run = Callable[..., Result]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in (
        "ZENDESK_TOKEN",
        "ZENDESK_CLIENT_ID",
        "ZENDESK_CLIENT_SECRET",
        "ZENDESK_HOOK_SECRET",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    ):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments, typed="": CliRunner().invoke(main, ["init", *arguments], input=typed)


@pytest.fixture
def account(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on the stand-in, whose OAuth client is in the environment."""
    monkeypatch.setenv("ZENDESK_CLIENT_ID", sandbox.zendesk.client_id)
    monkeypatch.setenv("ZENDESK_CLIENT_SECRET", sandbox.zendesk.client_secret)
    return lambda *arguments, typed="": run(*GIVEN, "--base-url", sandbox.zendesk.url, *arguments, typed=typed)


def written() -> str:
    return Path("config.yaml").read_text(encoding="utf-8")


def statuses() -> dict[str, Category]:
    return dict(load_policy(written(), "config.yaml").helpdesks["acme"].statuses)


def zendesk() -> Zendesk:
    found = load_policy(written(), "config.yaml").helpdesks["acme"]
    assert isinstance(found, Zendesk)
    return found


def test_without_an_oauth_client_it_writes_what_is_usual_and_says_so(run: Run) -> None:
    result = run(*GIVEN, "--no-input")
    assert result.exit_code == 0
    assert "was not read, for ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET are not set" in result.stderr
    assert result.stdout.splitlines()[-1].startswith("config.yaml is right, 1 warning ignored: ")  # as check says it
    unset = "ZENDESK_CLIENT_ID, ZENDESK_CLIENT_SECRET, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET"
    assert f"Next: set {unset}, then   slabot doctor" in result.stderr
    assert "\n    # webhook_secret_env: ZENDESK_HOOK_SECRET" in written()
    assert statuses()["hold"] is Category.WAITING_ON_THIRD_PARTY


def test_it_reads_the_statuses_of_the_account(account: Run, sandbox: Sandbox) -> None:
    sandbox.zendesk.account.add_custom_status("open", label="In review by a colleague")
    result = account("--no-input")
    assert result.exit_code == 0, result.output
    assert "was not read" not in result.stderr
    assert statuses()["In review by a colleague"] is Category.PENDING
    assert sandbox.zendesk.client_secret not in written()
    auth = zendesk().auth
    assert auth is not None
    assert (auth.client_id_env, auth.client_secret_env) == ("ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET")


def test_an_account_that_still_has_an_api_token_is_read_by_it(
    run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENDESK_TOKEN", sandbox.zendesk.token)
    result = run(*BY_TOKEN, "--base-url", sandbox.zendesk.url, "--no-input")
    assert result.exit_code == 0, result.output
    assert "was not read" not in result.stderr
    acme = zendesk()
    assert (acme.auth, acme.email, acme.token_env) == (None, "bot@acme.example", "ZENDESK_TOKEN")
    assert "2027-04-30" in result.stdout  # the check that ends it says how long that lasts


def test_a_status_that_says_the_opposite_of_its_kind_is_asked_about(account: Run, sandbox: Sandbox) -> None:
    sandbox.zendesk.account.add_custom_status("open", label="With the vendor")
    result = account(typed="\n")  # what is offered is taken
    assert result.exit_code == 0, result.output
    assert (
        'The status "With the vendor" sounds like Waiting on Third Party, where such a status usually is Pending.'
        in (result.stderr)
    )
    assert statuses()["With the vendor"] is Category.WAITING_ON_THIRD_PARTY


def test_where_nobody_may_be_asked_it_is_an_error_that_says_what_to_give(account: Run, sandbox: Sandbox) -> None:
    sandbox.zendesk.account.add_custom_status("open", label="With the vendor")
    result = account("--no-input")
    assert result.exit_code == 1
    assert '--status "With the vendor=waiting_on_third_party"' in result.stderr
    assert not Path("config.yaml").exists()
    result = account("--no-input", "--status", "With the vendor=pending")
    assert result.exit_code == 0, result.output
    assert statuses()["With the vendor"] is Category.PENDING


def test_everything_that_is_not_given_is_asked_for(run: Run, sandbox: Sandbox) -> None:
    typed = f"zendesk\nacme.zendesk.com\n{sandbox.zendesk.client_id}\n{sandbox.zendesk.client_secret}\n"
    result = run("--base-url", sandbox.zendesk.url, *HOURS, typed=typed)
    assert result.exit_code == 0, result.output
    assert "The OAuth client's identifier (used now and not written" in result.stderr
    assert "was not read" not in result.stderr
    for secret in (sandbox.zendesk.client_id, sandbox.zendesk.client_secret):
        assert secret not in result.output
        assert secret not in written()


def test_an_account_that_cannot_be_asked_is_told_before_anything_else_is_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENDESK_CLIENT_ID", "slabot")
    monkeypatch.setenv("ZENDESK_CLIENT_SECRET", "secret")
    result = run(*HELPDESK, "--base-url", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "Country" not in result.output
    assert "http://127.0.0.1:9 could not be asked: the connection was refused; check the name of the account" in (
        result.stderr
    )
    assert "Pages leave" not in result.output  # nobody runs that would page or try again
    assert not Path("config.yaml").exists()


@pytest.mark.parametrize("missing", ["--kind", "--subdomain", "--email", "--country", "--region", "--hours"])
def test_without_questions_what_is_missing_is_named(run: Run, missing: str) -> None:
    at = BY_TOKEN.index(missing)
    result = run(*BY_TOKEN[:at], *BY_TOKEN[at + 2 :], "--token-env", "T", "--no-input")
    assert result.exit_code == 1
    assert f"give it as {missing}" in result.stderr


def test_a_file_that_is_there_stays_unless_somebody_says_otherwise(run: Run) -> None:
    Path("config.yaml").write_text("mine", encoding="utf-8")
    for result in (run(*GIVEN, "--no-input"), run(*GIVEN, typed="n\n"), run(*GIVEN, typed="\n")):
        assert result.exit_code == 1
        assert "was left as it is" in result.stderr
    assert written() == "mine"
    assert run(*GIVEN, "--no-input", "-o", "other.yaml").exit_code == 0
    assert written() == "mine"
    assert run(*GIVEN, typed="y\n\n").exit_code == 0
    assert written() != "mine"
    Path("config.yaml").write_text("mine", encoding="utf-8")
    assert run(*GIVEN, "--no-input", "--force").exit_code == 0
    assert written() != "mine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--subdomain", "https://evil.example/x"), "is no subdomain"),
        (("--subdomain", "a b"), "is no subdomain"),
        (("--status", "3"), "write WORD=CATEGORY"),
        (("--status", "3=waiting"), "write WORD=CATEGORY"),
        (("-o", "no/such/folder.yaml"), "cannot be written"),
    ],
)
def test_what_cannot_be_understood_is_said_with_what_to_write(run: Run, arguments: tuple[str, ...], words: str) -> None:
    result = run(*GIVEN, *arguments, "--no-input")
    assert result.exit_code == 1
    assert words in result.stderr


def test_a_wrong_secret_ends_it_before_anything_is_written(
    account: Run, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    monkeypatch.setenv("ZENDESK_CLIENT_SECRET", "wrong")
    result = account("--no-input")
    assert result.exit_code == 1
    assert "does not accept this OAuth client with this secret" in result.stderr
    assert not Path("config.yaml").exists()


def test_freshdesk_is_named_by_its_domain_and_asks_for_no_address(run: Run) -> None:
    result = run("--kind", "freshdesk", "--subdomain", "partners", *HOURS, "--no-input")
    assert result.exit_code == 0, result.output
    partners = load_policy(written(), "config.yaml").helpdesks["partners"]
    assert (partners.kind, partners.url) == ("freshdesk", "https://partners.freshdesk.com")
    assert partners.statuses["3"] is Category.PENDING


def test_a_freshdesk_status_whose_label_says_the_opposite_of_its_number_is_asked_about(
    run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRESHDESK_KEY", sandbox.freshdesk.token)
    sandbox.freshdesk.account.statuses[3] = ("Awaiting your Reply", "Awaiting your Reply")
    given = ("--kind", "freshdesk", "--subdomain", "partners", "--base-url", sandbox.freshdesk.url, *HOURS)
    result = run(*given, typed="\n")
    assert result.exit_code == 0, result.output
    assert 'The status 3 reads "Awaiting your Reply" and' in result.stderr
    partners = load_policy(written(), "config.yaml").helpdesks["partners"]
    assert partners.statuses["3"] is Category.WAITING_ON_CUSTOMER


def test_what_is_set_already_is_used_and_not_asked_for_again(account: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ZENDESK_HOOK_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "a-secret-of-its-own")
    result = account("--no-input")
    assert result.exit_code == 0, result.output
    assert "Next:   slabot doctor -c config.yaml" in result.stderr
    assert load_policy(written(), "config.yaml").helpdesks["acme"].webhook_secret_env == ("ZENDESK_HOOK_SECRET",)
    assert "a-secret-of-its-own" not in written()
