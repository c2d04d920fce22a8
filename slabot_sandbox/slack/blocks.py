"""Check blocks against Slack's documented limits.

Promise: what breaks one of Slack's documented limits is refused with `invalid_blocks`, with a pointer to the place,
as Slack does it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from slabot_sandbox.base.objects import Json
from slabot_sandbox.slack.charts import CHART, MOST, faults_of_chart
from slabot_sandbox.slack.refusals import SlackError

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
SECTION_TEXT, FIELD_TEXT, FIELDS = 3000, 2000, 10
HEADER_TEXT, CONTEXT_ELEMENTS, ACTION_ELEMENTS = 150, 10, 25
BUTTON_TEXT, BUTTON_VALUE, URL, ID, OPTIONS = 75, 2000, 3000, 255, 100
MARKDOWN_TEXT = 12_000
TABLE_ROWS, TABLE_CELLS = 100, 20
OPTION_TEXT, OPTION_VALUE, RADIO_OPTIONS, INPUT_TEXT = 75, 150, 10, 3000
INPUTS = ("plain_text_input", "static_select", "radio_buttons", "checkboxes", "datepicker", "datetimepicker")
TYPES = (
    "section",
    "actions",
    "context",
    "header",
    "divider",
    "image",
    "input",
    "rich_text",
    "markdown",
    "video",
    "file",
    "table",
)


def read_blocks(given: Any, *, most: int = MESSAGE_BLOCKS, charts: bool = True) -> list[Json] | None:
    """The blocks of a request, each with a block id; None if none were given.

    Args:
        given: the blocks, or their JSON.
        most: how many there may be.
        charts: False where none are taken, as in a view and in a workspace that does not know them yet.

    Raises:
        SlackError: `invalid_blocks_format` if this is no list, `invalid_blocks` if a limit is broken.
    """
    if given is None:
        return None
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise SlackError("invalid_blocks_format") from None
    if not isinstance(given, list) or not all(isinstance(block, dict) for block in given):
        raise SlackError("invalid_blocks_format")
    faults = list(_faults(given, most, (*TYPES, CHART) if charts else TYPES))
    if faults:
        messages = [f"[ERROR] {said} [json-pointer:{place}]" for place, said in faults]
        said = [f"{said} [json-pointer:{place}]" for place, said in faults]
        raise SlackError("invalid_blocks", errors=said, response_metadata={"messages": messages})
    return [{**block, "block_id": block.get("block_id") or f"b{number}"} for number, block in enumerate(given)]


def find_action(blocks: list[Json], action_id: str) -> tuple[Json, Json] | None:
    """The block and the element with this action id."""
    for block in blocks:
        elements = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for element in elements:
            if element and element.get("action_id") == action_id:
                return block, element
    return None


def _faults(blocks: list[Json], most: int, types: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if len(blocks) > most:
        yield "/blocks", f"no more than {most} items allowed"
    if sum(block.get("type") == CHART for block in blocks) > MOST:
        yield "/blocks", f"no more than {MOST} {CHART} blocks allowed"
    seen_blocks: set[str] = set()
    seen_actions: set[str] = set()
    for number, block in enumerate(blocks):
        place = f"/blocks/{number}"
        kind = block.get("type")
        if kind not in types:
            yield f"{place}/type", f"unsupported type: {kind}"
            continue
        name = block.get("block_id")
        if name is not None:
            if len(name) > ID:
                yield f"{place}/block_id", f"must be less than {ID + 1} characters"
            if name in seen_blocks:
                yield f"{place}/block_id", "block_id already exists"
            seen_blocks.add(name)
        yield from _inside(block, kind, place, seen_actions)


def _inside(block: Json, kind: str, place: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    match kind:
        case "section":
            if "text" not in block and "fields" not in block:
                yield place, "missing required field: text or fields"
            if "text" in block:
                yield from _text(block["text"], SECTION_TEXT, f"{place}/text")
            fields = block.get("fields", [])
            if len(fields) > FIELDS:
                yield f"{place}/fields", f"no more than {FIELDS} items allowed"
            for number, one in enumerate(fields):
                yield from _text(one, FIELD_TEXT, f"{place}/fields/{number}")
            if "accessory" in block:
                yield from _element(block["accessory"], f"{place}/accessory", seen)
        case "header":
            yield from _text(block.get("text"), HEADER_TEXT, f"{place}/text", plain=True)
        case "context":
            elements = block.get("elements", [])
            if not 1 <= len(elements) <= CONTEXT_ELEMENTS:
                yield f"{place}/elements", f"between 1 and {CONTEXT_ELEMENTS} items are allowed"
            for number, one in enumerate(elements):
                if one.get("type") != "image":
                    yield from _text(one, SECTION_TEXT, f"{place}/elements/{number}")
        case "actions":
            elements = block.get("elements", [])
            if not 1 <= len(elements) <= ACTION_ELEMENTS:
                yield f"{place}/elements", f"between 1 and {ACTION_ELEMENTS} items are allowed"
            for number, one in enumerate(elements):
                yield from _element(one, f"{place}/elements/{number}", seen)
        case "input":
            yield from _text(block.get("label"), FIELD_TEXT, f"{place}/label", plain=True)
            if "hint" in block:
                yield from _text(block["hint"], FIELD_TEXT, f"{place}/hint", plain=True)
            element = block.get("element")
            if not isinstance(element, dict) or element.get("type") not in INPUTS:
                yield f"{place}/element", "unsupported element in an input block"
            else:
                yield from _element(element, f"{place}/element", seen)
        case "data_visualization":
            yield from faults_of_chart(block, place)
        case "table":
            yield from _table(block.get("rows"), f"{place}/rows")
        case "markdown":
            if not 0 < len(block.get("text") or "") <= MARKDOWN_TEXT:
                yield f"{place}/text", f"must be between 1 and {MARKDOWN_TEXT} characters"


def _table(rows: Any, place: str) -> Iterator[tuple[str, str]]:
    if not isinstance(rows, list) or not 1 <= len(rows) <= TABLE_ROWS:
        yield place, f"between 1 and {TABLE_ROWS} items are allowed"
        return
    for number, row in enumerate(rows):
        if not isinstance(row, list) or not 1 <= len(row) <= TABLE_CELLS:
            yield f"{place}/{number}", f"between 1 and {TABLE_CELLS} items are allowed"
            continue
        for cell, one in enumerate(row):
            if not isinstance(one, dict) or one.get("type") != "raw_text" or not one.get("text"):
                yield f"{place}/{number}/{cell}", "must be a raw_text with a text"


def _element(element: Json, place: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    name = element.get("action_id")
    if name is not None:
        if len(name) > ID:
            yield f"{place}/action_id", f"must be less than {ID + 1} characters"
        if name in seen:
            yield f"{place}/action_id", f"action_id `{name}` already exists for block"
        seen.add(name)
    if element.get("type") == "button":
        yield from _text(element.get("text"), BUTTON_TEXT, f"{place}/text", plain=True)
        if len(element.get("value") or "") > BUTTON_VALUE:
            yield f"{place}/value", f"must be less than {BUTTON_VALUE + 1} characters"
        if len(element.get("url") or "") > URL:
            yield f"{place}/url", f"must be less than {URL + 1} characters"
        if element.get("style") not in (None, "primary", "danger"):
            yield f"{place}/style", "value must be primary or danger"
    options = element.get("options") or ()
    most = RADIO_OPTIONS if element.get("type") == "radio_buttons" else OPTIONS
    if len(options) > most:
        yield f"{place}/options", f"no more than {most} items allowed"
    for number, option in enumerate(options):
        yield from _option(option, f"{place}/options/{number}")
    first = element.get("initial_option")
    if first is not None and first not in options:
        yield f"{place}/initial_option", "must be one of the options"
    if not 0 <= int(element.get("max_length") or 0) <= INPUT_TEXT:
        yield f"{place}/max_length", f"must be less than {INPUT_TEXT + 1}"


def _option(option: Json, place: str) -> Iterator[tuple[str, str]]:
    yield from _text(option.get("text"), OPTION_TEXT, f"{place}/text")
    if "description" in option:
        yield from _text(option["description"], OPTION_TEXT, f"{place}/description")
    if not 0 < len(option.get("value") or "") <= OPTION_VALUE:
        yield f"{place}/value", f"must be between 1 and {OPTION_VALUE} characters"


def _text(text: Any, most: int, place: str, *, plain: bool = False) -> Iterator[tuple[str, str]]:
    if not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        yield place, "must be a text object"
        return
    if plain and text["type"] != "plain_text":
        yield f"{place}/type", "must be plain_text"
    said = text.get("text")
    if not said:
        yield f"{place}/text", "must be more than 0 characters"
    elif len(said) > most:
        yield f"{place}/text", f"must be less than {most + 1} characters"
