"""What is said about a file that is no YAML, or YAML that is not understood?"""

from __future__ import annotations

import pytest

from tests.golden.wrong_files.office import OFFICE, office, printed, refusal

WRONG: dict[str, tuple[str | bytes, str]] = {
    "a tab": (
        office(("  office: {time", "\toffice: {time")),
        """
config.yaml:3:1: error: a tab stands where YAML wants spaces  [tab]
    →office: {time_zone: UTC, open: {mon-fri: ["09:00-17:00"]}}
    ^
  fix: replace it by spaces, two for each level; most editors can do so for the whole file
1 problem
""",
    ),
    "a key that stands twice": (
        office(
            (
                "classify: {otherwise: high}",
                "classify: {otherwise: high}\nseverities:\n  low: {means: x, respond_within: 6h, calendar: office}",
            )
        ),
        """
config.yaml:7:1: error: "severities" stands here for the second time; the first is in line 4  [duplicate-key]
    severities:
    ^^^^^^^^^^
  fix: keep one of the two
1 problem
""",
    ),
    "an empty file": (
        "",
        """
config.yaml: error: this file says nothing  [empty-file]
  fix: copy config.example.yaml and change it
1 problem
""",
    ),
    "a file of comments": (
        "# version: 1\n",
        """
config.yaml: error: this file says nothing  [empty-file]
  fix: copy config.example.yaml and change it
1 problem
""",
    ),
    "a list at the top": (
        "- version: 1\n- calendars: {}\n",
        """
config.yaml:1:1: error: the file should be a mapping, not a list  [not-a-mapping]
    - version: 1
    ^
  fix: begin with "version: 1"; config.example.yaml shows the whole form
1 problem
""",
    ),
    "one word": (
        "policy\n",
        """
config.yaml:1:1: error: the file should be a mapping, not a single value  [not-a-mapping]
    policy
    ^
  fix: begin with "version: 1"; config.example.yaml shows the whole form
1 problem
""",
    ),
    "not UTF-8": (
        office(("No workaround", "XXX")).encode().replace(b"XXX", b"\xbcberhaupt"),
        """
config.yaml:5:17: error: the byte 0xbc is not UTF-8  [not-utf-8]
      high: {means: �berhaupt, respond_within: 6h, calendar: office}
                    ^
  fix: save the file as UTF-8; editors ask for the encoding when saving
1 problem
""",
    ),
    "UTF-16": (
        OFFICE.encode("utf-16"),
        """
config.yaml: error: this file is UTF-16, not UTF-8  [not-utf-8]
  fix: save the file as UTF-8; editors ask for the encoding when saving
1 problem
""",
    ),
    "a character that is no text": (
        office(("No workaround", "No\x00workaround")),
        """
config.yaml:5:19: error: the character U+0000 is not part of a text  [not-text]
      high: {means: No�workaround, respond_within: 6h, calendar: office}
                      ^
  fix: delete it; most editors show it as a box or a dot
1 problem
""",
    ),
    "two megabytes": (
        b"# filler\n" * 250000,
        """
config.yaml: error: this file is larger than 1 MB, so it is not read  [too-large]
  fix: name the policy file; one is rarely over 20 KB
1 problem
""",
    ),
    "deep nesting": (
        "a: " + "[" * 10000 + "]" * 10000 + "\n",
        """
config.yaml:1:27: error: this is nested more than 24 levels deep, so it is not read on  [nested-too-deep]
    a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
                              ^
  fix: a policy needs seven levels; look for brackets or indentation that went wrong
1 problem
""",
    ),
    "an alias bomb": (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        """
config.yaml:1:1: error: the file has no "version"  [missing-setting]
    a: &a [x, x]
    ^
  fix: add it, for example version: 1
config.yaml:1:1: error: the file has no "calendars"  [missing-setting]
    a: &a [x, x]
    ^
  fix: add calendars, with at least one calendar under it
config.yaml:1:1: error: the file has no "severities"  [missing-setting]
    a: &a [x, x]
    ^
  fix: add severities, with at least one severity under it
config.yaml:1:1: error: the file has no "classify"  [missing-setting]
    a: &a [x, x]
    ^
  fix: add classify, with otherwise: medium under it
config.yaml:1:1: error: "a" is not a setting of the file  [unknown-setting]
    a: &a [x, x]
    ^
  fix: take it out, or look up in docs/settings.md what may stand here
config.yaml:1:4: error: a value that begins with "&" is a label in YAML, and "&a" is not used  [alias]
    a: &a [x, x]
       ^
  fix: take the label out; if the sign is meant, put quotes around the value
config.yaml:2:1: error: "b" is not a setting of the file  [unknown-setting]
    b: &b [*a, *a]
    ^
  fix: take it out, or look up in docs/settings.md what may stand here
config.yaml:2:4: error: a value that begins with "&" is a label in YAML, and "&b" is not used  [alias]
    b: &b [*a, *a]
       ^
  fix: take the label out; if the sign is meant, put quotes around the value
config.yaml:2:8: error: a value that begins with "*" is a reference in YAML, and "*a" is not followed  [alias]
    b: &b [*a, *a]
           ^^
  fix: write the value out; if the star is meant, put quotes around the value
config.yaml:2:12: error: a value that begins with "*" is a reference in YAML, and "*a" is not followed  [alias]
    b: &b [*a, *a]
               ^^
  fix: write the value out; if the star is meant, put quotes around the value
config.yaml:3:1: error: "c" is not a setting of the file  [unknown-setting]
    c: &c [*b, *b]
    ^
  fix: take it out, or look up in docs/settings.md what may stand here
config.yaml:3:4: error: a value that begins with "&" is a label in YAML, and "&c" is not used  [alias]
    c: &c [*b, *b]
       ^
  fix: take the label out; if the sign is meant, put quotes around the value
config.yaml:3:8: error: a value that begins with "*" is a reference in YAML, and "*b" is not followed  [alias]
    c: &c [*b, *b]
           ^^
  fix: write the value out; if the star is meant, put quotes around the value
config.yaml:3:12: error: a value that begins with "*" is a reference in YAML, and "*b" is not followed  [alias]
    c: &c [*b, *b]
               ^^
  fix: write the value out; if the star is meant, put quotes around the value
14 problems
""",
    ),
    "a merge key": (
        office(
            ("  high: {", "  high:\n    <<: *defaults\n    "),
            ("calendar: office}", "calendar: office"),
            ("No workaround, respond_within: 6h, ", "No workaround\n    respond_within: 6h\n    "),
        ),
        """
config.yaml:6:5: error: the merge key "<<" is not followed  [merge-key]
        <<: *defaults
        ^^
  fix: write the keys out where they belong
config.yaml:6:9: error: a value that begins with "*" is a reference in YAML, and "*defaults" is not followed  [alias]
        <<: *defaults
            ^^^^^^^^^
  fix: write the value out; if the star is meant, put quotes around the value
2 problems
""",
    ),
    "a tag of Python": (
        office(("version: 1\n", 'version: 1\nbots: !!python/object/apply:os.system ["rm"]\n')),
        """
config.yaml:2:7: error: the type "!!python/object/apply:os.system" is not accepted  [unknown-tag]
    bots: !!python/object/apply:os.system ["rm"]
          ^
  fix: write the value without it; if the exclamation mark is meant, put quotes around the value
1 problem
""",
    ),
    "a quote that is never closed": (
        office(("No workaround", '"No workaround')),
        """
config.yaml:5:17: error: this quote is never closed  [not-yaml]
      high: {means: "No workaround, respond_within: 6h, calendar: office}
                    ^
  fix: close it at the end of the value
1 problem
""",
    ),
    "a list that is never closed": (
        office(("[{at: breach}]}]", "[{at: breach}}]")),
        """
config.yaml:7:20: error: this list is not closed, or lacks a comma  [not-yaml]
    escalate: [{rungs: [{at: breach}}]
                       ^
  fix: write [one, two, three]
1 problem
""",
    ),
    "a star without quotes": (
        office(
            (
                "{otherwise: high}",
                "\n  otherwise: high\n  rules:\n    - name: Down\n      severity: high\n"
                "      when:\n        text: [*down]\n",
            )
        ),
        """
config.yaml:12:16: error: a value that begins with "*" is a reference in YAML, and "*down" is not followed  [alias]
            text: [*down]
                   ^^^^^
  fix: write the value out; if the star is meant, put quotes around the value
1 problem
""",
    ),
    "a placeholder without quotes": (
        office(("{otherwise: high}", "\n  otherwise: {{ default }}\n")),
        """
config.yaml:7:15: error: a key should be a word, not a list or braces  [key-not-text]
      otherwise: {{ default }}
                  ^
  fix: put quotes around a value such as "{placeholder}" or "[text]"
1 problem
""",
    ),
    "a second colon": (
        office(
            ("  high: {means: No workaround, ", "  high:\n    means: Serious: no workaround\n    "),
            ("6h, calendar: office}", "6h\n    calendar: office"),
        ),
        """
config.yaml:6:19: error: a second colon stands here  [not-yaml]
        means: Serious: no workaround
                      ^
  fix: put quotes around a value that holds ": ", or give this key its own line, indented like its fellows
1 problem
""",
    ),
    "a line that is neither key nor list": (
        office(("classify", "remember this\nclassify")),
        """
config.yaml:6:1: error: this line is neither a key with its value nor a part of a list  [not-yaml]
    remember this
    ^
  fix: write "key: value", with a space after the colon; or begin a list's entry with "- "
1 problem
""",
    ),
    "two documents": (
        OFFICE + "---\n" + OFFICE,
        """
config.yaml:9:1: error: a second document begins here; a policy is one  [several-documents]
    ---
    ^^^
  fix: delete this line, or keep the second part in a file of its own
1 problem
""",
    ),
    "a control sequence for the terminal": (
        office(("otherwise: high", 'otherwise: "\\e[31mhigh"')),
        r"""
config.yaml:6:23: error: "�[31mhigh" is not a severity of this file  [unknown-severity]
    classify: {otherwise: "\e[31mhigh"}
                          ^^^^^^^^^^^^
  fix: use one of high
1 problem
""",
    ),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG.keys())
def test_an_unreadable_file_is_described_in_these_words(text: str | bytes, expected: str) -> None:
    assert printed(text) == expected.strip("\n")


@pytest.mark.parametrize("text", [text for text, _ in WRONG.values()], ids=WRONG.keys())
def test_no_command_loads_an_unreadable_file(text: str | bytes) -> None:
    assert refusal(text) == printed(text)
