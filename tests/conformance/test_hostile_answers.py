"""What if the answers themselves are hostile? A clear error with the call named, and the other tickets go on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapters.base import Adapter
from adapters.errors import AdapterError, BadAnswer, OutcomeUnknown, TooLarge
from slabot.domain import Message
from tests.conformance.house import ACTS, MINUTE, START, House, ids
from tests.conformance.mailbox import Answer, Between, Mailbox

pytestmark = pytest.mark.over_http

TOO_MUCH = b'{"padding": "' + b"a" * (11 * 2**20) + b'"}'
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def between(house: House) -> Iterator[Between]:
    with Between(house.address) as between:
        yield between


@pytest.fixture
def through(house: House, between: Between) -> Adapter:
    """The adapter, with somebody in between."""
    return house.open(url=between.url)


def fill(house: House) -> list[str]:
    made = []
    for number in range(5):
        made.append(house.create(f"Request {number}"))
        house.clock.elapse(MINUTE / 60)
    house.agent_writes(made[0], "Which version?")
    house.clock.elapse(house.withheld + MINUTE)
    return made


def body_becomes(body: bytes, *, method: str = "GET", kind: str = "application/json") -> Callable[..., Answer]:
    def change(asked: str, path: str, answer: Answer) -> Answer:
        return (answer[0], {**answer[1], "Content-Type": kind}, body) if asked == method else answer

    return change


def json_becomes(change: Callable[[Any], Any]) -> Callable[..., Answer]:
    def changed(method: str, path: str, answer: Answer) -> Answer:
        status, headers, body = answer
        if not body or "json" not in headers.get("Content-Type", ""):
            return answer
        return status, headers, json.dumps(change(json.loads(body))).encode()

    return changed


def everywhere(value: Any, leaf: Callable[[str, Any], Any], key: str = "") -> Any:
    """The same JSON with every leaf changed; leaves of a list are known by the list's key."""
    match value:
        case dict():
            return {name: everywhere(one, leaf, name) for name, one in value.items()}
        case list():
            return [everywhere(one, leaf, key) for one in value]
        case _:
            return leaf(key, value)


NONSENSE = {
    "HTML on 200": (b"<!DOCTYPE html><title>One moment</title>", "text/html"),
    "empty": (b"", "application/json"),
    "truncated": (b'{"tickets": [{"id": 1, "sta', "application/json"),
    "null": (b"null", "application/json"),
    "a number": (b"7", "application/json"),
    "another object": (b'{"hello": "world"}', "application/json"),
    "too deep": (b"[" * 100_000, "application/json"),
    "no utf-8": (b"\xff\xfe\xfa", "application/json"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_an_error_that_names_the_call(house: House, between: Between, through: Adapter, name: str) -> None:
    own = fill(house)[0]
    through.fetch(own)
    body, kind = NONSENSE[name]
    between.changes = body_becomes(body, kind=kind)
    for read in (lambda: through.fetch(own), lambda: list(through.sweep(None, since=START))):
        with pytest.raises(BadAnswer) as caught:
            read()
        assert caught.value.endpoint.startswith("GET /")
        assert caught.value.endpoint in str(caught.value)
    between.changes = lambda method, path, answer: answer
    assert through.fetch(own).ticket.id == own


@pytest.mark.parametrize("name", [name for name in NONSENSE if name != "another object"])
def test_nonsense_after_a_write_means_that_nobody_knows(
    house: House, between: Between, through: Adapter, name: str
) -> None:
    own = fill(house)[0]
    seen, act = through.fetch(own).version, ACTS["public message"]
    body, kind = NONSENSE[name]

    def change(method: str, path: str, answer: Answer) -> Answer:
        return answer if method == "GET" else (answer[0], {"Content-Type": kind}, body)

    between.changes = change
    with pytest.raises(OutcomeUnknown):
        act.do(house, through, own, seen)
    assert act.times(house, house.state(own)) == 1


def test_ten_megabytes_are_not_taken_in(house: House, between: Between, through: Adapter) -> None:
    own = fill(house)[0]
    through.fetch(own)
    between.changes = body_becomes(TOO_MUCH)
    with pytest.raises(TooLarge, match="more than 10 MB"):
        through.fetch(own)


def test_ids_may_be_text_or_numbers(house: House, between: Between, through: Adapter) -> None:
    made = fill(house)
    plain, swept = house.open().fetch(made[0]), ids(list(house.open().sweep(None, since=START)))

    def quoted(key: str, value: Any) -> Any:
        return str(value) if (key == "id" or key.endswith(("_id", "_ids"))) and type(value) is int else value

    between.changes = json_becomes(lambda answer: everywhere(answer, quoted))
    seen = house.open(url=between.url).fetch(made[0])
    assert seen.events == plain.events
    assert (seen.ticket.requester, seen.assignee_now) == (plain.ticket.requester, plain.assignee_now)
    assert ids(list(through.sweep(None, since=START))) == swept


@pytest.mark.parametrize("form", ["{}.123Z", "{}.123456789Z", "{}+00:00"])
def test_times_may_have_fractions_and_offsets(house: House, between: Between, through: Adapter, form: str) -> None:
    made = fill(house)
    plain = house.open().fetch(made[0])

    def stamped(key: str, value: Any) -> Any:
        whole = isinstance(value, str) and STAMP.fullmatch(value)
        return form.format(value[:-1]) if whole else value

    between.changes = json_becomes(lambda answer: everywhere(answer, stamped))
    seen = through.fetch(made[0])
    assert [event.at for event in seen.events] == [event.at for event in plain.events]
    assert seen.version == plain.version


def test_a_next_link_to_another_host_is_not_followed(house: House, between: Between, through: Adapter) -> None:
    made = fill(house)
    with Mailbox() as trap:

        def lead_away(method: str, path: str, answer: Answer) -> Answer:
            status, headers, body = answer
            away = {
                name: re.sub(r"https?://[^/>\s]+", trap.url, value) if name.lower() in ("link", "location") else value
                for name, value in headers.items()
            }
            return status, away, re.sub(rb"https?://[^/\"]+(?=/api)", trap.url.encode(), body)

        between.changes = lead_away
        with house.pages_of(2):
            # Either the link is not used at all, or the sweep ends there and says why: nothing else is safe.
            try:
                swept = ids(list(through.sweep(None, since=START)))
            except BadAnswer:
                swept = set(made)
            assert swept == set(made)
        through.fetch(made[0])
        assert trap.got == []


def test_a_redirect_is_not_followed(house: House, between: Between, through: Adapter) -> None:
    own = fill(house)[0]
    with Mailbox() as trap:
        between.changes = lambda method, path, answer: (302, {"Location": f"{trap.url}{path}"}, b"")
        with pytest.raises(BadAnswer, match="points to"):
            through.fetch(own)
        assert trap.got == []


@pytest.mark.parametrize(
    "broken",
    [None, 7, "ticket", [], {}, {"id": None}, {"id": "x", "updated_at": 7}],
    ids=["null", "number", "text", "list", "nothing", "no id", "bad time"],
)
def test_one_broken_ticket_does_not_keep_the_others_from_being_swept(
    house: House, between: Between, through: Adapter, broken: Any
) -> None:
    made = fill(house)

    def spoil(answer: Any) -> Any:
        rows = house.rows(answer)
        if rows:
            rows[0] = broken
        return answer

    between.changes = json_becomes(spoil)
    pages = list(through.sweep(None, since=START))
    assert len(ids(pages)) == len(made) - 1
    assert sum(len(page.unreadable) for page in pages) >= 1


def test_a_list_of_messages_that_is_missing_is_never_read_as_silence(
    house: House, between: Between, through: Adapter
) -> None:
    own = fill(house)[0]
    whole = len([event for event in through.fetch(own).events if isinstance(event, Message)])
    lists: set[str] = set()

    def without_lists(answer: Any) -> Any:
        if isinstance(answer, list):
            return {"message": "nothing here"}
        gone = [name for name, value in answer.items() if isinstance(value, list)]
        lists.update(gone)
        return {name: value for name, value in answer.items() if name not in gone}

    between.changes = json_becomes(without_lists)
    try:
        snapshot = through.fetch(own)
    except AdapterError:
        return
    told = len([event for event in snapshot.events if isinstance(event, Message)])
    assert told == whole or not snapshot.ticket.history_complete
