"""Does each common slip get an answer that names the line, says what is wrong, and mends it?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from slabot.policy import Policy, Problem, check_policy

TODAY = date(2026, 11, 24)
TEMPLATE = "      Hello {requester}, we are still waiting"

HOLIDAYS = (
    "    holidays:\n      country: IN\n"
    "      region: national                      "
    "# those of the whole country alone; or a state, for its own as well: KA"
)

# Where each setting of the shared slips stands in the example, and the line that a slip takes the place of.
PLACES = {
    "exempt.tags": ("  tags: [slabot_hands_off]", "  {}"),
    "exempt.organizations": ("  organizations: []", "  {}"),
    "classify.rules.when.text": ("        text: [ransomware, data breach, active attack]", "        {}"),
    "slack.channel": ('  channel: "#support-escalations"   ', "  {}   "),
    "escalate.rungs.notify": (
        '      - {at: breach}\n      - {at: "30m',
        '      - at: breach\n        {}\n      - {at: "30m',
    ),
    "helpdesks.acme.kind": ("    kind: zendesk", "    {}"),
    "severities": ("  low:\n    means: R", "  {}\n  low:\n    means: R"),
    "severities.high": ("    priority: high", "    priority: high\n    {}"),
    "calendars.time_zone": ("    time_zone: Asia/Kolkata", "    {}"),
    "web.listen": ('  listen: "127.0.0.1:8080"', "  {}"),
    "severities.low.respond_within": ("    respond_within: 2 business days", "    {}"),
    "calendars.holidays.region": (HOLIDAYS, "    holidays: {}"),
    "helpdesks.acme.subdomain": ("    subdomain: acme  ", "    {}  "),
    "store.url": ('  url: "sqlite:///slabot.db"', "  {}"),
    "classify.rules.when.priority": ("        priority: [urgent, high]", "        {}"),
    "helpdesks.acme.statuses": ("      open: pending", "      {}"),
    "waiting.templates.follow_up": (TEMPLATE, "      {}"),
}

# By the slip: the code, words of the message or the fix, and what to write instead, where that is literal.
ANSWERS: dict[str, tuple[str, str, str]] = {
    "tags: no_auto_close, vip": ("list-as-text", "[no_auto_close, vip]", "tags: [no_auto_close, vip]"),
    "organizations: Contoso, Fabrikam": ("list-as-text", "[Contoso, Fabrikam]", "organizations: [Contoso, Fabrikam]"),
    'text: "production down, outage"': ("list-as-text", "a list", "text: [production down, outage]"),
    "channel: #support": ("comment-for-value", 'channel: "#support"', 'channel: "#support"'),
    "notify: [#sev3]": ("comment-for-value", '"#sev3"', 'notify: ["#sev3"]'),
    "kind:zendesk": ("no-space-after-colon", "kind: zendesk", "kind: zendesk"),
    "4: {means: x}": ("bad-name", '"4"', '"4": {means: x, respond_within: 4h, calendar: support_week}'),
    "resolve_within: 8h": ("unknown-setting", "a clock of kind resolution, under clocks", ""),
    "time_zone: UTC+1": ("unknown-time-zone", "Europe/Berlin", "time_zone: Europe/Berlin"),
    "time_zone: GMT-5": ("unknown-time-zone", "America/New_York or America/Lima", "time_zone: America/Lima"),
    "listen: 8080": ("bad-address", 'listen: "127.0.0.1:8080"', 'listen: "127.0.0.1:8080"'),
    "respond_within: 2 working days": ("bad-duration", '"2 business days"', "respond_within: 2 business days"),
    "respond_within: 2bd": ("bad-duration", '"2 business days"', "respond_within: 2 business days"),
    "{country: DE, region: DE-BY}": ("unknown-country", 'did you mean "BY"?', "{country: DE, region: BY}"),
    "{country: DE, region: Bavaria}": ("unknown-country", 'did you mean "BY"?', "{country: DE, region: BY}"),
    "subdomain: acme.zendesk.com": ("bad-address", "subdomain: acme,", "subdomain: acme"),
    "url: slabot.db": ("store-address", 'url: "sqlite:///slabot.db"', 'url: "sqlite:///slabot.db"'),
    "priority: [urgnet]": ("unknown-priority", 'did you mean "urgent"?', "priority: [urgent]"),
    "opn: pending": ("near-status", "open: pending", "open: pending"),
    "Hello {{ticket.requester.name}}": ("foreign-placeholder", "write {requester}", "Hello {requester}"),
    "channel: “#support”": ("smart-quotes", "plain quotes", 'channel: "#support"'),
}
OF_OTHERS = {"calendars"}  # quiet hours have tests of their own

# Cousins of those: where, what is written, the code, words of the answer, the mended text ("" where none is literal).
COUSINS: list[tuple[str, str, str, str, str]] = [
    (
        "exempt.tags",
        "closing: {tags: vip, gold, severities: critical}",
        "unknown-setting",
        "write tags: [vip, gold]",
        "closing: {tags: [vip, gold], severities: critical}",
    ),
    ("slack.channel", 'channel:"#support"', "no-space-after-colon", 'write channel: "#support"', 'channel: "#support"'),
    ("slack.channel", 'channel: "#Support Team"', "bad-destination", '"#support-team"', 'channel: "#support-team"'),
    (
        "slack.channel",
        "channel: https://acme.slack.com/archives/C012AB3CD",
        "bad-destination",
        "alone: C012AB3CD",
        "channel: C012AB3CD",
    ),
    ("escalate.rungs.notify", "notify: maya@acme.example", "bad-destination", "user:maya@acme.example for", ""),
    ("store.url", "url: sqlite:///~/slabot.db", "store-address", "whole path", ""),
    ("store.url", "url: postgresql://db:port/slabot", "store-address", "5432", "url: postgresql://db:5432/slabot"),
    ("store.url", "url: sqlite:///slabot.db?mode=ro", "store-address", "no options", "url: sqlite:///slabot.db"),
    ("helpdesks.acme.kind", "Kind: zendesk", "unknown-setting", 'did you mean "kind"?', "kind: zendesk"),
    ("exempt.tags", "tags: 'a; b'", "list-as-text", "[a, b]", "tags: [a, b]"),
    (
        "exempt.tags",
        "tags:\n    - no_auto_close, vip",
        "list-as-text",
        "[no_auto_close, vip]",
        "tags: [no_auto_close, vip]",
    ),
    ("exempt.tags", "tags:\n    - a,b;c", "list-as-text", "[a, b, c]", 'tags: ["a,b;c"]'),
    ("exempt.tags", "tags: “vip”", "smart-quotes", "none: vip", "tags: vip"),
    ("exempt.tags", "tags: [“vip”, b]", "smart-quotes", "none: vip", "tags: [vip, b]"),
    ("exempt.tags", "“tags”: [vip]", "smart-quotes", "tags:", "tags: [vip]"),
    (
        "exempt.organizations",
        "organizations: Acme, Inc.",
        "list-as-text",
        '["Acme, Inc."] if',
        'organizations: ["Acme, Inc."]',
    ),
    ("exempt.tags", "tags:\n    - a\n     - b", "wrong-indentation", "4 spaces", "tags:\n    - a\n    - b"),
    ("slack.channel", "channel:#support", "no-space-after-colon", 'channel: "#support"', 'channel: "#support"'),
    ("slack.channel", "channel: C0123456789\n  api_url: “https://x.example”", "smart-quotes", "https://x.example", ""),
    ("slack.channel", "room: '#support'", "unknown-setting", 'did you mean "channel"?', "channel: '#support'"),
    ("escalate.rungs.notify", "notify: #sev3", "comment-for-value", 'notify: "#sev3"', 'notify: "#sev3"'),
    (
        "escalate.rungs.notify",
        "notify:\n          - #sev3",
        "comment-for-value",
        '- "#sev3"',
        'notify:\n          - "#sev3"',
    ),
    (
        "escalate.rungs.notify",
        "notify: [assignee, #sev3]",
        "comment-for-value",
        '"#sev3"',
        'notify: [assignee, "#sev3"]',
    ),
    ("escalate.rungs.notify", "notify: '#a, #b'", "list-as-text", '["#a", "#b"]', 'notify: ["#a", "#b"]'),
    ("helpdesks.acme.kind", "kind :zendesk", "no-space-after-colon", "kind: zendesk", "kind: zendesk"),
    ("helpdesks.acme.kind", "kind：zendesk", "no-space-after-colon", "kind: zendesk", "kind: zendesk"),
    ("helpdesks.acme.kind", "kind:\u00a0zendesk", "odd-space", "non-breaking space", "kind: zendesk"),
    ("helpdesks.acme.kind", "kind: zen\u200bdesk", "odd-space", "U+200B", "kind: zendesk"),
    ("helpdesks.acme.kind", "\u00a0kind: zendesk", "odd-space", "non-breaking space", ""),
    ("helpdesks.acme.kind", " kind: zendesk", "wrong-indentation", "5 spaces, as line", " kind: zendesk".strip()),
    ("helpdesks.acme.kind", "kind: zendesk\n     base_url: https://x.example", "wrong-indentation", "4 spaces", ""),
    ("severities.high", "respond_in: 6h", "unknown-setting", 'did you mean "respond_within"?', ""),
    ("severities.high", "solve_within: 8h", "unknown-setting", "kind: resolution, within: {high: 8h}", ""),
    ("severities.high", "next_reply_within: 8h", "unknown-setting", "a clock of kind next_response", ""),
    (
        "calendars.time_zone",
        "time_zone: UTC-03:00",
        "unknown-time-zone",
        "America/Sao_Paulo",
        "time_zone: America/Sao_Paulo",
    ),
    ("calendars.time_zone", "time_zone: -5", "unknown-time-zone", "America/New_York", "time_zone: America/New_York"),
    (
        "calendars.time_zone",
        "time_zone: IST",
        "unknown-time-zone",
        "Asia/Kolkata, Asia/Jerusalem",
        "time_zone: Asia/Kolkata",
    ),
    (
        "calendars.time_zone",
        "tz: Asia/Kolkata",
        "unknown-setting",
        'did you mean "time_zone"?',
        "time_zone: Asia/Kolkata",
    ),
    ("web.listen", 'listen: ":8080"', "bad-address", '"0.0.0.0:8080"', 'listen: "0.0.0.0:8080"'),
    ("web.listen", "listen: localhost", "bad-address", '"localhost:8080"', 'listen: "localhost:8080"'),
    ("web.listen", "listen: http://0.0.0.0:80/", "bad-address", '"0.0.0.0:80"', 'listen: "0.0.0.0:80"'),
    ("web.listen", "port: 8080", "unknown-setting", "listen:", 'listen: "127.0.0.1:8080"'),
    (
        "severities.low.respond_within",
        "respond_within: two business days",
        "bad-duration",
        "2 business",
        "respond_within: 2 business days",
    ),
    (
        "severities.low.respond_within",
        "respond_within: 2 workdays",
        "bad-duration",
        "2 business",
        "respond_within: 2 business days",
    ),
    (
        "severities.low.respond_within",
        "respond_within: 1 bd",
        "bad-duration",
        "1 business day",
        "respond_within: 1 business day",
    ),
    ("severities.low.respond_within", "respond_within: 1,5h", "bad-duration", '"90m"', "respond_within: 90m"),
    ("severities.low.respond_within", "respond_within: 2", "bad-duration", '"2h" or "2m"', "respond_within: 2h"),
    (
        "calendars.holidays.region",
        "{country: US, region: US-CA}",
        "unknown-country",
        'did you mean "CA"?',
        "{country: US, region: CA}",
    ),
    (
        "calendars.holidays.region",
        "{country: AT, region: Vienna}",
        "unknown-country",
        '"9"',
        '{country: AT, region: "9"}',
    ),
    (
        "calendars.holidays.region",
        "{country: DE-BY}",
        "unknown-country",
        "country: DE and region: BY",
        "{country: DE, region: BY}",
    ),
    (
        "calendars.holidays.region",
        "{country: Scotland}",
        "unknown-country",
        "region: SCT",
        "{country: GB, region: SCT}",
    ),
    (
        "helpdesks.acme.subdomain",
        "subdomain: https://acme.zendesk.com/",
        "bad-address",
        "subdomain: acme",
        "subdomain: acme",
    ),
    ("helpdesks.acme.subdomain", "subdomain: acme.", "bad-address", "subdomain: acme", "subdomain: acme"),
    ("store.url", "url: mysql://db.example/x", "store-address", "sqlite:///slabot.db", ""),
    ("store.url", 'url: "sqlite:///:memory:"', "store-address", "forgets", 'url: "sqlite:///slabot.db"'),
    ("store.url", "url: $DATABASE_URL", "store-address", "url_env: DATABASE_URL", "url_env: DATABASE_URL"),
    ("classify.rules.when.priority", "priority: critical", "unknown-priority", '"urgent"?', "priority: urgent"),
    ("severities.high", "received_when_closed: “as_usual”", "smart-quotes", "as_usual", ""),
    ("helpdesks.acme.statuses", "on-hold: waiting_on_third_party", "", "", ""),
    ("waiting.templates.follow_up", "Hi {% if ticket %}", "foreign-placeholder", "{% if ticket %}", ""),
    ("waiting.templates.follow_up", "Hi {{ticket.id}}", "foreign-placeholder", "write {ticket}", "Hi {ticket}"),
]


@pytest.fixture
def example(checkout: Path) -> str:
    """The example without follow-ups, whose proof over a year has tests of its own and takes its time."""
    text = (checkout / "config.example.yaml").read_text(encoding="utf-8")
    text = "".join(
        line for line in text.splitlines(keepends=True) if "slabot: ignore[waiting-does-not-fit]" not in line
    )
    head, waiting, rest = text.partition("\nwaiting:")
    return head + waiting + rest.replace("mode: observe", "mode: off", 1)


def changed(example: str, setting: str, text: str) -> str:
    old, new = PLACES[setting]
    assert example.count(old) >= 1
    return example.replace(old, new.replace("{}", text), 1)


def checked(text: str) -> tuple[Policy | None, tuple[Problem, ...]]:
    return check_policy(text, "config.yaml", TODAY)


def line_of(example: str, setting: str, text: str) -> int:
    """The line of the changed example where the slip begins."""
    before, _, _ = changed(example, setting, "\x00" + text).partition("\x00")
    return before.count("\n") + 1


def test_every_shared_slip_gets_its_answer_at_its_line_and_a_fix_that_works(shared_dir: Path, example: str) -> None:
    slips: list[dict[str, Any]] = yaml.safe_load((shared_dir / "cases" / "policy" / "slips.yaml").read_text("utf-8"))
    assert {slip["text"] for slip in slips if slip["setting"] not in OF_OTHERS} == set(ANSWERS)
    for slip in slips:
        if slip["setting"] not in OF_OTHERS:
            code, words, mended = ANSWERS[slip["text"]]
            assert_answered(example, slip["setting"], slip["text"], code, words, mended)


@pytest.mark.parametrize(("setting", "text", "code", "words", "mended"), COUSINS, ids=[text for _, text, *_ in COUSINS])
def test_slips_of_the_same_kinds_get_theirs(
    example: str, setting: str, text: str, code: str, words: str, mended: str
) -> None:
    assert_answered(example, setting, text, code, words, mended)


def assert_answered(example: str, setting: str, text: str, code: str, words: str, mended: str) -> None:
    if not code:
        assert checked(changed(example, setting, f"open: pending\n      {text}"))[0] is not None
        return
    policy, problems = checked(changed(example, setting, text))
    assert policy is None
    answers = [problem for problem in problems if problem.code == code]
    assert answers, [str(problem) for problem in problems]
    first = line_of(example, setting, text)
    assert any(
        words in f"{problem.message} {problem.fix}" and first <= problem.line <= first + text.count("\n") + 1
        for problem in answers
    ), [str(problem) for problem in problems]
    if mended:
        policy, problems = checked(changed(example, setting, mended))
        assert policy is not None, [str(problem) for problem in problems]


def test_a_time_zone_with_the_sign_turned_is_never_suggested(shared_dir: Path) -> None:
    name = "12_zone_suggestion_with_the_sign_turned.yaml"
    (problem,) = checked((shared_dir / "cases" / "policy" / name).read_text("utf-8"))[1]

    assert problem.code == "unknown-time-zone"
    assert "Etc/" not in str(problem)
    assert "America/New_York" in problem.fix


RIGHT = [
    ("exempt.organizations", 'organizations: ["Acme, Inc."]'),
    ("exempt.organizations", "organizations:\n    - Acme, Inc."),
    ("exempt.organizations", 'organizations:\n    - "acme, inc."'),
    ("exempt.organizations", "organizations: Contoso"),
    ("exempt.organizations", "organizations: [Ben & Jerry’s]"),
    ("classify.rules.when.text", "text: ransomware"),
    ("waiting.templates.follow_up", "Guten Tag {requester}, „Ihr Fall“ : danke"),
    ("waiting.templates.follow_up", "Bonjour {requester}\u00a0: « votre demande »\u202f!"),
    ("waiting.templates.follow_up", "Hi {requester} 👩\u200d💻, plain braces {{ }} and ${{HOME}}"),
    ("severities.high", "# a comment with\u00a0another space, and “quotes”"),
    ("helpdesks.acme.statuses", "open: pending\n      Reopened: pending\n      In review: pending"),
    ("store.url", "url: postgres://db.example/slabot"),
    ("web.listen", "listen: 0.0.0.0:8080"),
]


@pytest.mark.parametrize(("setting", "text"), RIGHT, ids=[text for _, text in RIGHT])
def test_what_only_looks_like_a_slip_is_right(example: str, setting: str, text: str) -> None:
    policy, problems = checked(changed(example, setting, text))

    assert policy is not None, [str(problem) for problem in problems]
    assert problems == ()


PATTERNS = [
    ("text: ['crash.*']", "[crash*]"),
    ("text: [down?]", "[down]"),
    ("text: ['^down$']", "[down]"),
    ("text: ['down|outage']", "[down, outage]"),
    ("text: ['\\bdown\\b']", "[down]"),
    ("text: ['sys*down']", "only a * at its very end"),
    ("requester: ['*@bank.example']", '"@bank.example"'),
    ("tags: ['vip*']", "each name out"),
]


@pytest.mark.parametrize(("text", "fix"), PATTERNS)
def test_signs_of_patterns_are_warned_about(example: str, text: str, fix: str) -> None:
    policy, problems = checked(changed(example, "classify.rules.when.text", text))
    assert policy is not None

    (warning,) = [problem for problem in problems if problem.code == "pattern-signs"]
    assert warning.severity == "warning"
    assert fix in warning.fix


def test_a_star_at_the_end_of_a_term_is_no_pattern(example: str) -> None:
    _, problems = checked(changed(example, "classify.rules.when.text", "text: ['crash*', C++, how do I]"))

    assert [problem.code for problem in problems if problem.code == "pattern-signs"] == []


def test_an_indentation_with_another_space_is_one_problem(example: str) -> None:
    for indent in ("\u00a0", "\u2003\u00a0"):
        (problem,) = checked(changed(example, "helpdesks.acme.kind", f"{indent}kind: zendesk"))[1]
        assert problem.code == "odd-space"


def test_problems_behind_a_sign_without_width_stand_where_they_are(example: str) -> None:
    text = changed(example, "calendars.time_zone", "time_\u200bzone: UTC+1")

    invisible, zone = checked(text)[1]

    assert (invisible.code, zone.code) == ("odd-space", "unknown-time-zone")
    assert zone.column == text.splitlines()[zone.line - 1].index("UTC") + 1


def test_all_slips_of_a_file_come_at_once_and_in_its_order(example: str) -> None:
    text = example
    slips = [
        ("helpdesks.acme.subdomain", "subdomain: acme.zendesk.com"),
        ("slack.channel", "channel: “#support”"),
        ("store.url", "url: slabot.db"),
        ("web.listen", "listen: 8080"),
        ("calendars.time_zone", "time_zone:\u2003UTC+1"),
        ("exempt.tags", "tags: no_auto_close, vip"),
    ]
    for setting, slip in slips:
        text = changed(text, setting, slip)

    codes = [problem.code for problem in checked(text)[1]]

    assert codes == [
        "bad-address",
        "smart-quotes",
        "store-address",
        "bad-address",
        "odd-space",
        "unknown-time-zone",
        "list-as-text",
    ]
