"""Ask a language model about the texts of a labelled file, one after the other.

Promise: no more texts leave than the command says; each text whose answer is dropped keeps the reader's judgement. How
far it is, is told on standard error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from slabot.cli.asking import ModelAsker
from slabot.composition import open_model
from slabot.judgement import SeverityLevel, find, judge
from slabot.judgement.model import Effect
from slabot.policy import Policy
from slabot.policy.problems import plural
from slabot.reports.evaluation import JudgedText
from slabot.reports.style import one_line, strong

EVERY = 20  # texts between two lines of progress


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """What came of the questions.

    Attributes:
        effects: how many answers had which.
        dropped: how many were dropped, by the reason.
        named: critical texts that count as less, and of which the model showed evidence for critical.
    """

    model: str
    asked: int
    effects: Mapping[Effect, int]
    dropped: Mapping[str, int]
    named: int

    def text(self) -> str:
        """For people."""
        lines = [
            f"{strong('Language model')} {one_line(self.model)}: asked about {plural(self.asked, 'text')}",
            *(f"  {self.effects[effect]:>4}  {effect.value}" for effect in Effect if self.effects.get(effect)),
            *(f"  {count:>4}  dropped: {one_line(why)}" for why, count in sorted(self.dropped.items())),
        ]
        if self.named:
            lines.append(
                f"  {self.named:>4}  critical ones that count as less are asked about as critical because of it"
            )
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The machine form."""
        return {
            "model": self.model,
            "asked": self.asked,
            "effects": {effect.name.casefold(): self.effects.get(effect, 0) for effect in Effect},
            "dropped": dict(self.dropped),
            "critical_named": self.named,
        }


def ask_about_each(
    policy: Policy, lines: Sequence[tuple[int, Mapping[str, Any]]], rows: Sequence[JudgedText], *, most: int
) -> tuple[list[JudgedText], AskedAbout]:
    """Judge the texts with a model beside the reader.

    Args:
        policy: with its model.
        lines: of the file.
        rows: what the reader says of them.
        most: texts that are asked about, the first ones.

    Raises:
        SlabotError: there is no model to ask, or it fails.
    """
    client = open_model(policy)
    asker, found = ModelAsker(policy, client), list(rows)
    effects, dropped, named = Counter[Effect](), Counter[str](), 0
    total = min(most, len(rows))
    try:
        for place, (_, line) in enumerate(lines[:total]):
            if place % EVERY == 0:
                click.echo(f"Asking the language model: {place} of {total} texts are done.", err=True)
            subject, text = str(line.get("subject") or ""), str(line["text"])
            judgement = judge(find(subject, [text], policy.classify.reader.lexicon))
            opinion = asker.ask(subject, [text], judgement)
            if opinion.weighed is None:
                dropped[opinion.dropped] += 1
                continue
            effects[opinion.weighed.effect] += 1
            if opinion.weighed.effect is Effect.NONE:
                continue
            level, or_else = opinion.weighed.counts, opinion.weighed.or_else
            if level is not opinion.weighed.level:
                or_else = opinion.weighed.level
                named += rows[place].label == SeverityLevel.CRITICAL
            found[place] = rows[place]._replace(found=level.value, or_else=None if or_else is None else or_else.value)
    finally:
        client.close()
    return found, AskedAbout(client.name, total, effects, dropped, named)
