"""A customer is written to in the language of their profile, by their name, with the texts of their agreement.

Promise: what arrives at the helpdesk is what `slabot preview` shows.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from slabot.cli import main
from tests.promises.scene import DAY, HOUR, Make, Scene, environment_of, policy_text

GOLD = {
    "name": "gold",
    "when": {"tags": ["gold"]},
    "waiting": {"templates": {"de": {"follow_up": "{requester}, Sie warten auf Gold: {question}"}}},
}


def waits(scene: Scene, who: str, locale: str, tags: tuple[str, ...] = ()) -> int:
    account = scene.sandbox.zendesk.account
    account.add_user(who)["locale"] = locale
    ticket = scene.ask("Cannot log in", who=who, tags=tags)
    scene.run_for(HOUR)
    scene.asks_back(ticket)
    return ticket


def test_each_reads_their_own_language_and_their_agreements_words(
    stage: Make, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = stage(store_url, agreements=[GOLD])
    scene.sweep_every = 6 * HOUR
    scene.start()
    scene.sandbox.zendesk.automations.set_close(active=False)
    english = waits(scene, "ana@contoso.example", "en-US")
    german = waits(scene, "jutta@muster.example", "de")
    gold = waits(scene, "kim@muster.example", "de-CH", ("gold",))
    scene.run_for(2 * DAY)

    file = tmp_path / "config.yaml"
    file.write_text(policy_text(scene.helpdesks, scene.sandbox, store_url, agreements=[GOLD]), encoding="utf-8")
    for name, value in {"DATABASE_URL": store_url, **environment_of(scene.sandbox)}.items():
        monkeypatch.setenv(name, value)
    begun = {
        english: "Hello Ana, we are still waiting for your answer",
        german: "Guten Tag Jutta, wir warten noch auf Ihre Antwort",
        gold: "Kim, Sie warten auf Gold: „Which version is it?“",
    }
    for ticket, words in begun.items():
        sent = str(scene.comments(ticket)[0]["text"])
        assert sent.startswith(words)
        given = ["preview", "-c", str(file), f"acme/{ticket}", "--now", scene.clock.now().isoformat(), "--json"]
        result = CliRunner().invoke(main, given)
        assert result.exit_code == 0, result.output
        shown = {text["name"]: text["text"] for text in json.loads(result.stdout)["texts"]}
        assert shown["follow_up"] == sent
