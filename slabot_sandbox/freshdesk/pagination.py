"""Cut a list into pages.

Promise: at most 100 a page; the header `Link` names the next page, also where that one is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from slabot_sandbox.base.objects import Json
from slabot_sandbox.freshdesk.fields import a
from slabot_sandbox.freshdesk.refusals import invalid, wrong

USUAL, LARGEST = 30, 100  # objects a page
LAST_PAGE = 300  # of tickets
BEYOND = f"You cannot access tickets beyond the {LAST_PAGE}th page. Please provide a smaller page number."


def page(items: Sequence[Any], query: Mapping[str, str], *, url: str, last: int | None = None) -> tuple[Any, Json]:
    """One page of the items, and the headers that go with it.

    Raises:
        Refused: the page or its size is out of bounds.
    """
    number, size = _whole(query, "page", 1), _whole(query, "per_page", USUAL)
    if size > LARGEST:
        said = f"It should be a Positive Integer less than or equal to {LARGEST}"
        raise invalid(wrong("per_page", said))
    if last is not None and number > last:
        raise invalid(wrong("page", BEYOND))
    part = items[(number - 1) * size : number * size]
    if number * size >= len(items):
        return part, {}
    # The last page has a link too, to the page that cannot be had: whoever follows links is refused there.
    following = urlencode({**query, "page": str(number + 1)})
    return part, {"Link": f'<{url}?{following}>; rel="next"'}


def _whole(query: Mapping[str, str], name: str, otherwise: int) -> int:
    text = query.get(name, str(otherwise))
    if not text.isdigit() or int(text) < 1:
        raise invalid(wrong(name, a("Positive Integer"), "datatype_mismatch"))
    return int(text)
