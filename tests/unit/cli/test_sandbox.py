"""What `slabot sandbox` ends with."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from slabot.cli import sandbox
from slabot_sandbox.loading import LoadReport


@pytest.mark.parametrize(("unreadable", "code"), [([], 0), (["cut.json: it is not JSON"], 1)])
def test_it_ends_with_1_where_a_file_of_a_folder_could_not_be_loaded(
    monkeypatch: pytest.MonkeyPatch, unreadable: list[str], code: int
) -> None:
    def serve(*_: Any, **__: Any) -> LoadReport:
        return LoadReport(unreadable=unreadable)

    monkeypatch.setattr("slabot.cli.sandbox.serve", serve)
    assert CliRunner().invoke(sandbox.sandbox).exit_code == code
