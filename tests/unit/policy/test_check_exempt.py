"""Is an exemption named that adds nothing, or from which more follows than was written?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

Warned = Callable[..., list[tuple[str, str, str]]]
Check = Callable[..., tuple[object, tuple[object, ...]]]
ALREADY, ALONE, DEFAULT = "exempt-already", "exempt-from-follow-ups-alone", "reminder-is-the-default"
OFF = "waiting: {mode: off}\n"


def exempt(settings: str, mode: str = "observe", more: str = "") -> tuple[str, str]:
    return (OFF, f"waiting: {{mode: {mode}, or_after: 20d{more}}}\nexempt: {{{settings}}}\n")


@pytest.mark.parametrize("part", ["follow_ups", "solving", "closing"])
@pytest.mark.parametrize(
    ("key", "above", "below"),
    [
        ("tags", "[a, VIP]", "[b, vip]"),
        ("organizations", "[Contoso]", "[x, CONTOSO]"),
        ("severities", "low", "[high, low]"),
    ],
)
def test_what_is_exempt_from_everything_need_not_be_exempt_from_one_thing(
    warned: Warned, part: str, key: str, above: str, below: str
) -> None:
    found = warned(exempt(f"{key}: {above}, {part}: {{{key}: {below}}}", mode="off"))

    assert [(code, path) for code, path, _ in found] == [(ALREADY, f"exempt.{part}.{key}[1]")]
    assert found[0][2].endswith(f"is exempt from everything already, by exempt.{key}")


@pytest.mark.parametrize(
    "settings",
    [
        "tags: [vip], closing: {organizations: [vip]}",  # a tag and an organisation are two things
        "solving: {tags: [vip]}, closing: {tags: [vip]}",
        "follow_ups: {tags: [vip]}, solving: {tags: [VIP, other]}",
        "closing: {severities: [low]}",
        "tags: [vip, vip]",
    ],
)
def test_exemptions_that_go_together_are_no_doubt(warned: Warned, settings: str) -> None:
    assert warned(exempt(settings)) == []


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ("follow_ups: {tags: [vip, both]}, solving: {tags: [both]}", "vip"),
        ("follow_ups: {organizations: [Contoso]}, solving: {tags: [contoso]}", "Contoso"),
        ("follow_ups: {severities: [high]}, closing: {severities: [high]}", "high"),
    ],
)
def test_exempt_from_follow_ups_alone_means_that_silence_solves_nothing(
    warned: Warned, settings: str, name: str
) -> None:
    ((code, path, message),) = warned(exempt(settings))

    assert (code, path.partition("[")[0].rpartition(".")[0]) == (ALONE, "exempt.follow_ups")
    assert message == (
        f'slabot sends no follow-ups about "{name}", so silence alone does not solve these tickets: '
        "they are solved only after 3 follow-ups by people"
    )
    assert warned(exempt(settings, mode="off")) == []  # then nothing is solved at all


@pytest.mark.parametrize(
    ("templates", "solving", "doubtful"),
    [
        ("follow_up: Hi", "solving: {tags: [vip]}", True),
        ("follow_up: Hi, reminder: Hi", "solving: {tags: [vip]}", False),
        ("reminder: Hi", "solving: {tags: [vip]}", False),
        ("solved: Hi", "solving: {tags: [vip]}", False),
        ("follow_up: Hi", "closing: {tags: [vip]}", False),
        ("follow_up: Hi", "solving: {}", False),
    ],
)
def test_whoever_words_one_follow_up_hears_of_the_other(
    warned: Warned, templates: str, solving: str, doubtful: bool
) -> None:
    found = warned(exempt(solving, more=f", templates: {{{templates}}}"))

    assert [(code, path) for code, path, _ in found] == [(DEFAULT, "waiting.templates.follow_up")] * doubtful
