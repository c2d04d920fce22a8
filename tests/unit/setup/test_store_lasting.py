"""A store that a restart would take away is noticed while there is still time to move it."""

from __future__ import annotations

from pathlib import Path

import pytest

from slabot.domain import Level
from slabot.setup.store_lasting import check_lasting, mounts
from slabot.store.address import read_address

# Lines of a container with one volume, as the kernel writes them.
CONTAINER = """\
612 501 0:86 / / rw,relatime master:200 - overlay overlay rw,lowerdir=/l,upperdir=/u
613 612 0:89 / /proc rw,nosuid - proc proc rw
620 612 0:92 / /dev/shm rw,nosuid - tmpfs shm rw,size=65536k
630 612 254:1 /var/lib/volumes/x /data rw,relatime - ext4 /dev/vda1 rw
640 612 254:1 /var/lib/volumes/y /with\\040blank rw,relatime - ext4 /dev/vda1 rw
"""
MACHINE = "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n23 22 0:20 / /tmp rw - tmpfs tmpfs rw\n"


def told(address: str, listed: str = "", **environment: str) -> list[str]:
    findings = list(check_lasting(read_address(address), environment, listed))
    assert all(finding.level is Level.NOTICE for finding in findings)
    return [str(finding) for finding in findings]


@pytest.mark.parametrize("path", ["/data/slabot.db", "/data/sub/slabot.db", "/with blank/slabot.db"])
def test_a_store_on_a_volume_of_a_container_lasts(path: str) -> None:
    assert told(f"sqlite:///{path}", CONTAINER) == []


def test_a_store_on_an_ordinary_disk_lasts() -> None:
    assert told("sqlite:////srv/slabot/slabot.db", MACHINE) == []
    assert told("sqlite:////srv/slabot/slabot.db") == []


@pytest.mark.parametrize("path", ["/app/slabot.db", "/database/slabot.db"])
def test_a_store_in_the_container_itself_goes_with_it(path: str) -> None:
    [text] = told(f"sqlite:///{path}", CONTAINER)
    assert f"The store {path} is on a disk that may not last: it is in the container itself, and goes with it." in text
    assert "Put it on a volume that stays, or use PostgreSQL" in text


def test_a_store_in_memory_is_noticed() -> None:
    assert "it is in memory (tmpfs)" in told("sqlite:////tmp/slabot.db", MACHINE)[0]
    assert "it is in memory (tmpfs)" in told("sqlite:////dev/shm/slabot.db", CONTAINER)[0]


@pytest.mark.parametrize(("variable", "service"), [("DYNO", "Heroku"), ("K_SERVICE", "Cloud Run")])
def test_a_service_that_gives_every_start_a_fresh_disk_is_named(variable: str, service: str) -> None:
    assert f"{service} gives every start a fresh disk" in told("sqlite:///slabot.db", MACHINE, **{variable: "web.1"})[0]


def test_a_database_server_lasts_wherever_slabot_runs() -> None:
    assert told("postgresql://slabot@db/slabot", CONTAINER, DYNO="web.1") == []


def test_of_two_mounts_at_one_place_the_later_one_counts() -> None:
    twice = MACHINE + "24 23 254:2 / /tmp rw - ext4 /dev/vdb rw\n"
    assert told("sqlite:////tmp/slabot.db", twice) == []


def test_lines_that_are_no_mounts_are_left_out() -> None:
    assert told("sqlite:////x/slabot.db", "garbage\n1 2 3 - \n - ext4\n") == []


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="only Linux lists its mounts there")
def test_the_mounts_of_this_machine_can_be_read() -> None:
    assert " - " in mounts()
