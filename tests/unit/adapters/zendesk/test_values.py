"""Read single values of Zendesk's JSON."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.zendesk.fields import gone, ident, scalar, tags, version


@pytest.mark.parametrize(
    ("value", "found"),
    [(7, "7"), ("7", "7"), (-1, "-1"), (0, None), ("0", None), ("", None), (None, None), (True, None), ([7], None)],
)
def test_an_id_is_text_and_nothing_is_none(value: object, found: str | None) -> None:
    assert ident(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, None),
        ("", None),
        ([], None),
        (True, "true"),
        (7, "7"),
        ("x", "x"),
        (["a", None, "b"], "a,b"),
        (1.5, "1.5"),
    ],
)
def test_a_field_is_text(value: object, found: str | None) -> None:
    assert scalar(value) == found


@pytest.mark.parametrize(("value", "found"), [(["a", 1, None], ("a", "1")), ("a b,c", ("a", "b", "c")), (None, ())])
def test_tags_come_as_a_list_or_as_text(value: object, found: tuple[str, ...]) -> None:
    assert tags(value) == found


@pytest.mark.parametrize(
    ("stamp", "found"),
    [
        ("2026-01-10T09:00:00Z", "2026-01-10T09:00:00Z"),
        ("2026-01-10T09:00:00.25Z", "2026-01-10T09:00:00Z"),
        ("2026-01-10T10:00:00+01:00", "2026-01-10T09:00:00Z"),
    ],
)
def test_versions_sort_as_text(stamp: str, found: str) -> None:
    assert version({"updated_at": stamp}) == found


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ({"status": "deleted", "subject": "SCRUBBED"}, "scrubbed"),
        ({"status": "DELETED", "subject": "Help"}, "deleted"),
        ({"status": "scrubbed"}, "scrubbed"),
        ({"status": "open", "subject": "SCRUBBED"}, None),
        ({"status": None}, None),
    ],
)
def test_a_ticket_that_is_no_more(raw: dict[str, Any], found: str | None) -> None:
    assert gone(raw) == found
