"""Calls of a language model, over HTTP: what is an answer, what is not, and where the key never stands."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from slabot.channels.errors import SettingError, TokenError
from slabot.judgement.model import make_question, read_answer
from slabot.runtime.asking.client import ModelClient, ModelSettings, content_of
from slabot.runtime.asking.errors import ModelCallError
from slabot_sandbox import Sandbox
from tests.fixtures.waits import comes

QUESTION = make_question("Help", ["Our 25 vans drive by feeling."])


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def client(sandbox: Sandbox, **settings: object) -> ModelClient:
    given = {"address": sandbox.model.url, "name": "sandbox-1", "key": sandbox.model.key, "seconds": 5.0} | settings
    return ModelClient(ModelSettings(**given))  # type: ignore[arg-type]


def failure(model: ModelClient) -> ModelCallError:
    with pytest.raises(ModelCallError) as told:
        model.ask(QUESTION)
    assert "sandbox-model-key" not in f"{told.value}{told.value.remedy}"
    return told.value


def test_an_honest_model_answers_in_the_schema(sandbox: Sandbox) -> None:
    model = client(sandbox)
    assert [each.quote for each in read_answer(model.ask(QUESTION), QUESTION)] == ["Our 25 vans drive by feeling."]
    assert model.models() == ("sandbox-1",)


@pytest.mark.parametrize(
    ("settings", "why", "passes", "breaks"),
    [
        ({"key": "another"}, "does not accept the key (HTTP 401)", False, True),
        ({"key": ""}, "does not accept the key (HTTP 401)", False, True),
        ({"name": "sandbox-2"}, "no such address or model (HTTP 404)", False, False),
        ({"address": "http://127.0.0.1:9/v1"}, "the connection was refused", True, True),
    ],
)
def test_wrong_settings_are_told_apart(
    sandbox: Sandbox, settings: dict[str, str], why: str, passes: bool, breaks: bool
) -> None:
    error = failure(client(sandbox, **settings))
    assert why in error.why
    assert (error.passes, error.breaks) == (passes, breaks)


@pytest.mark.parametrize(
    ("fault", "why", "passes"),
    [
        ("unavailable", "takes no question now (HTTP 503)", True),
        ("rate_limit", "takes no question now (HTTP 429)", True),
        ("server_error", "takes no question now (HTTP 500)", True),
        ("down", "the connection broke off", True),
        ("html", "its answer is no JSON object", False),
        ("truncated", "its answer is no JSON object", False),
    ],
)
def test_a_service_that_fails_is_said_to(sandbox: Sandbox, fault: str, why: str, passes: bool) -> None:
    sandbox.faults.add(fault, service="model", seconds=7)
    error = failure(client(sandbox))
    assert why in error.why
    assert error.passes is passes
    assert fault not in ("unavailable", "rate_limit") or (error.wait is not None and error.wait.seconds == 7)


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b'{"choices": []}', b'{"choices": [{"message": {"content": null, "refusal": "no"}}]}', b"\xff" * 20],
)
def test_what_is_no_chat_completion_is_no_answer(body: bytes) -> None:
    with pytest.raises(ModelCallError):
        content_of(body)


def test_an_answer_that_was_cut_off_is_none() -> None:
    with pytest.raises(ModelCallError, match="cut off"):
        content_of(b'{"choices": [{"finish_reason": "length", "message": {"content": "{"}}]}')


def test_a_silent_model_is_waited_for_no_longer_than_is_said(sandbox: Sandbox) -> None:
    sandbox.model.behave("silent")
    began = time.monotonic()
    assert "no answer came in time" in failure(client(sandbox, seconds=0.2)).why
    assert time.monotonic() - began < 5


def test_another_thread_ends_a_call_at_once(sandbox: Sandbox) -> None:
    sandbox.model.behave("silent")
    model, ended = client(sandbox, seconds=60.0), list[ModelCallError]()
    thread = threading.Thread(target=lambda: ended.append(failure(model)))
    thread.start()
    comes(lambda: sandbox.model.asked)
    model.close()
    thread.join(10)
    assert [error.passes for error in ended] == [True]
    assert not thread.is_alive()


def test_the_key_stands_in_no_representation(sandbox: Sandbox) -> None:
    settings = ModelSettings(address=sandbox.model.url, name="m", key="sandbox-model-key")
    assert "sandbox-model-key" not in repr(settings) + repr(ModelClient(settings))


def test_an_address_or_key_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(SettingError):
        ModelClient(ModelSettings(address="http://models.example/v1", name="m"))
    with pytest.raises(TokenError) as told:
        ModelClient(ModelSettings(address="https://models.example/v1", name="m", key="two words"))
    assert "two words" not in str(told.value)
