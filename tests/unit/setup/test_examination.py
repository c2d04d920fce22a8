"""Is everything that this policy needs there and set up? Over HTTP, on the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from slabot.clock import SteppedClock
from slabot.composition import Connections, connect
from slabot.domain import Level
from slabot.policy import Policy, load_policy
from slabot.setup.examination import examine, plans
from slabot.setup.machine import Installed
from slabot.setup.report import SetupReport
from slabot.store import open_store
from slabot_sandbox import FaultKind, Sandbox

ALONE = Installed({}, {"slabot": "/here", "adapters": "/here", "webhooks": "/here"})
POLICY = """\
version: 1
helpdesks:
  acme: {{kind: zendesk, subdomain: acme, email: bot@acme.example, token_env: TOKEN, base_url: "{zendesk}"}}
slack: {{token_env: SLACK, channel: "#pages", api_url: "{slack}"}}
calendars:
  office: {{time_zone: UTC, open: {{mon-fri: ["09:00-17:00"]}}}}
severities:
  high: {{means: No workaround, respond_within: 6h, calendar: office}}
classify: {{otherwise: high}}
escalate: [{{rungs: [{{at: breach, notify: ["#managers"]}}]}}]
"""

Look = Callable[..., SetupReport]


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for the store, and any free port."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "0")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SteppedClock(datetime(2026, 1, 12, 10, 0, tzinfo=UTC))) as sandbox:
        sandbox.slack.workspace.add_channel("#pages")
        sandbox.slack.workspace.add_channel("#managers")
        yield sandbox


@pytest.fixture
def policy(sandbox: Sandbox) -> Policy:
    return load_policy(POLICY.format(zendesk=sandbox.zendesk.url, slack=f"{sandbox.slack.url}/api"), "config.yaml")


@pytest.fixture
def look(sandbox: Sandbox, policy: Policy) -> Iterator[Look]:
    opened: list[Connections] = []

    def examined(policy: Policy = policy, **environment: str) -> SetupReport:
        known = {"TOKEN": sandbox.zendesk.token, "SLACK": sandbox.slack.token} | environment
        opened.append(connect(policy, clock=sandbox.clock, environment=known))
        return examine(policy, opened[-1], ALONE)

    yield examined
    for connections in opened:
        connections.close()


def words(report: SetupReport, level: Level) -> str:
    return "\n".join(f"{place.name}: {finding}" for place, finding in report.of(level))


def test_everything_is_looked_at_and_nothing_is_changed(look: Look, sandbox: Sandbox) -> None:
    report = look()
    assert [place.name for place in report.places] == ["this machine", "store", "helpdesk acme", "slack"]
    assert report.exit_code == 0
    assert "slabot is in the channel #managers" in words(report, Level.RIGHT)
    assert sandbox.journal.effects() == ()


def test_a_store_that_others_can_read_is_something_to_know_of(look: Look, tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/slabot.db").close()
    (tmp_path / "slabot.db").chmod(0o644)
    report = look()
    assert report.exit_code == 0
    assert "store: The store" in words(report, Level.NOTICE)
    assert "open to other users of this machine" in words(report, Level.NOTICE)


def test_a_missing_secret_is_wrong_and_the_rest_is_looked_at_all_the_same(look: Look) -> None:
    report = look(TOKEN="")
    assert report.exit_code == 1
    (wrong,) = report.of(Level.WRONG)
    assert wrong[0].name == "this machine"
    assert "names the environment variable TOKEN, which is not set" in wrong[1].words
    assert wrong[1].remedy == "Set it and start again."
    assert [place.name for place in report.places] == ["this machine", "store", "slack"]


def test_a_helpdesk_that_is_down_is_not_known_and_slack_is_looked_at(look: Look, sandbox: Sandbox) -> None:
    sandbox.faults.add(FaultKind.DOWN, service="zendesk")
    report = look()
    assert report.exit_code == 2
    assert "helpdesk acme: Zendesk could not be asked" in words(report, Level.UNKNOWN)
    assert "slack: slabot is in the channel #pages" in words(report, Level.RIGHT)


def test_slack_that_is_down_is_not_known(look: Look, sandbox: Sandbox) -> None:
    sandbox.faults.add(FaultKind.DOWN, service="slack")
    assert look().exit_code == 2


def test_a_channel_without_slabot_is_wrong(look: Look, sandbox: Sandbox) -> None:
    sandbox.slack.workspace.add_channel("#managers", joined=False)
    report = look()
    assert report.exit_code == 1
    assert "slack: slabot is not in the channel #managers" in words(report, Level.WRONG)


def test_a_policy_without_slack_pages_nobody(look: Look, policy: Policy) -> None:
    report = look(policy.model_copy(update={"slack": None}))
    assert "nobody is paged" in words(report, Level.NOTICE)


def test_an_adapter_that_cannot_look_is_not_taken_for_one_that_found_nothing(policy: Policy) -> None:
    class Old:
        kind = "old"

    report = examine(policy, Connections({"acme": Old()}, None, ()), ALONE)  # type: ignore[dict-item]
    assert "does not know how to look" in words(report, Level.UNKNOWN)


def test_the_plans_are_those_of_the_policy(policy: Policy) -> None:
    found = plans(policy, "acme")
    assert (found.hook_path, found.hook_url) == ("/hooks/acme", None)
    assert (found.solves, found.close_after) == (True, timedelta(days=3))
    text = POLICY.format(zendesk="https://x.example", slack="https://y.example")
    text += "web: {public_url: 'https://slabot.example/'}\nsolved: {mode: off}\nwaiting: {mode: off}\n"
    found = plans(load_policy(text, "config.yaml"), "acme")
    assert found.hook_url == "https://slabot.example/hooks/acme"
    assert (found.solves, found.close_after) == (False, None)


def test_two_secrets_in_use_are_told_with_the_one_to_drop_and_when(look: Look, policy: Policy) -> None:
    acme = policy.helpdesks["acme"].model_copy(update={"webhook_secret_env": ("HOOK", "HOOK_OLD")})
    assert policy.slack is not None
    slack = policy.slack.model_copy(update={"signing_secret_env": ("SIGN", "SIGN_OLD")})
    changing = policy.model_copy(update={"helpdesks": {"acme": acme}, "slack": slack})
    secrets = {name: name.ljust(32, "x") for name in ("HOOK", "HOOK_OLD", "SIGN", "SIGN_OLD")}
    found = look(changing, **secrets).places[0].findings
    assert [(each.level, str(each)) for each in found if "secrets" in each.words] == [
        (
            Level.NOTICE,
            "helpdesks.acme.webhook_secret_env takes 2 secrets: HOOK is the current one, HOOK_OLD the one before. Take "
            "HOOK_OLD out of the file ten minutes after Zendesk signs with the new one, and restart slabot "
            "(docs/secrets.md).",
        ),
        (
            Level.NOTICE,
            "slack.signing_secret_env takes 2 secrets: SIGN is the current one, SIGN_OLD the one before. Take SIGN_OLD "
            "out of the file an hour after Slack signs with the new one, and restart slabot (docs/secrets.md).",
        ),
    ]


class TestNames:
    """Groups, brands and forms that the policy names are looked for at the helpdesks that it means."""

    NAMES = """\
agreements:
  - {name: billing, when: {group: [Billing, Suport]}}
  - {name: north, when: {brand: North, form: Outage}}
exempt: {closing: {groups: [billing]}}
"""

    def _policy(self, sandbox: Sandbox, more: str = NAMES) -> Policy:
        text = POLICY.format(zendesk=sandbox.zendesk.url, slack=f"{sandbox.slack.url}/api")
        return load_policy(text + more, "config.yaml")

    def test_a_name_that_no_helpdesk_has_is_told_with_the_likeliest(self, look: Look, sandbox: Sandbox) -> None:
        account = sandbox.zendesk.account
        account.add_group("Billing")
        account.add_brand("North")
        account.add_form("Outages")
        found = {finding.words: finding.remedy for _, finding in look(self._policy(sandbox)).of(Level.NOTICE)}
        told = {words: remedy for words, remedy in found.items() if "that entry does nothing" in words}
        assert told == {
            'acme has no group "Suport", which agreements[0].when.group[1] names, so that entry does nothing': (
                'write the name as the helpdesk shows it; did you mean "Support"?'
            ),
            'acme has no form "Outage", which agreements[1].when.form[0] names, so that entry does nothing': (
                'write the name as the helpdesk shows it; did you mean "Outages"?'
            ),
        }

    def test_names_that_are_there_are_right_in_any_case(self, look: Look, sandbox: Sandbox) -> None:
        sandbox.zendesk.account.add_group("Billing")
        right = words(look(self._policy(sandbox, "exempt: {groups: [BILLING]}\n")), Level.RIGHT)
        assert "groups, brands and forms: The helpdesks have every group that the policy names" in right

    def test_a_list_that_cannot_be_read_is_unknown_and_no_empty_one(self, look: Look, sandbox: Sandbox) -> None:
        sandbox.faults.add(FaultKind.ERROR, service="zendesk", path="/api/v2/groups*")
        report = look(self._policy(sandbox, "exempt: {groups: [Billing]}\n"))
        assert "The groups of acme could not be read" in words(report, Level.UNKNOWN)
        assert "Billing" not in words(report, Level.NOTICE)


def test_the_plans_are_those_of_the_agreements_too(sandbox: Sandbox) -> None:
    more = (
        "waiting: {mode: off}\nagreements: [{name: gold, waiting: {mode: act}, solved: {mode: act, close_after: 4d}}]\n"
    )
    text = POLICY.format(zendesk=sandbox.zendesk.url, slack=f"{sandbox.slack.url}/api") + more
    assert plans(load_policy(text), "acme").solves


def test_whom_an_agreement_tells_is_looked_for_as_well(look: Look, sandbox: Sandbox) -> None:
    ladder = '[{rungs: [{at: breach, notify: ["#gold", "group:@gold-team"]}]}]'
    text = POLICY.format(zendesk=sandbox.zendesk.url, slack=f"{sandbox.slack.url}/api")
    report = look(load_policy(f"{text}agreements: [{{name: gold, escalate: {ladder}}}]\n"))
    wrong = words(report, Level.WRONG)
    assert "#gold" in wrong
    assert "Slack knows no user group @gold-team" in wrong
