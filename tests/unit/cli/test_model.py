"""A language model beside the reader, as commands show it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slabot.cli import main
from slabot_sandbox import Sandbox
from tests.fixtures.policies import example

TEXT = "Subject: Odd morning\n\nOur 25 vans drive by feeling. Call +49 170 1234567.\n"
LABELLED = [
    {"id": "a", "text": "Our 25 vans drive by feeling.", "label": "critical"},
    {"id": "b", "text": "All agents are offline.", "label": "critical"},
    {"id": "c", "text": "The logo looks blurry on the report.", "label": "low"},
    {"id": "d", "text": "Your colleague met me on Tuesday in Graz.", "label": "low"},
]
Run = Callable[..., Result]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def run(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODEL_KEY", sandbox.model.key)
    whole = example()
    model = {"mode": "act", "address": sandbox.model.url, "name": "sandbox-1", "key_env": "MODEL_KEY", "within": "1s"}
    whole["classify"]["model"] = model
    Path("config.yaml").write_text(json.dumps(whole), encoding="utf-8")
    Path("mail.txt").write_text(TEXT, encoding="utf-8")
    Path("labelled.jsonl").write_text("\n".join(map(json.dumps, LABELLED)), encoding="utf-8")
    return lambda *words: CliRunner().invoke(main, [*words])


def test_classify_shows_what_left_what_was_said_and_what_comes_of_it(run: Run, sandbox: Sandbox) -> None:
    result = run("classify", "--model", "-c", "config.yaml", "--file", "mail.txt")
    assert result.exit_code == 0, result.output
    assert "Language model  sandbox-1" in result.stdout
    assert "Our 25 vans drive by feeling. Call [phone]." in result.stdout
    assert 'nothing works (the product as a whole, all): "Our 25 vans drive by feeling."' in result.stdout
    assert "undecided between critical and medium; high counts until somebody says" in result.stdout
    assert sandbox.model.key not in result.output
    answer = json.loads(run("classify", "--model", "-c", "config.yaml", "--file", "mail.txt", "--json").stdout)["model"]
    assert (answer["effect"], answer["severity"], answer["counts_as"]) == ("raised", "critical", "high")


def test_classify_asks_nobody_unless_it_is_told_to(run: Run, sandbox: Sandbox) -> None:
    assert "Language model" not in run("classify", "-c", "config.yaml", "--file", "mail.txt").stdout
    assert sandbox.model.asked == []
    assert run("classify", "--model", "--file", "mail.txt").exit_code == 2


@pytest.mark.parametrize(
    ("like", "said"),
    [
        ("liar", "its answer is dropped: it quotes words that do not stand in the text"),
        ("babble", "its answer is dropped: it is no JSON"),
        ("silent", "its answer is dropped: the service does not answer: no answer came in time"),
    ],
)
def test_classify_says_why_an_answer_is_dropped(run: Run, sandbox: Sandbox, like: str, said: str) -> None:
    sandbox.model.behave(like)
    result = run("classify", "--model", "-c", "config.yaml", "--file", "mail.txt")
    assert (result.exit_code, said in result.stdout) == (0, True), result.output


def test_a_missing_or_refused_key_is_said_with_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_KEY", "another")
    refused = run("classify", "--model", "-c", "config.yaml", "--file", "mail.txt")
    assert (refused.exit_code, "does not accept the key" in refused.output) == (1, True)
    monkeypatch.delenv("MODEL_KEY")
    missing = run("classify", "--model", "-c", "config.yaml", "--file", "mail.txt")
    assert (missing.exit_code, "classify.model.key_env names the environment variable MODEL_KEY" in missing.output) == (
        1,
        True,
    )


def test_evaluate_measures_both_together_and_asks_about_no_more_than_it_is_told(run: Run, sandbox: Sandbox) -> None:
    result = run("evaluate", "labelled.jsonl", "--model", "-c", "config.yaml", "--most", "3")
    assert result.exit_code == 0, result.output
    assert "Asking the language model: 0 of 3 texts are done." in result.stderr
    assert "Language model sandbox-1: asked about 3 texts" in result.stdout
    assert "1  critical ones that count as less are asked about as critical because of it" in result.stdout
    assert len(sandbox.model.asked) == 3
    answer = json.loads(run("evaluate", "labelled.jsonl", "--model", "-c", "config.yaml", "--json").stdout)
    assert answer["model"]["effects"] == {"none": 3, "raised": 1, "questioned": 0, "lowered": 0}
    assert answer["texts"][0] == {"id": "a", "label": "critical", "judged": "high", "or_else": "critical"}


def test_evaluate_gives_up_on_a_service_that_fails(run: Run, sandbox: Sandbox) -> None:
    sandbox.faults.add("unavailable", service="model")
    result = run("evaluate", "labelled.jsonl", "--model", "-c", "config.yaml")
    assert (result.exit_code, "takes no question now (HTTP 503)" in result.output) == (1, True)
    assert list(sandbox.journal.counts(service="model").values()) == [3]


def test_doctor_looks_at_address_key_and_name_and_says_what_leaves(run: Run, sandbox: Sandbox) -> None:
    from slabot.composition import open_model
    from slabot.policy import load_policy
    from slabot.setup.model_check import check_model

    policy = load_policy(Path("config.yaml").read_text(encoding="utf-8"), "config.yaml")

    def found() -> list[str]:
        model = open_model(policy)
        return [f"{one.level.value}: {one.words} {one.remedy}" for one in check_model(policy, model)]

    assert found()[0].startswith("right: The language model sandbox-1 is there, and the key is taken")
    assert "subject and message (masked: email, links, phone, numbers and names); 500 a day at most" in found()[1]
    sandbox.model.name = "sandbox-2"
    assert "It has sandbox-2. Write one of them as classify.model.name." in found()[0]
    sandbox.model.key = "changed"
    assert "does not accept the key (HTTP 401)" in found()[0]
    sandbox.faults.add("html", service="model", times=1)
    assert "does not list its models" in found()[0]
    assert sandbox.model.asked == []
