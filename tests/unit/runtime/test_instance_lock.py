"""One slabot on a SQLite file, however it is spelt."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from slabot.runtime.instance_lock import AlreadyRunning, InstanceLock, SeveralNames


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "store").mkdir()
    file = tmp_path / "store" / "slabot.db"
    file.touch()
    return file


def spellings(file: Path, tmp_path: Path) -> dict[str, Path]:
    link, folder = tmp_path / "link.db", tmp_path / "folder"
    link.symlink_to(file)
    folder.symlink_to(file.parent)
    return {
        "the same": file,
        "with ..": file.parent / ".." / "store" / file.name,
        "relative": Path(os.path.relpath(file)),
        "a symbolic link": link,
        "a linked folder": folder / file.name,
        "a link to a link": folder / ".." / "link.db",
    }


def test_by_no_other_spelling_of_its_path_can_a_second_one_work_on_it(file: Path, tmp_path: Path) -> None:
    for spelt in spellings(file, tmp_path).values():
        with InstanceLock(file), pytest.raises(AlreadyRunning, match="two would page twice"):
            InstanceLock(spelt)
        with InstanceLock(spelt), pytest.raises(AlreadyRunning):
            InstanceLock(file)


def test_a_link_to_a_file_that_is_not_there_yet_is_locked_where_it_leads(tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "new.db")
    with InstanceLock(link), pytest.raises(AlreadyRunning):
        InstanceLock(tmp_path / "new.db")


def test_a_hard_link_is_refused_under_either_name(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    os.link(file, other)
    for name in (file, other):
        with pytest.raises(SeveralNames, match=r"has 2 names \(hard links\)") as caught:
            InstanceLock(name)
        assert "-samefile" in caught.value.remedy
    other.unlink()
    InstanceLock(file).close()
