"""The alert rules and the dashboard ask for figures that slabot gives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml

from slabot.runtime.serving import TurnedAway
from slabot.store import Lane, OutboxState

OF_PROMETHEUS = {"up"}  # what it knows of each address that it asks
VALUES = {
    "lane": {lane.value for lane in Lane},
    "state": {state.value for state in OutboxState},
    "reason": {reason.value for reason in TurnedAway},
}
PARTS = ("args", "expr", "lhs", "rhs", "vector_selector", "param")  # of an expression


@pytest.fixture(scope="module")
def rules(checkout: Path) -> list[dict[str, Any]]:
    document = yaml.safe_load((checkout / "deploy" / "prometheus" / "slabot.rules.yaml").read_text("utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def dashboard(checkout: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((checkout / "deploy" / "grafana" / "slabot.json").read_text("utf-8"))
    return document


@pytest.fixture(scope="module")
def measured(checkout: Path) -> set[str]:
    """The series that slabot gives."""
    text = (checkout / "webhooks" / "metrics.py").read_text("utf-8")
    counters = set(re.findall(r'CounterMetricFamily\(\s*"(slabot_\w+)"', text))
    gauges = set(re.findall(r'GaugeMetricFamily\(\s*"(slabot_\w+)"', text))
    assert counters
    assert gauges
    return gauges | {f"{name}_total" for name in counters}


def selectors(expression: Any) -> Iterator[Any]:
    """Every series that an expression asks for."""
    if isinstance(expression, promql.VectorSelector):
        yield expression
        return
    for part in PARTS:
        found = getattr(expression, part, None)
        for each in found if isinstance(found, list) else [found]:
            if each is not None:
                yield from selectors(each)


def asked(expression: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The names of the series of an expression, and what it wants of their labels."""
    found = list(selectors(promql.parse(expression)))
    assert found, expression
    for selector in found:
        yield selector.name, [(each.name, each.value) for each in selector.matchers.matchers]


def is_given(expression: str, measured: set[str]) -> None:
    for name, labels in asked(expression):
        assert name in measured | OF_PROMETHEUS, f"{expression} asks for {name}"
        for label, wanted in labels:
            if label in VALUES:
                assert set(wanted.split("|")) <= VALUES[label], f"{expression} asks for {label} {wanted}"


def test_each_alert_rests_on_what_slabot_measures_and_says_what_to_do(
    rules: list[dict[str, Any]], measured: set[str]
) -> None:
    for rule in rules:
        is_given(rule["expr"], measured)
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"].endswith(".")
        assert rule["labels"]["severity"] in ("critical", "warning")


def test_each_alert_is_explained_and_none_that_is_gone(rules: list[dict[str, Any]], checkout: Path) -> None:
    text = (checkout / "docs" / "metrics.md").read_text("utf-8")
    assert re.findall(r"^### (Slabot\w+)$", text, re.M) == [rule["alert"] for rule in rules]


def test_each_panel_shows_what_slabot_measures(dashboard: dict[str, Any], measured: set[str]) -> None:
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    shown: set[str] = set()
    for panel in panels:
        for target in panel["targets"]:
            expression = target["expr"].replace("$job", "slabot")
            is_given(expression, measured)
            shown |= {name for name, _ in asked(expression)}
    assert measured - shown == {"slabot_tickets"}, (
        "of what is measured, the dashboard leaves out the number that only grows"
    )


def test_panels_do_not_lie_on_one_another(dashboard: dict[str, Any]) -> None:
    cells = [
        (column, row)
        for panel in dashboard["panels"]
        for column in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for row in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(column for column, _ in cells) < 24
