"""Is a list that was written as one text told wherever the schema has a list, and what else is typed wrong in texts?"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from slabot.policy import Policy, check_policy
from slabot.policy.check_texts import text_slips
from slabot.policy.nodes import Tree
from slabot.policy.paths import Path, words
from slabot.policy.source import SourceText
from slabot.policy.walk import SchemaMark, spots

from .conftest import RIGHT, TODAY


def lists(annotation: Any, path: Path, seen: tuple[type[BaseModel], ...] = ()) -> Iterator[tuple[Path, Any]]:
    """Every place of a list of texts or numbers, read off the models by another way than the product's."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if SchemaMark.ONE_TEXT not in arguments:
            yield from lists(arguments[0], path, seen)
    elif origin in (Union, types.UnionType):
        for argument in arguments:
            yield from lists(argument, path, seen)
    elif origin is dict:
        yield from lists(arguments[1], (*path, "NAME"), seen)
    elif origin is tuple and arguments[-1] is Ellipsis:
        inner = list(lists(arguments[0], (*path, 0), seen))
        yield from inner
        if not inner and not list(parts(arguments[0])):
            yield path, arguments[0]
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel) and seen.count(annotation) < 2:
        for name, field in annotation.model_fields.items():
            if SchemaMark.ONE_TEXT not in field.metadata:
                kept = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
                yield from lists(kept, (*path, field.alias or name), (*seen, annotation))


def parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from parts(argument)


LISTS = {words(path): path for path, _ in lists(Policy, ())}


def nested(path: Path, value: object) -> Any:
    for step in reversed(path):
        value = [value] if isinstance(step, int) else {step: value}
    return value


def slips(value: Any) -> list[tuple[str, str, str]]:
    tree = Tree(SourceText("", "config.yaml"), value=value)
    return [(slip.code, words(slip.path), slip.fix) for slip in text_slips(tree, spots(Policy, value))]


def test_the_lists_of_the_schema_are_found() -> None:
    assert len(LISTS) > 30
    assert {
        "exempt.tags",
        "classify.rules[0].when.text",
        "classify.rules[0].unless.fields.NAME",
        "calendars.NAME.open.NAME",
        "calendars.NAME.dates[0].open",
        "escalate[0].rungs[0].notify",
        "waiting.on_business_days",
        "rotas.NAME.people",
        "quiet_hours[0].severities",
        "bots",
    } <= set(LISTS)
    assert "calendars.NAME.breaks[0].days" not in LISTS  # one text in the file: mon-fri


@pytest.mark.parametrize("path", LISTS.values(), ids=LISTS.keys())
def test_a_bare_text_with_a_comma_is_no_list_wherever_one_stands(path: Path) -> None:
    (slip,) = slips(nested(path, "one, two"))

    entries = "[1, 2]" if words(path).endswith("waiting.on_business_days") else '["1", "2"]'
    assert slip == ("list-as-text", words(path), "write a list: [one, two]")
    assert slips(nested(path, "1, 2"))[0][2] == f"write a list: {entries}"


@pytest.mark.parametrize("path", LISTS.values(), ids=LISTS.keys())
@pytest.mark.parametrize("value", ["one", ["one, two"], ["one", "two, three"], []])
def test_a_list_and_a_bare_text_without_a_comma_are_no_slips(path: Path, value: object) -> None:
    assert slips(nested(path, value)) == []


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("no_auto_close, vip", "write a list: [no_auto_close, vip]"),
        ("Acme, Inc.", 'write a list: [Acme, Inc.], or ["Acme, Inc."] if it is one name'),
        ("a;b", "write a list: [a, b]"),
        ("a\nb\n", "write a list: [a, b]"),
        ("a，b", "write a list: [a, b]"),
        (
            "#a, b: c, 7, true,",
            'write a list: ["#a", "b: c", "7", "true"], or ["#a, b: c, 7, true,"] if it is one name',
        ),
        ("“a”, “b”", "write a list: [a, b]"),
    ],
)
def test_the_fix_is_the_very_list(text: str, fix: str) -> None:
    assert ("list-as-text", "exempt.organizations", fix) in slips({"exempt": {"organizations": text}})


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"slack": {"channel": "“#a”"}}, "slack.channel"),
        ({"slack": {"channel": "‘#a’"}}, "slack.channel"),
        ({"slack": {"“channel”": "#a"}}, "slack.“channel”"),
        ({"calendars": {"“office”": {}}}, "calendars.“office”"),
        ({"calendars": {"a": {"time_zone": "„Europe/Berlin“"}}}, "calendars.a.time_zone"),
        ({"classify": {"rules": [{"when": {"text": ["“down”"]}}]}}, "classify.rules[0].when.text[0]"),
        ({"helpdesks": {"a": {"kind": "«zendesk»"}}}, "helpdesks.a.kind"),
        ({"version": "“1”"}, "version"),
    ],
)
def test_smart_quotes_are_told_in_values_names_and_keys(value: Any, path: str) -> None:
    assert [(code, place) for code, place, _ in slips(value)] == [("smart-quotes", path)]


@pytest.mark.parametrize(
    "value",
    [
        {"waiting": {"templates": {"follow_up": "About “this”: we’re waiting"}}},
        {"severities": {"a": {"means": "The customer’s “production” is down"}}},
        {"exempt": {"organizations": ["Ben & Jerry’s"]}},
        {"calendars": {"a": {"holidays": {"also": [{"name": "New Year’s Eve"}]}}}},
    ],
)
def test_such_quotes_within_sentences_and_apostrophes_are_right(value: Any) -> None:
    assert slips(value) == []


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("Hi {{ticket.requester.first_name}}", "write {requester}"),
        ("Hi {{ ticket.requester.name | default: 'you' }}", "write {requester}"),
        ("Hi {{requester}}", "write {requester}"),
        ("Ticket {{ticket.id}}", "write {ticket}"),
        ("{{ticket.title}}", "write {subject}"),
        ("{% if x %}", "write it out, or use one of {requester}"),
        ("{{dc.greeting}}", "write it out, or use one of {requester}"),
    ],
)
def test_a_placeholder_of_another_program_is_told(text: str, fix: str) -> None:
    ((code, path, said),) = slips({"waiting": {"templates": {"solved": text}}})

    assert (code, path) == ("foreign-placeholder", "waiting.templates.solved")
    assert said.startswith(fix)


@pytest.mark.parametrize("path", ["severities.a.means", "calendars.a.breaks[0].name"])
def test_and_in_other_texts_for_people(path: str) -> None:
    value = {"severities": {"a": {"means": "{{x}}"}}, "calendars": {"a": {"breaks": [{"name": "{{x}}"}]}}}

    assert ("foreign-placeholder", path, "write it out: nothing is filled in here") in slips(value)


@pytest.mark.parametrize("text", ["Hi {requester}", "plain {{ }} braces", "${{HOME}}", "{{{requester}}}", "50 %}"])
def test_our_placeholders_and_plain_braces_are_right(text: str) -> None:
    assert slips({"waiting": {"templates": {"solved": text}}}) == []


@pytest.mark.parametrize("template", ["Reminder {number:d}", "Hello {requester!r}", "{subject:>99999999}"])
def test_a_placeholder_with_a_form_of_its_own_is_refused(template: str) -> None:
    waiting = f"waiting: {{mode: off, templates: {{follow_up: '{template}'}}}}"
    text = RIGHT.replace("waiting: {mode: off}", waiting)
    _, problems = check_policy(text, "config.yaml", TODAY)
    assert [(one.code, one.fix.split()[0]) for one in problems] == [("bad-template", "write")]
