"""What is written for those who install slabot agrees with slabot, and with itself."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import pytest
import yaml

from slabot.cli.main import COMMANDS


@pytest.fixture(scope="module")
def deploy(checkout: Path) -> Path:
    return checkout / "deploy"


def commands_of(text: str) -> list[list[str]]:
    """The arguments of each call of slabot."""
    return [shlex.split(call) for call in re.findall(r"(?:-m slabot|bin/slabot) (.*)", text)]


def test_each_line_of_the_procfile_is_a_command_of_slabot(checkout: Path) -> None:
    lines = (checkout / "Procfile").read_text("utf-8").splitlines()
    kinds = {line.partition(":")[0]: commands_of(line)[0][0] for line in lines}
    assert kinds == {"release": "migrate", "web": "web", "worker": "worker"}
    for arguments in commands_of("\n".join(lines)):
        assert arguments[0] in COMMANDS
        assert arguments[1:] == ["-c", "config.yaml"]


def test_a_buildpack_finds_the_locked_releases_at_the_root(checkout: Path) -> None:
    named = [line for line in (checkout / "requirements.txt").read_text("utf-8").splitlines() if line[0] != "#"]
    assert named == ["-r requirements/runtime.txt"]
    assert (checkout / "requirements" / "runtime.txt").exists()


def test_the_unit_runs_as_nobody_else_and_keeps_its_state_in_a_folder_of_its_own(deploy: Path) -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(deploy / "slabot.service", "utf-8")
    service = unit["Service"]
    assert [arguments[0] for arguments in commands_of(service["ExecStart"])] == ["run"]
    assert service["DynamicUser"] == service["NoNewPrivileges"] == "yes"
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"
    assert int(service["TimeoutStopSec"]) > 10  # slabot ends within ten seconds


def test_the_container_is_for_a_user_without_rights_and_looks_after_its_health(deploy: Path) -> None:
    text = (deploy / "Dockerfile").read_text("utf-8")
    last = text.split("\nFROM ")[-1]
    assert re.search(r"^USER (\d+):\d+$", last, re.M) is not None
    assert "HEALTHCHECK" in last
    assert "/healthz" in last
    assert 'CMD ["run", "-c"' in last


def test_the_container_is_built_from_files_that_its_ignore_file_lets_in(checkout: Path, deploy: Path) -> None:
    let_in = [line[1:] for line in (checkout / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    assert all((checkout / name).exists() for name in let_in)
    needed = re.findall(r"\$source/([\w./-]+)", (deploy / "install").read_text("utf-8"))
    assert {*needed, "deploy/install", "pyproject.toml", "README.md", "LICENSE", "config.example.yaml"} <= set(let_in)


@pytest.mark.parametrize("name", ["compose.sqlite.yaml", "compose.postgres.yaml"])
def test_compose_files_run_slabot_read_only_and_show_it_to_this_machine_alone(deploy: Path, name: str) -> None:
    whole = yaml.safe_load((deploy / name).read_text("utf-8"))
    ours = [service for service in whole["services"].values() if "build" in service]
    for slabot in ours:
        assert (deploy / slabot["build"]["context"] / slabot["build"]["dockerfile"]).resolve() == deploy / "Dockerfile"
        assert slabot["read_only"] is True
        assert all(port.startswith("127.0.0.1:") for port in slabot.get("ports", ()))
    assert any("ports" in slabot for slabot in ours)
    volumes = {volume.partition(":")[0] for service in whole["services"].values() for volume in service["volumes"]}
    assert set(whole["volumes"]) == {volume for volume in volumes if not volume.startswith(".")}


def test_on_postgresql_several_of_each_kind_start_once_the_tables_are_there(deploy: Path) -> None:
    services = yaml.safe_load((deploy / "compose.postgres.yaml").read_text("utf-8"))["services"]
    commands = {name: service["command"][0] for name, service in services.items() if "command" in service}
    assert commands == {"migrate": "migrate", "web": "web", "worker": "worker"}
    for name in ("web", "worker"):
        assert services[name]["deploy"]["replicas"] > 1
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    first, last = services["web"]["ports"][0].split(":")[1].split("-")
    assert int(last) - int(first) + 1 == services["web"]["deploy"]["replicas"]
    assert services["worker"]["healthcheck"] == {"disable": True}  # it answers nobody
    assert services["web"]["healthcheck"] == {"disable": False}
