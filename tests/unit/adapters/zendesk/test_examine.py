"""How is this Zendesk account set up? Asked of the stand-in, or of a scripted server where answers are odd."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.base import Adapter, Plans
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Category, Finding, Level
from slabot_sandbox import FaultKind, Sandbox, ZendeskLimits

from ..conftest import STATUSES, Answer, Opens, Scripted

HOOK = "https://slabot.example/hooks/acme"
PLANS = Plans(hook_path="/hooks/acme", hook_url=HOOK, solves=True, close_after=timedelta(hours=72))


@pytest.fixture
def ours(sandbox: Sandbox, opened: Opens) -> ZendeskAdapter:
    """The adapter with the secret of the webhook that is set up."""
    zendesk = sandbox.zendesk
    zendesk.webhooks.subscribe(HOOK, secret=zendesk.webhook_secret)
    return opened(zendesk.url, token=zendesk.token, secret=zendesk.webhook_secret)


def said(adapter: Adapter, plans: Plans = PLANS, *, level: Level | None = None) -> str:
    found = adapter.examine(plans)
    return "\n".join(str(finding) for finding in found if level in (None, finding.level))


def of(adapter: Adapter, words: str, plans: Plans = PLANS) -> Finding:
    """The one finding that says this."""
    (found,) = [finding for finding in adapter.examine(plans) if words in finding.words]
    return found


def test_an_account_that_is_set_up_has_nothing_wrong(ours: ZendeskAdapter) -> None:
    assert said(ours, level=Level.WRONG) == ""
    assert said(ours, level=Level.UNKNOWN) == ""
    right = said(ours, level=Level.RIGHT)
    for words in (
        "Zendesk answers at 127.0.0.1",
        "slabot is bot@acme.example there, an admin, and may read the export",
        "of 700 API calls are left in this minute",
        "clock and the helpdesk's agree",
        'The webhook "slabot" leads to slabot',
        "Every status of Zendesk's own has its category",
    ):
        assert words in right


def test_it_takes_one_call_for_each_thing(ours: ZendeskAdapter, sandbox: Sandbox) -> None:
    before = len(sandbox.journal.calls())
    ours.examine(PLANS)
    assert len(sandbox.journal.calls()) - before == 10
    assert {call.method for call in sandbox.journal.calls()} == {"GET"}


# -- who, how much, when -------------------------------------------------------------------------------------------


def test_a_wrong_token_is_wrong_and_nothing_more_is_asked(opened: Opens, sandbox: Sandbox) -> None:
    (found,) = opened(sandbox.zendesk.url, token="wrong").examine(PLANS)
    assert found.level is Level.WRONG
    assert "token access" in found.remedy
    assert len(sandbox.journal.calls()) == 1


def test_an_agent_who_is_no_admin_cannot_sweep(opened: Opens, sandbox: Sandbox) -> None:
    sandbox.zendesk.account.add_agent("bob@acme.example")
    adapter = opened(sandbox.zendesk.url, email="bob@acme.example", token=sandbox.zendesk.token)
    found = of(adapter, "in the role agent")
    assert found.level is Level.WRONG
    assert "no sweeps" in found.words
    assert "role Admin" in found.remedy


def test_few_calls_left_are_something_to_know_of(clock: SteppedClock, opened: Opens) -> None:
    with Sandbox(clock=clock, zendesk_limits=ZendeskLimits(account=10)) as sandbox:
        adapter = opened(sandbox.zendesk.url, token=sandbox.zendesk.token)
        for _ in range(8):
            adapter.whoami()
        found = adapter.examine(PLANS)
    (left,) = [finding for finding in found if "API calls are left" in finding.words]
    assert left.level is Level.NOTICE
    assert "1 of 10" in left.words


# -- webhooks ------------------------------------------------------------------------------------------------------


def test_without_a_webhook_changes_are_seen_late(acme: ZendeskAdapter) -> None:
    found = of(acme, "No webhook tells slabot of changes")
    assert found.level is Level.NOTICE
    assert HOOK in found.words
    assert "a few minutes late" in found.remedy


def test_a_webhook_is_known_by_the_end_of_its_address_where_the_policy_names_none(ours: ZendeskAdapter) -> None:
    assert of(ours, "leads to slabot", replace(PLANS, hook_url=None)).level is Level.RIGHT


def test_a_webhook_that_is_off_or_doubled_is_said(ours: ZendeskAdapter, sandbox: Sandbox) -> None:
    webhooks = sandbox.zendesk.webhooks
    next(iter(webhooks.all.values())).active = False
    webhooks.subscribe(HOOK, secret=sandbox.zendesk.webhook_secret, name="twin")
    notices = said(ours, level=Level.NOTICE)
    assert 'The webhook "slabot" is switched off' in notices
    assert '2 webhooks lead to slabot: "slabot", "twin"' in notices


def test_events_that_are_missing_are_named(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    events = ["zen:event-type:ticket.created", "zen:event-type:ticket.comment_added"]
    sandbox.zendesk.webhooks.subscribe(HOOK, events=events)
    found = of(acme, "is not subscribed to")
    assert "ticket.status_changed" in found.words
    assert "ticket.created" not in found.words


def test_a_webhook_for_triggers_needs_one_that_uses_it(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    sandbox.zendesk.webhooks.subscribe(HOOK, trigger=True)
    assert "trigger" not in said(acme)


def test_a_trigger_that_does_not_name_the_ticket_is_of_no_use(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    sandbox.zendesk.webhooks.subscribe(HOOK, trigger=True, template='{"hello": "world"}')
    assert "does not name the ticket" in said(acme, level=Level.NOTICE)


def test_a_webhook_for_triggers_that_none_uses_is_said(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    hook = {"id": "01H", "name": "slabot", "endpoint": HOOK, "status": "active"}
    scripted.on(
        "GET", "/webhooks", Answer(body={"webhooks": [hook | {"subscriptions": ["conditional_ticket_events"]}]})
    )
    off = {"active": False, "actions": [{"field": "notification_webhook", "value": ["01H", "{{ticket.id}}"]}]}
    scripted.on("GET", "/triggers", Answer(body={"triggers": [off]}))
    assert "no active trigger uses it" in said(hostile, level=Level.NOTICE)


def test_another_signing_secret_is_wrong_and_neither_is_shown(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    sandbox.zendesk.webhooks.subscribe(HOOK, secret="theirs-and-secret")
    found = of(acme, "another secret")
    assert found.level is Level.WRONG
    assert "theirs-and-secret" not in said(acme)
    assert "a webhook's own signing secret" not in said(acme)


def test_a_policy_without_a_signing_secret_refuses_every_delivery(sandbox: Sandbox, opened: Opens) -> None:
    sandbox.zendesk.webhooks.subscribe(HOOK)
    adapter = opened(sandbox.zendesk.url, token=sandbox.zendesk.token, secret=None)
    assert "webhook_secret_env" in of(adapter, "names no signing secret").remedy


def test_recent_failures_are_counted_with_the_last_answer(ours: ZendeskAdapter, sandbox: Sandbox) -> None:
    hook = next(iter(sandbox.zendesk.webhooks.all.values()))
    for status, code in (("success", 200), ("failed", 401), ("circuit broken", 0)):
        hook.invocations.append(
            {"id": "x", "latest_completed_at": "2026-01-10T09:59:00Z", "status": status, "status_code": code}
        )
    found = of(ours, "failed 2 of the last 3 times")
    assert "circuit broken, nobody answered" in found.words
    hook.invocations.append({"id": "y", "latest_completed_at": "x", "status": "failed", "status_code": 503})
    assert "slabot's answer was 503" in of(ours, "failed 3 of the last 4 times").words


# -- statuses and fields -------------------------------------------------------------------------------------------


def test_a_status_that_the_policy_leaves_out_is_wrong(sandbox: Sandbox, opened: Opens) -> None:
    statuses = {word: category for word, category in STATUSES.items() if word not in ("hold", "new")}
    adapter = opened(sandbox.zendesk.url, token=sandbox.zendesk.token, statuses=statuses)
    assert of(adapter, "does not say what new and hold stands for").level is Level.WRONG


def test_custom_statuses_are_told_with_what_they_count_as(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    sandbox.zendesk.account.add_custom_status("hold", label="With the vendor")
    found = of(acme, '"With the vendor"')
    assert (found.level, "counts as Waiting on Third Party" in found.words) == (Level.NOTICE, True)


def test_a_name_that_the_account_does_not_have_is_told(sandbox: Sandbox, opened: Opens) -> None:
    statuses = {**STATUSES, "With the vendr": Category.WAITING_ON_THIRD_PARTY}
    adapter = opened(sandbox.zendesk.url, token=sandbox.zendesk.token, statuses=statuses)
    assert "does not have" in of(adapter, '"with the vendr"').words


def test_no_status_to_move_to_is_wrong(sandbox: Sandbox, opened: Opens) -> None:
    statuses = {**STATUSES, "solved": Category.CLOSED}
    adapter = opened(sandbox.zendesk.url, token=sandbox.zendesk.token, statuses=statuses)
    assert of(adapter, "No status stands for Solved").level is Level.WRONG


def test_fields_that_a_solve_needs_are_named(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    for name in ("webhooks", "custom_statuses", "triggers", "automations"):
        scripted.on("GET", f"/{name}", Answer(body={name: []}))
    fields = [
        {"title": "Serial number", "required": True, "active": True, "removable": True},
        {"title": "Subject", "required": True, "active": True, "removable": False},
        {"title": "Retired", "required": True, "active": False, "removable": True},
    ]
    scripted.on("GET", "/ticket_fields", Answer(body={"ticket_fields": fields}))
    needed = [each for each in hostile.examine(PLANS) if "must be filled" in each.words]
    assert ["Serial number" in each.words for each in needed] == [True]


def test_long_lists_are_read_to_the_end(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    first = {"ticket_fields": [], "meta": {"has_more": True, "after_cursor": "c"}}
    last = {"ticket_fields": [{"title": "Late", "required": True, "removable": True}], "meta": {"has_more": False}}
    scripted.on("GET", "/ticket_fields", Answer(body=first), Answer(body=last))
    assert "Late" in said(hostile)
    assert "page%5Bafter%5D=c" in scripted.of("GET", "/ticket_fields")[1].query


# -- what cannot be asked ------------------------------------------------------------------------------------------


def test_what_is_refused_keeps_nothing_else_from_being_asked(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    for name in ("webhooks", "triggers", "ticket_fields"):
        scripted.on("GET", f"/{name}", Answer(403))
    scripted.on("GET", "/automations/active", Answer(500))
    scripted.on("GET", "/search/count", Answer(body={"count": 0}))
    # The scripted server lives in another year, so the clocks are left out.
    levels = [finding.level for finding in hostile.examine(PLANS) if "clock" not in finding.words]
    assert levels.count(Level.NOTICE) >= 3
    assert levels.count(Level.UNKNOWN) == 1
    assert levels.count(Level.WRONG) == 0


def test_the_account_s_slas_are_told(ours: ZendeskAdapter, sandbox: Sandbox) -> None:
    assert "urgent 2 h, high 6 h of business hours" in said(ours)
    sandbox.faults.add(FaultKind.HTML, path="*slas*")
    assert "The SLA policies could not be looked at" in said(ours, level=Level.UNKNOWN)


@pytest.mark.parametrize("status", [403, 404])
def test_what_the_plan_does_not_have_is_nothing_to_say(
    scripted: Scripted, hostile: ZendeskAdapter, status: int
) -> None:
    scripted.on("GET", "/slas/policies", Answer(status))
    scripted.on("GET", "/custom_statuses", Answer(404))
    told = said(hostile)
    assert "SLA" not in told
    assert "Every status of Zendesk's own has its category" in told


def test_own_statuses_come_with_the_names_that_agents_read(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    sandbox.zendesk.account.add_custom_status("open", label="With the vendor")
    told = [(each.word, each.label, each.usual, each.own) for each in acme.own_statuses()]
    assert told[3] == ("hold", "On-hold", Category.WAITING_ON_THIRD_PARTY, False)
    assert told[-1] == ("With the vendor", "With the vendor", Category.PENDING, True)
    assert len(told) == 7


def test_groups_and_languages_are_told_by_name(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    sandbox.zendesk.account.add_group("Billing")
    sandbox.zendesk.account.add_group("Gone")["deleted"] = True
    sandbox.zendesk.account.set_languages(["de", "en-US"])
    assert acme.own_groups() == ("Support", "Billing")
    assert acme.own_languages() == ("Deutsch", "English")


def test_brands_and_forms_are_told_by_name(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    sandbox.zendesk.account.add_brand("North")
    sandbox.zendesk.account.add_form("Outage")
    assert "North" in acme.own_brands()
    assert "Outage" in acme.own_forms()


def test_an_account_that_works_tickets_is_noticed_with_what_follows(ours: ZendeskAdapter, sandbox: Sandbox) -> None:
    people, bot = sandbox.zendesk.people, sandbox.zendesk.account.bot["email"]
    assert of(ours, "slabot's alone").level is Level.RIGHT
    for status in ("open", "open", "pending", "solved"):
        ticket = people.create_ticket("ana@customer.example", "s", "t")
        people.agent_replies(ticket, bot, "I look into it", status=status)
    found = of(ours, "works tickets")
    assert found.level is Level.NOTICE
    assert found.words.startswith(f"slabot acts as slabot ({bot}), who has 2 open tickets.")
    assert "their answers are no first response and stop no clock" in found.words
    assert "an agent of its own" in found.remedy
