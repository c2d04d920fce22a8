"""Print a report in the form that was asked for."""

from __future__ import annotations

import click

from slabot.cli.edge import print_json
from slabot.cli.screen import mark_as_utf8
from slabot.reports.as_csv import csv_of
from slabot.reports.as_json import json_of
from slabot.reports.as_text import text_of
from slabot.reports.model import Report
from slabot.reports.question import Question


def print_report(made: Report, question: Question, form: str, config: str) -> None:
    """Print it to standard output.

    Args:
        made: the report.
        question: that it answers.
        form: ``json``, ``csv`` or ``html``; anything else is text.
        config: the policy file as it was named, for the commands that the report tells of.
    """
    match form:
        case "json":
            print_json(json_of(made, question))
        case "csv":
            mark_as_utf8()
            click.echo(csv_of(made, question), nl=False)
        case "html":
            from slabot.reports.as_html import html_of  # here: it draws, and loads what draws

            click.echo(html_of([made], question, title=made.title, config=config))
        case _:
            click.echo(text_of(made, question, config=config))
