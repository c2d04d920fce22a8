"""What does the first policy file of an account say?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from slabot.domain import Category, SlabotError
from slabot.policy import check_policy, load_policy
from slabot.policy.connections import Zendesk
from slabot.setup.first_file import NewHelpdesk, Placed, example_text, write

ZENDESK = NewHelpdesk(
    name="acme",
    kind="zendesk",
    address=("subdomain", "acme"),
    host="acme.zendesk.com",
    token_env="ZENDESK_TOKEN",
    secret_env="ZENDESK_HOOK_SECRET",
    statuses=[
        Placed("new", Category.OPEN, "New"),
        Placed("open", Category.PENDING, "In our hands"),
        Placed("solved", Category.SOLVED, "Solved"),
    ],
    email="bot@acme.example",
)


def test_it_is_right_and_says_what_was_told() -> None:
    text = write(example_text(), ZENDESK)
    policy, problems = check_policy(text, "config.yaml", date(2026, 11, 24))
    assert policy is not None
    assert all(problem.severity == "warning" for problem in problems)
    assert list(policy.helpdesks) == ["acme"]
    assert policy.helpdesks["acme"].url == "https://acme.zendesk.com"
    assert policy.category("acme", "open") is Category.PENDING
    assert policy.bots == ()


def test_an_oauth_client_is_named_by_its_variables_and_no_token_is() -> None:
    by_oauth = replace(ZENDESK, email="", oauth=True)
    policy, problems = check_policy(write(example_text(), by_oauth), "config.yaml", date(2026, 11, 24))
    assert policy is not None
    acme = policy.helpdesks["acme"]
    assert isinstance(acme, Zendesk)
    assert acme.auth is not None
    assert acme.auth.client_secret_env == "ZENDESK_CLIENT_SECRET"
    assert (acme.email, acme.token_env) == (None, None)
    assert "sign-in" not in "".join(problem.code for problem in problems)
    assert by_oauth.variables == ("ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET")


def test_the_agreement_and_its_comments_stay_as_they_are_written() -> None:
    example, text = example_text(), write(example_text(), ZENDESK)
    after = "\n# ── Where people are told"
    _, _, kept = example.partition(after)
    _, _, written = text.partition(after)
    assert written.replace("bots: []                                    # [", "bots: [") == kept
    assert text.startswith(example.partition("\nhelpdesks:")[0])


def test_a_name_that_differs_is_told_beside_the_word() -> None:
    text = write(example_text(), ZENDESK)
    assert '      open: pending                         # reads "In our hands"\n' in text
    assert "      new: open\n" in text


@pytest.mark.parametrize(
    "word",
    ["3", "With the vendor", "on", "No", "a: b", 'say "hi"', "#1", "ja, später", "- x", "null", "[x]", "back\\slash"],
)
def test_every_word_is_read_back_as_it_is(word: str) -> None:
    text = write(example_text(), replace(ZENDESK, statuses=[Placed(word, Category.OPEN, "# odd:\n\x07label")]))
    assert dict(load_policy(text, "config.yaml").helpdesks["acme"].statuses) == {word: Category.OPEN}


def test_no_secret_has_a_place_in_it() -> None:
    text = write(example_text(), ZENDESK)
    assert "# webhook_secret_env: ZENDESK_HOOK_SECRET" in text
    assert text.count("ZENDESK_TOKEN") == 1


def test_an_example_of_another_release_is_refused() -> None:
    with pytest.raises(SlabotError, match="install slabot again"):
        write("version: 1\n", ZENDESK)
