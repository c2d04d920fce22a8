"""In which small ways can one expression be wrong?

Promise: each answer is the expression with one thing altered, as somebody could have written it by mistake: a
comparison off by one, a limit off by one, the sooner taken for the later.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

NUDGED = "__nudged__"  # a builtin of altered modules: a value moved by its smallest step (`alter.nudged`)

# Of each comparison its neighbours and its negation.
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
# The step that no neighbour takes: "at most N" to "at most N + 1", "less than N" to "less than N - 1".
STEPS: dict[type[ast.cmpop], int] = {ast.LtE: 1, ast.Gt: 1, ast.Lt: -1, ast.GtE: -1}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "reversed": "list"}
TENTH = 0.1  # by which shares are altered


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """What might stand in the place of a node."""
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(value=float(value)):
            yield ast.Constant(round(value + TENTH, 6))
            yield ast.Constant(round(value - TENTH, 6))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            yield ast.Constant(1 - value)
            yield ast.Constant(-value - 1)
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield operand
        case ast.BinOp() | ast.AugAssign():
            yield from _arithmetic(node)
        case ast.BoolOp():
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.Call(func=ast.Name(id="timedelta"), args=[], keywords=[]):
            yield _nudged(node, 1)
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            keywords = [] if CALLS[name] == "list" else node.keywords
            yield _with(node, func=ast.Name(CALLS[name], ast.Load()), keywords=keywords)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="sort"))):
            yield ast.Pass()
        case ast.Name(id="NOTHING", ctx=ast.Load()):
            yield _nudged(node, 1)
        case ast.Slice():
            yield from _slices(node)
        case ast.If() | ast.While() | ast.IfExp():
            if _is_bare(node.test):
                yield _with(node, test=_negated(node.test))
        case ast.comprehension():
            for place, condition in enumerate(node.ifs):
                if _is_bare(condition):
                    yield _with(node, ifs=[*node.ifs[:place], _negated(condition), *node.ifs[place + 1 :]])
        case _:
            pass


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for place, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
        said = isinstance(right, ast.Constant | ast.JoinedStr) and not isinstance(getattr(right, "value", None), int)
        for other in COMPARISONS[type(op)]:
            if said and other not in (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn):
                continue  # words are the same or not, never less
            yield _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])
        left = node.left if place == 0 else node.comparators[place - 1]
        if type(op) in STEPS and not isinstance(right, ast.Constant) and not isinstance(left, ast.Constant):
            moved = _nudged(right, STEPS[type(op)])
            yield _with(node, comparators=[*node.comparators[:place], moved, *node.comparators[place + 1 :]])


def _arithmetic(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    sides = [node.value] if isinstance(node, ast.AugAssign) else [node.left, node.right]
    if any(isinstance(side, ast.JoinedStr) or isinstance(getattr(side, "value", None), str) for side in sides):
        return  # words joined to words
    if type(node.op) in ARITHMETIC:
        yield _with(node, op=ARITHMETIC[type(node.op)]())
    if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Name) and node.right.id == "SECOND":
        yield node.left


def _slices(node: ast.Slice) -> Iterator[ast.AST]:
    for field in ("lower", "upper"):
        bound = getattr(node, field)
        if bound is not None and not isinstance(bound, ast.Constant | ast.UnaryOp):
            for op in (ast.Add(), ast.Sub()):
                yield _with(node, **{field: ast.BinOp(bound, op, ast.Constant(1))})


def _is_bare(test: ast.expr) -> bool:
    """True where nothing in the condition itself is altered otherwise."""
    return isinstance(test, ast.Name | ast.Attribute | ast.Call | ast.NamedExpr | ast.BinOp | ast.Subscript)


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _nudged(value: ast.expr, step: int) -> ast.expr:
    return ast.Call(ast.Name(NUDGED, ast.Load()), [value, ast.Constant(step)], [])


def _with(node: Node, **fields: object) -> Node:
    copy = deepcopy(node)
    for name, value in fields.items():
        setattr(copy, name, value)
    return copy
