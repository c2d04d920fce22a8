"""The example policy with a slip in one of its settings, and what is found in it."""

from __future__ import annotations

from datetime import date

from slabot.policy import Policy, Problem, check_policy

TODAY = date(2026, 11, 24)
TEMPLATE = "        Hello {requester}, we are still waiting"

HOLIDAYS = (
    "    holidays:\n      country: IN\n"
    "      region: national                      "
    "# those of the whole country alone; or a state, for its own as well: KA"
)

# Where each setting stands in the example, and the line that a slip takes the place of.
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
    "waiting.templates.follow_up": (TEMPLATE, "        {}"),
}

# Where, what is written, the code of the answer, words of its message or fix, and what to write instead ("" where the
# answer says nothing literal).
Slip = tuple[str, str, str, str, str]


def changed(example: str, setting: str, text: str) -> str:
    """The example with this text in the place of a setting."""
    old, new = PLACES[setting]
    assert example.count(old) >= 1
    return example.replace(old, new.replace("{}", text), 1)


def checked(text: str) -> tuple[Policy | None, tuple[Problem, ...]]:
    """What is found in a file on a day in November 2026."""
    return check_policy(text, "config.yaml", TODAY)


def line_of(example: str, setting: str, text: str) -> int:
    """The line of the changed example where the slip begins."""
    before, _, _ = changed(example, setting, "\x00" + text).partition("\x00")
    return before.count("\n") + 1


def assert_answered(example: str, slip: Slip) -> None:
    """Fail unless the slip is answered at its line, and what the answer says to write instead is right."""
    setting, text, code, words, mended = slip
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
