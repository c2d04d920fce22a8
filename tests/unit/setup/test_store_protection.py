"""Whoever else could read or replace the store is noticed, before somebody does."""

from __future__ import annotations

from pathlib import Path

import pytest

from slabot.domain import Level
from slabot.setup.store_protection import check_protection
from slabot.store import open_store
from slabot.store.address import read_address


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "slabot.db"
    open_store(f"sqlite:///{file}").close()
    return file


def told(address: str, **environment: str) -> list[str]:
    findings = list(check_protection(read_address(address), environment))
    assert all(finding.level is Level.NOTICE for finding in findings)
    return [str(finding) for finding in findings]


def test_a_store_that_slabot_made_is_for_its_owner_alone(file: Path) -> None:
    assert told(f"sqlite:///{file}") == []
    assert told(f"sqlite:///{file.with_name('not-there-yet.db')}") == []


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604])
def test_a_store_that_others_can_read_is_noticed(file: Path, mode: int) -> None:
    file.chmod(mode)
    [text] = told(f"sqlite:///{file}")
    assert f"open to other users of this machine (mode {mode:o})" in text
    assert f"chmod 600 {file}" in text


def test_a_folder_in_which_everybody_may_write_is_noticed(file: Path) -> None:
    file.parent.chmod(0o777)
    [text] = told(f"sqlite:///{file}")
    assert "could put another store in place of slabot's" in text
    file.parent.chmod(0o1777)  # like /tmp: nobody takes away what is another's
    assert told(f"sqlite:///{file}") == []


def test_through_a_symbolic_link_it_is_the_file_behind_it_that_counts(file: Path, tmp_path: Path) -> None:
    file.chmod(0o644)
    link = tmp_path / "elsewhere" / "store.db"
    link.parent.mkdir()
    link.symlink_to(file)
    [text] = told(f"sqlite:///{link}")
    assert f"chmod 600 {file}" in text


@pytest.mark.parametrize("options", ["", "?sslmode=prefer", "?sslmode=require", "?sslmode=disable"])
def test_a_database_whose_certificate_nobody_checks_is_noticed(options: str) -> None:
    [text] = told(f"postgresql://slabot:hunter2@db.example/slabot{options}")
    assert "database at db.example" in text
    assert "sslmode=verify-full" in text
    assert "hunter2" not in text


def test_a_database_of_which_only_the_environment_says_where_it_is_counts_as_well() -> None:
    assert len(told("postgresql:///slabot", PGHOST="db.example")) == 1


@pytest.mark.parametrize(
    ("address", "environment"),
    [
        ("postgresql://slabot@db.example/slabot?sslmode=verify-full", {}),
        ("postgresql://slabot@db.example/slabot?sslmode=verify-ca", {}),
        ("postgresql://slabot@db.example/slabot", {"PGSSLMODE": "verify-full"}),
        ("postgresql://slabot@127.0.0.1/slabot", {}),
        ("postgresql://slabot@localhost/slabot", {}),
        ("postgresql:///slabot", {}),
        ("postgresql:///slabot?host=/var/run/postgresql", {}),
    ],
)
def test_a_database_on_this_machine_or_with_its_certificate_checked_is_not(
    address: str, environment: dict[str, str]
) -> None:
    assert told(address, **environment) == []
