"""What do the commands shown in the documentation print today?

Promise: a block that begins with ``$ slabot`` shows exactly what the command prints. This script writes it anew;
the test `tests/golden/test_doc_examples.py` compares.

    python tools/refresh_examples.py            rewrite README.md and docs/*.md
"""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

from click.testing import CliRunner

from slabot.cli import main

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(?:console|text)?\n(\$ slabot [^\n]*(?:\\\n[^\n]*)*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """Every page that may show a command."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def printed(command: str) -> str:
    """What a command prints, standard output and standard error together, run in the root of the checkout."""
    words = shlex.split(command.removeprefix("$ slabot ").replace("\\\n", " "))
    result = CliRunner().invoke(main, words, prog_name="slabot")
    return result.output.rstrip("\n") + "\n"


def refreshed(text: str) -> str:
    """The page with every shown output as it is today."""
    return BLOCK.sub(lambda match: f"```\n{match[1]}\n{printed(match[1])}```", text)


def shown(text: str) -> list[str]:
    """The commands that a page shows."""
    return [match[1] for match in BLOCK.finditer(text)]


if __name__ == "__main__":
    for page in pages():
        before = page.read_text(encoding="utf-8")
        after = refreshed(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(f"rewrote {page.relative_to(ROOT)}", file=sys.stderr)
