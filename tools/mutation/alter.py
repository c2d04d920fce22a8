"""Where in a module can something be altered, and what is the module with one of these changes?

Promise: a change leaves every position in the file as it was, so that a traceback points to the line that people see.

Words are not altered (strings, docstrings, f-strings), nor what only tools read (annotations, decorators,
`__slots__`, `__repr__`) or what only says what must be so (assert).
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tools.mutation.change import Change
from tools.mutation.operators import variants

_SKIPPED_FIELDS = {"annotation", "returns", "decorator_list", "type_params", "bases"}


@dataclass(frozen=True, slots=True)
class _Site:
    """A node that may be replaced, and where it hangs."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    scope: str | None
    statement: ast.stmt

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def changes_of(source: str, file: str) -> list[Change]:
    """Every change of a module."""
    lines = source.splitlines()
    seen: Counter[tuple[str, str]] = Counter()
    again: Counter[tuple[int, str]] = Counter()
    found = []
    for number, (site, other) in enumerate(_alterations(ast.parse(source))):
        # Slices and comprehensions have no position of their own.
        line = int(getattr(site.node, "lineno", 0) or getattr(site.parent, "lineno", site.statement.lineno))
        last = line if isinstance(site.node, ast.stmt) else int(getattr(site.node, "end_lineno", 0) or line)
        text, change = lines[line - 1].strip(), _words(site, other)
        again[line, change] += 1
        if again[line, change] > 1:
            change += f" ({again[line, change]})"  # the same words twice on one line
        found.append(
            Change(
                file=file,
                number=number,
                line=line,
                text=text,
                change=change,
                place=seen[text, change],
                scope=site.scope,
                lines=(site.statement.lineno, last),
            )
        )
        seen[text, change] += 1
    return found


def altered(source: str, number: int) -> ast.Module:
    """The module with the one change of that number."""
    tree = ast.parse(source)
    for place, (site, other) in enumerate(_alterations(tree)):
        if place == number:
            ast.copy_location(other, site.node)
            site.put(other)
            return ast.fix_missing_locations(tree)
    raise IndexError(number)


def nudged(value: object, step: int) -> object:
    """A value moved by its smallest step: one, one second, one day; of a tuple the last member is moved."""
    match value:
        case int():
            return value + step
        case timedelta():
            return value + timedelta(seconds=step)
        case datetime():
            return value + timedelta(seconds=step)
        case date():
            return value + timedelta(days=step)
        case tuple():
            return (*value[:-1], nudged(value[-1], step))
        case _:
            raise TypeError(f"{value!r} has no smallest step")


def _alterations(tree: ast.Module) -> Iterator[tuple[_Site, ast.AST]]:
    for site in list(_sites(tree, None, None)):
        for other in variants(site.node):
            yield site, other


def _sites(parent: ast.AST, scope: str | None, statement: ast.stmt | None, path: str = "") -> Iterator[_Site]:
    for field, value in ast.iter_fields(parent):
        if field in _SKIPPED_FIELDS:
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _is_skipped(node):
                continue
            inner_scope, inner_path = scope, path
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                inner_path = f"{path}.{node.name}".lstrip(".")
            if isinstance(parent, ast.FunctionDef) and field == "body" and scope is None:
                inner_scope = path
            inner = node if isinstance(node, ast.stmt) else statement
            if inner is not None:
                yield _Site(node, parent, field, index, inner_scope, inner)
            if not _is_number(node):
                yield from _sites(node, inner_scope, inner, inner_path)


def _is_skipped(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.Assert() | ast.FunctionDef(name="__repr__"):
            return True
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return True
        case ast.Assign(targets=[ast.Name(id="__slots__" | "__all__")]):
            return True
        case _:
            return False


def _is_number(node: ast.AST) -> bool:
    """A negative number is one thing, not a sign and a number."""
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)


def _words(site: _Site, other: ast.AST) -> str:
    """Before and after; of a constant the expression around it, so that one of several is told apart."""
    if isinstance(site.node, ast.If | ast.While):
        assert isinstance(other, ast.If | ast.While)
        return f"{_short(site.node.test)} → {_short(other.test)}"
    if not isinstance(site.node, ast.Constant | ast.UnaryOp | ast.Name) or isinstance(site.parent, ast.stmt):
        return f"{_short(site.node)} → {_short(other)}"
    before = _short(site.parent)
    site.put(other)
    after = _short(site.parent)
    site.put(site.node)
    return f"{before} → {after}"


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split()).replace("__nudged__", "moved")
