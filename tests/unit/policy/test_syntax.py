"""Is what YAML refuses explained to somebody who does not know YAML's grammar?"""

from __future__ import annotations

import pytest
import yaml

from slabot.policy import nodes

CASES = {
    "a: b: c\n": ("1:5", "a second colon stands here"),
    "a:\n  b: 1\n   c: 2\n": ("3:4", "this line is indented by 3 spaces, which fits no line above it"),
    "a:\n   b: 1\n  c: 2\n": ("3:3", "this line is indented by 2 spaces, which fits no line above it"),
    "a: 'it's'\n": ("1:8", "this does not fit after the key or the value before it"),
    'a: "open\nb: 1\n': ("1:4", "this quote is never closed"),
    'a: "\\d"\n': (None, "this backslash means nothing in double quotes"),
    "a: [1, 2\nb: 3\n": ("1:4", "this list is not closed, or lacks a comma"),
    "a: {b: 1\n": ("1:4", "these braces are not closed, or lack a comma"),
    "a: *\n": ("1:4", 'a value that begins with "*" is a reference in YAML'),
    "a: &\n": ("1:4", 'a value that begins with "&" is a label in YAML'),
    "a: !foo! x\n": ("1:4", 'a value that begins with "!" is a type in YAML'),
    "a: @me\n": ("1:4", 'a value may not begin with "@"'),
    "a: `x`\n": ("1:4", 'a value may not begin with "`"'),
    "a: 1\nfoo\nb: 2\n": ("2:1", "this line is neither a key with its value nor a part of a list"),
    "a: | text\n": ("1:4", "after | or > the text begins on the next line"),
    "- a\nb: 1\n": ("2:1", "this does not line up with the list before it"),
    "--- a\n...\nfoo\n": ("3:1", "there is more text after the end of the document"),
    "a:\n\tb: 1\n": ("2:1", "a tab stands where YAML wants spaces"),
}


@pytest.mark.parametrize("loader", ["C", "pure Python"])
@pytest.mark.parametrize("text", CASES)
def test_each_mistake_is_explained_alike_by_both_engines(
    text: str, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if loader == "pure Python":
        monkeypatch.setattr(nodes, "_LOADER", yaml.SafeLoader)
    place, message = CASES[text]

    (problem,) = nodes.read(text, "config.yaml").problems

    assert problem.message == message
    assert problem.fix
    assert place in (None, f"{problem.line}:{problem.column}")


def test_an_error_that_no_case_knows_still_has_a_place_and_a_fix() -> None:
    (problem,) = nodes.read("%YAML 2.0\n---\na: 1\n", "config.yaml").problems

    assert problem.code == "not-yaml"
    assert problem.line == 1
    assert problem.fix
