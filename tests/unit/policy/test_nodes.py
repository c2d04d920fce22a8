"""Is the file read as plain values, each with its place, and nothing else done with it?"""

from __future__ import annotations

import time

import pytest
import yaml

from slabot.policy import nodes
from slabot.policy.nodes import DEEPEST, MOST, Tree, read
from slabot.policy.paths import Path

FILE = """\
# a comment
version: 1
helpdesks:
  acme: {kind: zendesk, "sub domain": 'it''s', tags: [a, 2]}
empty:
list:
  - one
  - {two: 2}
text: |
  several
  lines
é: "ü"
"""


@pytest.fixture(params=["C", "pure Python"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "pure Python":
        monkeypatch.setattr(nodes, "_LOADER", yaml.SafeLoader)
    elif nodes._LOADER is yaml.SafeLoader:
        pytest.skip("this PyYAML was built without its engine in C")
    return str(request.param)


def tree(text: str | bytes) -> Tree:
    return read(text, "config.yaml")


def codes(text: str | bytes) -> list[tuple[str, int, int]]:
    return [(problem.code, problem.line, problem.column) for problem in tree(text).problems]


@pytest.mark.usefixtures("engine")
def test_a_file_becomes_plain_values() -> None:
    assert tree(FILE).value == {
        "version": 1,
        "helpdesks": {"acme": {"kind": "zendesk", "sub domain": "it's", "tags": ["a", 2]}},
        "empty": None,
        "list": ["one", {"two": 2}],
        "text": "several\nlines\n",
        "é": "ü",
    }


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("version",), (2, 10), (2, 1)),
        (("helpdesks", "acme"), (4, 9), (4, 3)),
        (("helpdesks", "acme", "sub domain"), (4, 39), (4, 25)),
        (("helpdesks", "acme", "tags", 1), (4, 58), (4, 58)),
        (("list", 1), (8, 5), (8, 5)),
        (("list", 1, "two"), (8, 11), (8, 6)),
        (("é",), (12, 4), (12, 1)),
        # An empty value is shown by its key
        (("empty",), (5, 1), (5, 1)),
        # What is not there is shown by what is above it
        (("helpdesks", "acme", "domain"), (4, 9), (4, 3)),
        (("list", 7), (7, 3), (6, 1)),
        (("nowhere", "at", "all"), (2, 1), (2, 1)),
    ],
)
def test_everything_has_its_place(path: Path, value: tuple[int, int], key: tuple[int, int]) -> None:
    read_file = tree(FILE)

    assert read_file.position(path) == value
    assert read_file.key_place(path).position == key


def test_a_place_is_as_wide_as_what_stands_there() -> None:
    assert tree(FILE).place(("helpdesks", "acme", "sub domain")).width == len("'it''s'")
    assert tree(FILE).place(("text",)).width == 1


@pytest.mark.usefixtures("engine")
def test_keys_are_always_text() -> None:
    assert tree("{2: a, true: b, null: c, 1.50: d}").value == {"2": "a", "true": "b", "null": "c", "1.50": "d"}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: 2\na: 3\n", [("duplicate-key", 3, 1)]),
        ('2: a\n"2": b\n', [("duplicate-key", 2, 1)]),
        ("a: {b: 1, b: 2}\nc: 1\nc: 2\n", [("duplicate-key", 1, 11), ("duplicate-key", 3, 1)]),
        ("a: &x 1\nb: *x\n", [("alias", 1, 4), ("alias", 2, 4)]),
        ("*x : 1\n", [("alias", 1, 1)]),
        ("a: &d {x: 1}\nb:\n  <<: *d\n", [("alias", 1, 4), ("merge-key", 3, 3), ("alias", 3, 7)]),
        ("a: !!python/object:os.system ls\n", [("unknown-tag", 1, 4)]),
        ("a: !!binary aGk=\n", [("unknown-tag", 1, 4)]),
        ("!mine {a: 1}\n", [("unknown-tag", 1, 1)]),
        ("a: {{ placeholder }}\n", [("key-not-text", 1, 5)]),
        ("[a]: 1\n", [("key-not-text", 1, 1)]),
        ("a: 1\n---\nb: 2\n", [("several-documents", 2, 1)]),
        ("a:\n\tb: 1\n", [("tab", 2, 1)]),
        ("a: 1\n\tb: 1\n", [("tab", 2, 1)]),
        ("a: x\0y\n", [("not-text", 1, 5)]),
        ("a: \x1b[31m\n", [("not-text", 1, 4)]),
        ("a: \ud800\n", [("not-text", 1, 4)]),
        (b"a: caf\xe9\n", [("not-utf-8", 1, 7)]),
        (b"# \xc3\xa9\nb: \xff\n", [("not-utf-8", 2, 4)]),
        ("a: 1".encode("utf-16"), [("not-utf-8", 0, 0)]),
        ("a: b: c\n", [("not-yaml", 1, 5)]),
    ],
)
def test_what_is_refused_is_named_with_its_place(text: str | bytes, found: list[tuple[str, int, int]]) -> None:
    assert codes(text) == found


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: !!str 5\n", {"a": "5"}),
        ("a: ! 5\n", {"a": "5"}),
        ("a: '5'\n", {"a": "5"}),
        ("'<<': 1\n", {"<<": 1}),
        ("\ufeffa: 1\n", {"a": 1}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("%YAML 1.2\n---\na: 1\n", {"a": 1}),
        ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
        ("", None),
        ("# nothing\n", None),
        ("- a\n", ["a"]),
    ],
)
def test_what_is_harmless_is_read(text: str, value: object) -> None:
    assert codes(text) == []
    assert tree(text).value == value


def test_the_first_of_two_keys_stands() -> None:
    assert tree("a: 1\na: {b: 2}\n").value == {"a": 1}


def test_a_value_that_was_refused_spoils_what_lies_under_it_alone() -> None:
    read_file = tree("a: *x\nb: {c: *x, d: 1}\n")

    assert read_file.spoils(("a",))
    assert read_file.spoils(("a", "deeper", 3))
    assert read_file.spoils(("b", "c"))
    assert not read_file.spoils(("b",))
    assert not read_file.spoils(("b", "d"))


def test_nothing_is_said_to_be_missing_where_a_merge_key_stood() -> None:
    assert tree("b:\n  <<: {x: 1}\n  y: 2\n").incomplete == {("b",)}


def test_a_star_that_makes_its_line_unreadable_is_said_once() -> None:
    assert codes("text: *any thing\n") == [("alias", 1, 7)]


def test_a_tag_from_the_python_world_makes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert codes('a: !!python/object/apply:os.system ["echo ran"]\n') == [("unknown-tag", 1, 4)]
    assert capfd.readouterr().out == ""


BILLION = "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n" for n in range(9))

HOSTILE = {
    "a billion laughs": (BILLION, "alias"),
    "half a million brackets": ("[" * 500_000, "nested-too-deep"),
    "a mapping in a mapping in …": ("{a: " * 200_000, "nested-too-deep"),
    "a list in a list in …": ("- " * 400_000, "nested-too-deep"),
    "ever deeper lines": ("\n".join(" " * depth + "a:" for depth in range(1_000)), "nested-too-deep"),
    "many aliases on one line": ("[" + "*a," * 200_000 + "]", "alias"),
    "many keys that are none": ("? " * 300_000, "key-not-text"),
    "the same key again and again": ("a: 1\n" * 180_000, "duplicate-key"),
    "a quote that never ends": ('a: "' + "x" * 900_000, "not-yaml"),
    "a tag without end": ("!<" + "x" * 900_000, "not-yaml"),
    "one long line of colons": ("a:" * 400_000, "not-yaml"),
    "words that look like settings": ("token" * 150_000 + ": @", "not-yaml"),
    "two megabytes": ("a: 1\n" * 400_000, "too-large"),
    "two megabytes of bytes": (b"\xff" * 2_000_000, "too-large"),
    "wide characters": ("é" * 600_000, "too-large"),
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_soon(text: str | bytes, code: str) -> None:
    began = time.process_time()
    found = tree(text)

    assert found.problems[0].code == code
    assert len(found.problems) <= MOST
    assert max(len(str(problem)) for problem in found.problems) < 2_000
    assert time.process_time() - began < 2.0


def test_the_deepest_nesting_that_is_read_is_deeper_than_any_policy() -> None:
    assert codes("[" * DEEPEST + "]" * DEEPEST) == []
    assert codes("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)) == [("nested-too-deep", 1, DEEPEST + 1)]


def test_a_tree_whose_reading_stopped_says_so() -> None:
    assert tree("a: [").readable is False
    assert tree("a: 1").readable is True
