"""`slabot evaluate`: how often is the judgement that of people?

Promise: the texts of the file are judged as tickets are, nothing is learned from them, and undecided ones count as what
they count as in the clocks. A language model is asked only where the command says so, about a bounded number of texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import click

from slabot.cli import edge
from slabot.cli.edge import print_json, read_policy
from slabot.cli.evaluate_model import AskedAbout, ask_about_each
from slabot.domain import SlabotError
from slabot.judgement import Lexicon, find, judge, meaning, shipped
from slabot.reports.evaluation import (
    LEVELS,
    REPLIES,
    EstimatedShare,
    Figures,
    JudgedText,
    confusion,
    divided,
    reply_figures,
    severity_figures,
)
from slabot.reports.style import faint, one_line, strong

VERSION = 1


@click.command(epilog='Example: slabot evaluate labelled.jsonl; a line is {"subject": …, "text": …, "label": "high"}')
@click.argument("path", metavar="FILE.jsonl")
@click.option("-c", "--config", metavar="FILE", help="The policy file, for its own phrases.")
@click.option(
    "--model", "ask", is_flag=True, help="Ask the policy's language model as well; masked texts leave for it."
)
@click.option(
    "--most",
    default=200,
    show_default=True,
    type=click.IntRange(1),
    help="With --model: so many texts are asked about.",
)
@click.option("--wrong", is_flag=True, help="Name the texts that were judged otherwise.")
@click.option("--json", "as_json", is_flag=True, help="The machine form.")
def evaluate(path: str, config: str | None, ask: bool, most: int, wrong: bool, as_json: bool) -> None:
    """Measure the judgement of texts that people have labelled, by severity or by what a reply means.

    Each line of the file holds a text, its label (critical, high, medium, low; or auto_reply, thanks_only,
    closing_word, feedback, unclear), and if you like a subject, an id, a language and a trap, by which the figures are
    divided.
    """
    policy = None if config is None else read_policy(config)
    lexicon = shipped() if policy is None else policy.classify.reader.lexicon
    if ask and policy is None:
        raise click.UsageError("a language model is named by a policy: give -c FILE as well")
    lines = _lines(path)
    labels = {str(line["label"]) for _, line in lines}
    by_severity = labels <= set(LEVELS)
    if not by_severity and not labels <= set(REPLIES):
        odd = sorted(labels - set(LEVELS if labels & set(LEVELS) else REPLIES))
        raise SlabotError(
            f'{path}: the label "{odd[0]}" does not go with the others',
            f"use one of {', '.join(LEVELS)}; or, of replies, one of {', '.join(REPLIES)}",
        )
    rows = [_judged(number, line, lexicon, by_severity=by_severity) for number, line in lines]
    asked: AskedAbout | None = None
    if ask and policy is not None:
        if not by_severity:
            raise click.UsageError("a language model is asked about severities; these texts are labelled as replies")
        rows, asked = ask_about_each(policy, lines, rows, most=most)
    figures = severity_figures if by_severity else reply_figures
    if as_json:
        more = {} if asked is None else {"model": asked.as_json()}
        print_json(_json(rows, figures, by_severity=by_severity) | more)
        return
    click.echo("\n".join(_shown(rows, figures, by_severity=by_severity)))
    if asked is not None:
        click.echo(f"\n{asked.text()}")
    if wrong:
        for row in rows:
            if row.found != row.label:
                or_else = "" if row.or_else is None else f" or {row.or_else}"
                click.echo(f"{row.id}: {row.label}, judged {row.found or 'nothing'}{or_else}")


def _lines(path: str) -> list[tuple[int, dict[str, Any]]]:
    found: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(edge.read_text(path, largest=edge.TICKET_SIZE, what="file of texts").splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            raise SlabotError(f"{path}:{number}: this line is not JSON", "write one object a line") from None
        if not isinstance(value, dict) or not isinstance(value.get("text"), str) or "label" not in value:
            raise SlabotError(f"{path}:{number}: this line lacks a text or a label", 'write {"text": …, "label": …}')
        found.append((number, value))
    if not found:
        raise SlabotError(f"{path} holds no text", "write one object a line")
    return found


def _judged(number: int, line: dict[str, Any], lexicon: Lexicon, *, by_severity: bool) -> JudgedText:
    subject = str(line.get("subject") or "")
    name, trap = str(line.get("id") or number), str(line.get("trap") or "")
    findings = find(subject, [line["text"]], lexicon)
    language = str(line.get("language") or findings.languages[0])
    if not by_severity:
        return JudgedText(name, line["label"], meaning(line["text"], subject).reply.value, None, language, trap)
    found = judge(findings)
    level = None if found is None else found.level.value
    or_else = None if found is None or found.or_else is None else found.or_else.value
    return JudgedText(name, line["label"], level, or_else, language, trap)


def _shown(
    rows: Sequence[JudgedText], figures: Callable[[Sequence[JudgedText]], Figures], *, by_severity: bool
) -> list[str]:
    whole = figures(rows)
    found, alarm = (
        ("critical ones found", "false critical pages") if by_severity else ("automatic ones found", "feedback lost")
    )
    low, high = whole.macro_f1_interval
    lines = [
        f"{strong(str(whole.texts))} texts",
        f"{found:<22} {_share(whole.recall)}",
        f"{alarm:<22} {_share(whole.false_alarms)}",
        f"{'undecided':<22} {_share(whole.undecided)}",
        f"{'right, if decided':<22} {_share(whole.right)}",
        f"{'macro-F1, if decided':<22} {whole.macro_f1:.2f} ({low:.2f} to {high:.2f})",
        "",
        strong("labelled → judged"),
    ]
    lines.extend(
        f"  {one_line(label)} → {one_line(judged)}: {count}"
        for (label, judged), count in sorted(confusion(rows).items())
    )
    for title, by in (("by trap", lambda row: row.trap or "none"), ("by language", lambda row: row.language)):
        lines.append(f"\n{strong(title)}  {faint('texts, ' + found + ', ' + alarm + ', undecided, right')}")
        for name, part in divided(rows, by).items():
            some = figures(part)
            shares = (some.recall, some.false_alarms, some.undecided, some.right)
            lines.append(f"  {one_line(name):<20} {some.texts:>4}  " + "  ".join(f"{s.count}/{s.of}" for s in shares))
    return lines


def _share(share: EstimatedShare) -> str:
    low, high = share.interval
    value = "none" if share.value is None else f"{share.value:.0%} ({low:.0%} to {high:.0%})"
    return f"{share.count} of {share.of}: {value}"


def _json(
    rows: Sequence[JudgedText], figures: Callable[[Sequence[JudgedText]], Figures], *, by_severity: bool
) -> dict[str, Any]:
    return {
        "version": VERSION,
        "of": "severity" if by_severity else "replies",
        "all": _figures_json(figures(rows)),
        "confusion": [
            {"label": label, "judged": found, "texts": n} for (label, found), n in sorted(confusion(rows).items())
        ],
        "by_trap": {
            name: _figures_json(figures(part)) for name, part in divided(rows, lambda row: row.trap or "none").items()
        },
        "by_language": {
            name: _figures_json(figures(part)) for name, part in divided(rows, lambda row: row.language).items()
        },
        "texts": [{"id": row.id, "label": row.label, "judged": row.found, "or_else": row.or_else} for row in rows],
    }


def _figures_json(figures: Figures) -> dict[str, Any]:
    shares = {name: getattr(figures, name) for name in ("recall", "false_alarms", "undecided", "right")}
    return {
        "texts": figures.texts,
        **{
            name: {"count": share.count, "of": share.of, "share": share.value, "interval": list(share.interval)}
            for name, share in shares.items()
        },
        "macro_f1": figures.macro_f1,
        "macro_f1_interval": list(figures.macro_f1_interval),
    }
