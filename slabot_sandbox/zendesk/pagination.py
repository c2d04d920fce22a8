"""Cut a list into pages.

Promise: both ways of paging that the API knows: by cursor if `page[size]` is asked for (at most 100 a page), else by
page number. A list that changes between two pages loses and repeats nothing by cursor.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from slabot_sandbox.base.objects import Json
from slabot_sandbox.zendesk.refusals import bad_request

LARGEST = 100  # items a page


def page(name: str, items: Sequence[Json], query: Mapping[str, str], *, url: str) -> Json:
    """One page of `items` (in the order to be served) under its name, with the links that go with it."""
    if "page[size]" in query or "page[after]" in query or "page[before]" in query:
        return _by_cursor(name, items, query, url)
    return _by_number(name, items, query, url)


def _by_cursor(name: str, items: Sequence[Json], query: Mapping[str, str], url: str) -> Json:
    size = _whole(query, "page[size]", LARGEST)
    if size > LARGEST:
        raise bad_request("InvalidPaginationParameter", f"page[size] must be at most {LARGEST}")
    start = 0
    if "page[after]" in query:
        start = _place(items, query["page[after]"]) + 1
    elif "page[before]" in query:
        start = max(0, _place(items, query["page[before]"]) - size)
    part = list(items[start : start + size])
    after = _cursor(part[-1]["id"]) if part else None
    before = _cursor(part[0]["id"]) if part else None
    kept = {key: value for key, value in query.items() if not key.startswith("page[")}
    return {
        name: part,
        "meta": {"has_more": start + size < len(items), "after_cursor": after, "before_cursor": before},
        "links": {
            "prev": _link(url, {**kept, "page[before]": before, "page[size]": str(size)}) if before else None,
            "next": _link(url, {**kept, "page[after]": after, "page[size]": str(size)}) if after else None,
        },
    }


def _by_number(name: str, items: Sequence[Json], query: Mapping[str, str], url: str) -> Json:
    size = min(_whole(query, "per_page", LARGEST), LARGEST)
    number = max(1, _whole(query, "page", 1))
    kept = {key: value for key, value in query.items() if key != "page"}
    more = number * size < len(items)
    return {
        name: list(items[(number - 1) * size : number * size]),
        "next_page": _link(url, {**kept, "page": str(number + 1)}) if more else None,
        "previous_page": _link(url, {**kept, "page": str(number - 1)}) if number > 1 else None,
        "count": len(items),
    }


def _place(items: Sequence[Json], cursor: str) -> int:
    try:
        wanted = json.loads(base64.urlsafe_b64decode(cursor))["v"]
        return next(place for place, item in enumerate(items) if item["id"] == wanted)
    except (ValueError, KeyError, TypeError, binascii.Error, StopIteration):
        raise bad_request("InvalidPaginationParameter", "page[after] is not a valid cursor") from None


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps({"o": "id", "v": value}).encode()).decode()


def _whole(query: Mapping[str, str], name: str, otherwise: int) -> int:
    try:
        return max(1, int(query.get(name, otherwise)))
    except ValueError:
        raise bad_request("InvalidPaginationParameter", f"{name} must be a whole number") from None


def _link(url: str, query: Mapping[str, str]) -> str:
    return f"{url}?{urlencode(query)}" if query else url
