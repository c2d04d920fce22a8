"""What does it cost to read an export page, beside the JSON itself and beside zenpy?

Promise: the three ways read the same pages of 1,000 tickets in one run, by turns, and their CPU time is
compared as ratios. The aims are printed with the figures: at most 3 times plain `json.loads`, at least 5 times
cheaper than iterating with zenpy.

    python benchmarks/export_parse.py [ROUNDS] [PAGES]
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from zenpy.lib.api import TicketApi
from zenpy.lib.cache import ZenpyCacheManager
from zenpy.lib.response import GenericZendeskResponseHandler

from adapters.zendesk.export import read_page
from adapters.zendesk.hush import quiet

PER_PAGE = 1000  # tickets, as Zendesk gives them
AT_MOST = 3.0  # times json.loads
AT_LEAST = 5.0  # times cheaper than zenpy
STATUSES = ("new", "open", "pending", "hold", "solved", "closed", "deleted")


def ticket(number: int, dice: random.Random) -> dict[str, Any]:
    """A ticket with the fields of the recorded ones and a description of ordinary length."""
    stamp = f"2026-01-{dice.randrange(1, 28):02}T{dice.randrange(24):02}:{dice.randrange(60):02}:00Z"
    custom = [{"id": 360000000 + field, "value": None} for field in range(10)]
    return {
        "url": f"https://acme.zendesk.com/api/v2/tickets/{number}.json",
        "id": number,
        "external_id": None,
        "via": {"channel": "email", "source": {"from": {"address": "a@b.example", "name": "A"}, "to": {}, "rel": None}},
        "created_at": stamp,
        "updated_at": stamp,
        "type": None,
        "subject": f"Agent offline on host {number}",
        "raw_subject": f"Agent offline on host {number}",
        "description": "It has been offline since this morning. " * dice.randrange(5, 25),
        "priority": dice.choice((None, None, "low", "urgent")),
        "status": dice.choice(STATUSES),
        "recipient": None,
        "requester_id": dice.randrange(10**12),
        "submitter_id": dice.randrange(10**12),
        "assignee_id": None,
        "organization_id": dice.randrange(10**12),
        "group_id": None,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": ["vip", "emea"],
        "custom_fields": custom,
        "satisfaction_rating": {"score": "unoffered"},
        "sharing_agreement_ids": [],
        "custom_status_id": 6130830355738,
        "fields": custom,
        "followup_ids": [],
        "ticket_form_id": 6130830344474,
        "brand_id": 6130830354842,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
        "generated_timestamp": 1768000000 + number,
    }


def made_pages(count: int) -> list[bytes]:
    dice = random.Random(1)
    bodies = []
    for page in range(count):
        tickets = [ticket(page * PER_PAGE + number, dice) for number in range(1, PER_PAGE + 1)]
        last = page == count - 1
        bodies.append(json.dumps({"tickets": tickets, "after_cursor": f"c{page}", "end_of_stream": last}).encode())
    return bodies


def plain(body: bytes) -> int:
    return len(json.loads(body)["tickets"])


def ours(body: bytes) -> int:
    return len(read_page(json.loads(body)).changed)


def with_zenpy() -> Callable[[bytes], int]:
    """What zenpy's generator does with a page: the JSON, then an object for each ticket and all that is in it."""
    quiet()
    api = TicketApi(
        {
            "domain": "zendesk.com",
            "subdomain": "acme",
            "session": SimpleNamespace(),
            "timeout": 60,
            "ratelimit": None,
            "ratelimit_budget": None,
            "ratelimit_request_interval": 10,
            "cache": ZenpyCacheManager(True),
        }
    )
    handler = GenericZendeskResponseHandler(api)
    return lambda body: sum(1 for _ in handler.deserialize(json.loads(body))["tickets"])


def main(rounds: int, pages: int) -> int:
    bodies = made_pages(pages)
    ways: dict[str, Callable[[bytes], int]] = {"json.loads": plain, "slabot": ours, "zenpy": with_zenpy()}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            gc.collect()
            began = time.process_time()
            read = sum(way(body) for body in bodies)
            spent[name].append((time.process_time() - began) / read)
            assert read == pages * PER_PAGE
    size = sum(map(len, bodies)) / pages / 2**20
    print(f"{rounds} rounds of {pages} pages of {PER_PAGE} tickets, {size:.1f} MB a page; median CPU a ticket:")
    median = {name: statistics.median(times) for name, times in spent.items()}
    for name, seconds in median.items():
        print(f"  {name:<11} {seconds * 1e6:8.1f} µs")
    times = median["slabot"] / median["json.loads"]
    cheaper = median["zenpy"] / median["slabot"]
    print(f"slabot / json.loads  {times:5.2f}   aim: at most {AT_MOST}   {'met' if times <= AT_MOST else 'MISSED'}")
    print(
        f"zenpy / slabot       {cheaper:5.2f}   aim: at least {AT_LEAST}  {'met' if cheaper >= AT_LEAST else 'MISSED'}"
    )
    return 0 if times <= AT_MOST and cheaper >= AT_LEAST else 1


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    sys.exit(main(*(given + [5, 3][len(given) :])))
