"""How is this Freshdesk account set up, as far as slabot depends on it?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.base import Plans
from adapters.freshdesk.adapter import FreshdeskAdapter
from slabot.domain import Category, Level
from slabot_sandbox import Sandbox
from slabot_sandbox.freshdesk.limits import FreshdeskLimits, Plan
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from .conftest import STATUSES, Opens

PLANS = Plans(hook_path="/hooks/partners", solves=True, close_after=timedelta(days=3))


def words(adapter: FreshdeskAdapter, level: Level) -> str:
    return "\n".join(str(finding) for finding in adapter.examine(PLANS) if finding.level is level)


@pytest.mark.parametrize("limits", [FreshdeskLimits.of(Plan.PRO)])
def test_an_account_in_order_has_nothing_wrong(partners: FreshdeskAdapter, sandbox: Sandbox) -> None:
    assert words(partners, Level.WRONG) == words(partners, Level.UNKNOWN) == ""
    assert words(partners, Level.NOTICE).startswith("Freshdesk's API does not show automation rules")
    assert words(partners, Level.NOTICE).count("\n") == 0
    assert {call.method for call in sandbox.journal.calls()} == {"GET"}


@pytest.mark.parametrize("limits", [FreshdeskLimits.of(Plan.GROWTH)])
def test_the_calls_that_are_left_are_told(partners: FreshdeskAdapter) -> None:
    assert "199 of 200 API calls are left in this minute, and the plan allows 20 lists" in words(partners, Level.RIGHT)


def test_a_key_that_is_not_accepted_is_the_only_finding(opened: Opens, desk: FreshdeskStandIn) -> None:
    found = opened(desk.url, token="wrong").examine(PLANS)
    assert [finding.level for finding in found] == [Level.WRONG]


def test_statuses_that_are_missing_renamed_or_unmapped_are_named(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn
) -> None:
    number = desk.account.add_status("With the vendor")
    desk.account.remove_status(6)
    desk.account.rename_status(2, "Pending")
    assert f'"With the vendor" (number {number})' in words(partners, Level.WRONG)
    notices = words(partners, Level.NOTICE)
    assert "No status of the account stands for Waiting on Customer" in notices
    assert 'Status 2 stands for Open in the policy, and agents read "Pending" there' in notices


def test_fields_that_a_close_needs_are_named(partners: FreshdeskAdapter, desk: FreshdeskStandIn) -> None:
    desk.account.add_field("Root cause", required_for_closure=True)
    assert 'only once these fields are filled in: "Root cause"' in words(partners, Level.NOTICE)


def test_a_policy_without_a_secret_has_no_webhooks(opened: Opens, desk: FreshdeskStandIn) -> None:
    adapter = opened(desk.url, token=desk.token, webhook_secrets=())
    assert "names no secret for webhooks" in words(adapter, Level.NOTICE)


def test_statuses_are_told_by_the_words_that_the_policy_uses(partners: FreshdeskAdapter) -> None:
    told = {status.word: status.usual for status in partners.own_statuses()}
    assert told == STATUSES
    assert told["2"] is Category.OPEN


def test_groups_and_languages_are_told(partners: FreshdeskAdapter, desk: FreshdeskStandIn) -> None:
    desk.account.add_group("Billing")
    desk.account.set_languages(["de", "en"])
    assert partners.own_groups() == ("Support", "Billing")
    assert partners.own_languages() == ("de", "en")


def test_every_page_of_groups_products_and_forms_is_read(partners: FreshdeskAdapter, desk: FreshdeskStandIn) -> None:
    for number in range(120):
        desk.account.add_group(f"Team {number}")
    desk.account.add_product("North")
    desk.account.add_form("Outage")
    assert len(partners.own_groups()) == 121
    assert partners.own_brands() == ("North",)
    assert partners.own_forms() == ("Outage",)


def test_an_account_that_works_tickets_is_noticed_with_what_follows(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn
) -> None:
    bot = desk.account.bot["contact"]["email"]
    assert "slabot's alone" in words(partners, Level.RIGHT)
    for status in ("Open", "Pending", "Resolved"):
        ticket = desk.people.create_ticket("ana@customer.example", "s", "t", status=status)
        desk.people.agent_sets_assignee(ticket, bot, bot)
    desk.people.create_ticket("ana@customer.example", "s", "t")
    notices = words(partners, Level.NOTICE)
    assert f"slabot acts as slabot ({bot}), who has 2 of the 4 tickets that changed last, open ones" in notices
    assert "their answers are no first response and stop no clock" in notices


@pytest.mark.parametrize(
    ("languages", "merge_words", "warned"),
    [
        (["de", "en"], None, True),
        (["de"], ["Dieses Ticket ist geschlossen"], False),
        (["en", "de"], None, False),
        (["en-GB"], None, False),
    ],
)
def test_an_account_whose_merge_notes_the_policy_does_not_know_is_noticed(
    opened: Opens, desk: FreshdeskStandIn, languages: list[str], merge_words: list[str] | None, warned: bool
) -> None:
    desk.account.set_languages(languages)
    words_of = {} if merge_words is None else {"merge_words": merge_words}
    notices = words(opened(desk.url, token=desk.token, **words_of), Level.NOTICE)
    assert ('The account\'s language is "de"' in notices) is warned
    assert ("under helpdesks.partners.merge_words" in notices) is warned


def test_open_with_an_assignee_is_enough_to_write_pending(opened: Opens, desk: FreshdeskStandIn) -> None:
    statuses = {**STATUSES, "3": Category.WAITING_ON_CUSTOMER}
    alone = opened(desk.url, token=desk.token, statuses=statuses)
    assert "No status of the account stands for Pending" in words(alone, Level.WRONG)
    told_apart = opened(desk.url, token=desk.token, statuses=statuses, open_with_assignee=Category.PENDING)
    assert words(told_apart, Level.WRONG) == ""
