"""What is masked before a text leaves, and how a place in it is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from slabot.judgement.model import PersonalData, mask
from tools.masks import OWN, unmarked

EVERYTHING = tuple(PersonalData)


def masked(text: str, *kinds: PersonalData, known: tuple[str, ...] = ()) -> str:
    return mask(text, kinds or EVERYTHING, known).text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Write to ana.lopez@contoso.example, please.", "Write to [email], please."),
        ("m.fischer (at) acme.example knows.", "[email] knows."),
        ("See https://portal.example/case?user=ana now.", "See [link] now."),
        ("Call +49 170 1234567 or (030) 123 45 67.", "Call [phone] or [phone]."),
        ("Account 88123456, invoice INV-2026-00123.", "Account [number], invoice [number]."),
        ("Host 10.20.30.41 is silent.", "Host [number] is silent."),
        ("Dear Ms Okafor, it is slow.", "Dear Ms [name], it is slow."),
        ("Sehr geehrte Frau Dr. Vogt,", "Sehr geehrte Frau Dr. [name],"),
        ("My name is Priya Natarajan and I wait.", "My name is [name] and I wait."),
        # What a severity rests on stays.
        (
            "All 1,200 machines since 7:15 am, 100 % of 40 sites.",
            "All 1,200 machines since 7:15 am, 100 % of 40 sites.",
        ),
        ("Hello Support, error 500 on version 8.4.2.", "Hello Support, error 500 on version 8.4.2."),
    ],
)
def test_personal_data_is_masked_and_counts_stay(text: str, left: str) -> None:
    assert masked(text) == left


def test_the_requester_and_the_organisation_are_masked_wherever_they_stand() -> None:
    known = ("Ana Lopez", "ana.lopez@contoso.example", "Contoso Ltd")
    text = "At Contoso nobody but LOPEZ can work, says Ana Lopez."
    assert masked(text, known=known) == "At [name] nobody but [name] can work, says [name]."


def test_what_the_policy_does_not_mask_is_left() -> None:
    text = "Call +49 170 1234567 or ana@contoso.example."
    assert masked(text, PersonalData.EMAIL) == "Call +49 170 1234567 or [email]."


def test_a_place_in_the_masked_text_leads_back_to_the_words() -> None:
    text = "Hi Tom, call +49 170 1234567: all agents are offline, ana@contoso.example as well."
    found = mask(text, EVERYTHING)
    for words, written in (
        ("all agents are offline", "all agents are offline"),
        ("call [phone]: all agents", "call +49 170 1234567: all agents"),
        ("one]: all", "+49 170 1234567: all"),  # what is masked in part is taken whole
        ("offline, [email] as well", "offline, ana@contoso.example as well"),
        ("[name], call", "Tom, call"),
    ):
        start = found.text.index(words)
        first, last = found.original(start, start + len(words))
        assert text[first:last] == written


def test_of_the_marked_set_names_are_missed_beside_which_nothing_tells_that_they_are_names() -> None:
    missed: list[str] = []
    needless: list[str] = []
    for line in Path(OWN).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            text, spans = unmarked(line)
            places = mask(text, EVERYTHING).places
            for _, start, end in spans:
                letters = [at for at in range(start, end) if text[at].isalnum()]
                if not all(any(first <= at < last for *_, first, last in places) for at in letters):
                    missed.append(text[start:end])
            kept = [(first, last) for *_, first, last in places if not any(s < last and e > first for _, s, e in spans)]
            needless += [text[first:last] for first, last in kept]
    assert missed == ["Anna", "Ben", "Ingrid"]
    assert needless == []
