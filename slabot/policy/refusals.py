"""How is a refusal of the models said to the author of the file?

Promise: every refusal has a check code, says what was found and what was wanted in words of the file (never of Python),
and ends with what to write. A refusal that the models worded themselves keeps their words.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from slabot.domain.suggestions import did_you_mean, nearest, suggestion
from slabot.policy.instead import clock_meant, colon_meant, number_meant, setting_meant
from slabot.policy.paths import Path, holds, value_at, words
from slabot.policy.problems import PathProblem, shown
from slabot.policy.shape import keys_at, settings
from slabot.policy.written import written_list

FEW = 12  # keys that are listed when one is unknown

# What a setting that must be given may look like; a test holds that every one is listed.
EXAMPLES = {
    "version": "1",
    "calendars": "with at least one calendar under it",
    "severities": "with at least one severity under it",
    "classify": "with otherwise: medium under it",
    "waiting": "with calendar: support_week under it",
    "kind": "zendesk",
    "subdomain": "acme",
    "domain": "acme.freshdesk.com",
    "email": "bot@acme.example",
    "token_env": "ZENDESK_TOKEN",
    "client_id_env": "ZENDESK_CLIENT_ID",
    "client_secret_env": "ZENDESK_CLIENT_SECRET",
    "channel": '"#support-escalations"',
    "date": "2026-12-24",
    "name": "Company day",
    "open": '["09:00-13:00"]',
    "at": '"13:00-14:00"',
    "means": "Partial impact, a workaround exists",
    "respond_within": "2h",
    "calendar": "support_week",
    "hours": '{mon-fri: ["09:00-17:00"]}',
    "otherwise": "medium",
    "severity": "critical",
    "when": "{text: [production down]}",
    "within": "2 business days",
    "rungs": "with - {at: breach} under it",
    "every": "working day",
    "from": "pages@acme.example",
    "to": "email:team@acme.example",
    "person": "maya@acme.example",
    "host": "smtp.acme.example",
    "routing_key_env": "PAGERDUTY_KEY",
    "secret_env": "PAGES_SECRET",
    "url_env": "HEARTBEAT_URL",
    "do": "[snooze]",
    "who": '["group:@support-leads"]',
    "ask": '"#support-leads"',
    "shows": "broken",
    "phrases": "[does not print]",
}
_EXAMPLES_OF_PATH = {
    "clocks.kind": "next_response",
    "clocks.name": "next_response",
    "classify.rules.name": "Product unusable",
    "escalate.rungs.at": "30m before",
    "rotas.overrides.from": '"2026-12-24 09:00"',
    "rotas.overrides.to": '"2026-12-27 09:00"',
    "quiet_hours.severities": "[medium, low]",
    "quiet_hours.calendar": "nights",
}


def refusal(error: ErrorDetails, value: Any, model: type[BaseModel]) -> PathProblem:
    """Word one error that the models reported about the file's value."""
    kind, context = error["type"], error.get("ctx", {})
    path, rest = _in_file(tuple(error["loc"]), value)
    found = error["input"]
    if "fix" in context:
        message = _in_words(str(context["message"]), found)
        if under := context.get("under"):
            return PathProblem(kind, (*path, *under), message, str(context["fix"]))
        return _sharpened(kind, path, message, str(context["fix"]), value_at(value, path))
    match kind:
        case "missing":
            return _missing(path, str(rest[-1]) if rest else "")
        case "union_tag_not_found":
            return _kind_misspelt(path, value_at(value, path)) or _missing(path, "kind")
        case "extra_forbidden":
            return _unknown(path, value, model)
        case "literal_error" | "enum":
            return _choice(path, found, _quoted(str(context["expected"])))
        case "union_tag_invalid":
            return _choice((*path, "kind"), context["tag"], _quoted(str(context["expected_tags"])))
        case "too_short" | "string_too_short":
            what = "text" if kind == "string_too_short" else "mapping" if found == {} else "list"
            return PathProblem("empty-value", path, f"this {what} is empty", _FILL[what])
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            return _bound(path, found, kind, context)
    if kind.endswith("_type") or kind.endswith("_parsing"):
        return _wrong_type(path, found, kind)
    return PathProblem("bad-value", path, f"this value does not fit: {error['msg']}", "see docs/settings.md")


def _in_file(loc: Path, value: Any) -> tuple[Path, Path]:
    """The steps of a place that exist in the file, and the rest; steps that only the models know are left out."""
    path: list[str | int] = []
    for index, step in enumerate(loc):
        if isinstance(step, str) and step.startswith("("):
            continue  # the name of a form that the value may have
        if holds(value, step):
            value = value[step]
        elif index == len(loc) - 1:
            return tuple(path), (step,)
        else:
            continue  # the name of an alternative, such as "zendesk"
        path.append(step)
    return tuple(path), ()


def _in_words(message: str, found: object) -> str:
    """The models' message without Python's way of writing values."""
    if found is None:
        return "this is empty"
    return message.replace(repr(found), _found(found)) if isinstance(found, bool | dict | list) else message


def _sharpened(code: str, path: Path, message: str, fix: str, value: Any) -> PathProblem:
    """A refusal about a whole mapping points to the key that its words name, where the file has it."""
    message = message.replace('"this calendar"', f'"{path[-1]}"' if path else "")
    if code == "duplicate-name" and (place := _second_of_name(value, _quoted(message))):
        return PathProblem(code, path + place, message, fix)
    if isinstance(value, dict):
        for name in _quoted(message):
            if name in value:
                return PathProblem(code, (*path, name), message, fix, at_key=True)
            if place := _place_of(name, value):
                return PathProblem(code, path + place, message, fix)
        instead = [name.removesuffix("_env") for name in re.findall(r"\w+_env", fix)]
        for name in [*re.findall(r"\w+", fix), *instead, *re.findall(r"\w+", message)]:
            if name in value:
                return PathProblem(code, (*path, name), message, fix)
    return PathProblem(code, path, message, fix)


def _place_of(text: str, value: Any) -> Path:
    """Where under a value does this text stand? Empty if nowhere."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        if item == text:
            return (step,)
        if place := _place_of(text, item):
            return (step, *place)
    return ()


def _second_of_name(value: Any, names: list[str]) -> Path:
    """Where in the lists of a part does an entry have the name of an entry before it?"""
    lists: list[tuple[Path, list[Any]]] = [((), value)] if isinstance(value, list) else []
    if isinstance(value, dict):
        lists = [((key,), item) for key, item in value.items() if isinstance(item, list)]
    for path, entries in lists:
        seen = set()
        for index, entry in enumerate(entries):
            name = entry.get("name") if isinstance(entry, dict) else None
            if name in names and name in seen:
                return (*path, index, "name")
            seen.add(name if isinstance(name, str) else None)
    return ()


def _missing(path: Path, key: str) -> PathProblem:
    where = f'"{words(path)}"' if path else "the file"
    general = ".".join(str(step) for step in (*path, key) if isinstance(step, str))
    example = _EXAMPLES_OF_PATH.get(general, EXAMPLES.get(key, "with its value"))
    added = f"add {key}, {example}" if example.startswith("with ") else f"add it, for example {key}: {example}"
    return PathProblem("missing-setting", path, f'{where} has no "{key}"', added, at_key=True, setting=key)


def _kind_misspelt(path: Path, found: Any) -> PathProblem | None:
    """The key that was meant to be ``kind``, on which everything else of a helpdesk or a clock depends."""
    for key in found if isinstance(found, dict) else ():
        if key.lower() in ("type", "product") or nearest(key, ["kind"]):
            message = f'"{key}" is not a setting of {words(path)}'
            fix = did_you_mean(["kind"])
            return PathProblem("unknown-setting", (*path, key), message, fix, at_key=True, setting="kind")
    return None


def _unknown(path: Path, value: Any, model: type[BaseModel]) -> PathProblem:
    *above, key = path
    known = keys_at(model, tuple(above), value)
    message = f'"{key}" is not a setting of {words(tuple(above)) or "the file"}'
    if (clock := clock_meant(tuple(above), str(key), value_at(value, path))) and "respond_within" in known:
        return PathProblem("unknown-setting", path, message, clock, at_key=True)
    if (line := colon_meant(key)) and (setting := line.partition(":")[0]) in known:
        said, fix = "there is no space after the colon", f"write {line}"
        return PathProblem("no-space-after-colon", path, said, fix, at_key=True, setting=setting)
    meant = tuple(filter(None, [setting_meant(str(key), known)])) or nearest(key, known)
    fix = _way_out(str(key), known, meant, model)
    if line := _without_brackets(tuple(above), str(key), value):
        fix = f"if it belongs to the list before it, write {line}; else {fix}"
    return PathProblem("unknown-setting", path, message, fix, at_key=True, setting=next(iter(meant), ""))


def _without_brackets(above: Path, key: str, value: Any) -> str:
    """``tags: [a, b]`` for ``{tags: a, b}``, where YAML takes ``b`` for a key with nothing behind it."""
    mapping = value_at(value, above)
    if not isinstance(mapping, dict) or mapping.get(key) is not None:
        return ""
    items = list(mapping.items())
    before = items[: next(index for index, (name, _) in enumerate(items) if name == key)]
    while before and before[-1][1] is None:
        before.pop()
    setting, first = before[-1] if before else ("", None)
    if not isinstance(first, str):
        return ""
    loose = takewhile(lambda item: item[1] is None, items[len(before) :])
    return f"{setting}: {written_list([first, *(name for name, _ in loose)])}"


def _way_out(key: str, known: tuple[str, ...], meant: tuple[str, ...], model: type[BaseModel]) -> str:
    if f"{key}_env" in known:
        return f"write {key}_env with the name of the environment variable that holds it"
    if meant == ("listen",):
        return 'write listen: "127.0.0.1:8080", with your address and port'
    if meant:
        return did_you_mean(meant)
    if elsewhere := [setting.path for setting in settings(model) if setting.path.rpartition(".")[2] == key]:
        return f"it stands elsewhere: {' or '.join(elsewhere[:3])}"
    if not known or len(known) > FEW:
        return "take it out, or look up in docs/settings.md what may stand here"
    return f"take it out, or use one of {', '.join(known)}"


def _choice(path: Path, found: object, choices: list[str]) -> PathProblem:
    if path == ("version",):
        return PathProblem(
            "unknown-value", path, f"this slabot does not know version {_shown(found)}", "write version: 1"
        )
    return PathProblem(
        "unknown-value",
        path,
        f"{_shown(found)} is not one of the choices here",
        f"use {'one of ' if len(choices) > 1 else ''}{', '.join(choices)}{suggestion(found, choices)}",
    )


def _bound(path: Path, found: object, kind: str, context: dict[str, Any]) -> PathProblem:
    small = kind.startswith("greater")
    bound = next(iter(context.values()))
    least = {"greater_than_equal": "at least", "less_than_equal": "at most", "greater_than": "more than"}
    return PathProblem(
        "out-of-range",
        path,
        f"{_shown(found)} is too {'small' if small else 'large'}",
        f"write a number of {least.get(kind, 'less than')} {bound}",
    )


_FILL = {"text": "write it, or take the setting out", "list": "add an entry", "mapping": "add an entry under it"}

_WANTED = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "tuple": "a list",
    "list": "a list",
    "dict": "a mapping",
    "model": "a mapping",
    "model_attributes": "a mapping",
}


# Mappings that name the variables of secrets, where a text is taken for the secret itself.
_MAY_BE_SECRET = re.compile(r"helpdesks\..*\.auth$|heartbeat$|pagerduty\b|outgoing_webhooks\b")


def _wrong_type(path: Path, found: object, kind: str) -> PathProblem:
    wanted = _WANTED.get(kind.rpartition("_")[0], "another kind of value")
    message = f"this should be {wanted}, not {_found(found)}"
    fix = {
        "text": "write one text here",
        "a whole number": "write a number such as 3",
        "a number": "write a number such as 20",
        "true or false": "write true or false, without quotes",
        "a list": 'write [one, two], or one entry a line, each beginning with "- "',
        "a mapping": 'write "key: value" lines under it, indented by two spaces',
    }.get(wanted, "see docs/settings.md")
    if found is None:
        fix = "write a value after the colon, or take the setting out"
    elif wanted == "text" and isinstance(found, bool | int | float):
        fix = f'put quotes around it: "{_plain(found)}"'
    elif wanted == "a whole number" and isinstance(found, str) and found.strip().isdecimal():
        fix = f"write {found.strip()} without quotes"
    elif wanted in ("a whole number", "a number") and isinstance(found, str):
        number = number_meant(found, whole=wanted == "a whole number")
        fix = f"write {number}" if number else fix
    elif wanted == "a mapping" and (line := colon_meant(found)):
        return PathProblem(
            "no-space-after-colon", path, f"there is no space after the colon in {_found(found)}", f"write {line}"
        )
    elif wanted == "a mapping" and isinstance(found, str) and _MAY_BE_SECRET.match(words(path)):
        return PathProblem("secret-in-file", path, "this should be a mapping, and its text may be a secret", fix)
    return PathProblem("wrong-type", path, message, fix)


def _found(value: object) -> str:
    match value:
        case None:
            return "empty"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case bool():
            return _plain(value)
        case int() | float():
            return f"the number {value}"
        case _:
            return _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, str):
        return shown(value)
    return _plain(value) if isinstance(value, bool | int | float) else _found(value)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(text: str) -> list[str]:
    """The words in quotes of a text: ``'a', 'b' or "c"``."""
    return [single or double for single, double in re.findall(r"'([^']*)'|\"([^\"]*)\"", text)]
