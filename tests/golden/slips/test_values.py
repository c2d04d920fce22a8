"""Is a value that is written in another way answered with the right one: addresses, zones, lengths, places?"""

from __future__ import annotations

import pytest

from tests.golden.slips.example_policy import Slip, assert_answered, changed, checked

SLIPS: list[Slip] = [
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
    ("web.listen", 'listen: ":8080"', "bad-address", '"0.0.0.0:8080"', 'listen: "0.0.0.0:8080"'),
    ("web.listen", "listen: localhost", "bad-address", '"localhost:8080"', 'listen: "localhost:8080"'),
    ("web.listen", "listen: http://0.0.0.0:80/", "bad-address", '"0.0.0.0:80"', 'listen: "0.0.0.0:80"'),
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
    ("waiting.templates.follow_up", "Hi {% if ticket %}", "foreign-placeholder", "{% if ticket %}", ""),
    ("waiting.templates.follow_up", "Hi {{ticket.id}}", "foreign-placeholder", "write {ticket}", "Hi {ticket}"),
]


@pytest.mark.parametrize("slip", SLIPS, ids=[text for _, text, *_ in SLIPS])
def test_a_value_written_in_another_way_is_answered_at_its_line_with_the_right_one(example: str, slip: Slip) -> None:
    assert_answered(example, slip)


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
