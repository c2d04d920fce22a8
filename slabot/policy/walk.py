"""Go through the values of a file together with what the models say may stand there.

Promise: works on a file that is wrong, and is read off the models themselves: a setting that is added is walked too.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from slabot.policy.paths import Path
from slabot.policy.shape import further


class SchemaMark(Enum):
    """What a type of the schema says about its values beyond their form; stands in `Annotated`."""

    ONE_TEXT = auto()
    """A list for Python, one text in the file: ``mon-fri``."""
    PROSE = auto()
    """Sentences and titles that people read."""
    TEMPLATE = auto()
    """A message to a customer, with placeholders."""
    TERM = auto()
    """Words that are looked for in a text."""
    PRIORITY = auto()
    """A name among the helpdesk's own priorities."""
    NEW_NAME = auto()
    """The keys are names that the author chooses and that other settings refer to."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A text, number or flag of the file, and what it should be.

    Attributes:
        is_list: a list of texts or numbers should stand here and something else does.
        is_number: it, or each entry of the list, should be a number.
        is_key: `value` is the key at the path.
    """

    path: Path
    value: Any
    marks: frozenset[SchemaMark] = frozenset()
    is_list: bool = False
    is_number: bool = False
    is_key: bool = False


def spots(model: type[BaseModel], value: Any) -> Iterator[Spot]:
    """Everything of a file that has a place in the schema, in the order of the models."""
    yield from _walk(_shape_of(model), value, ())


def marks_at(model: type[BaseModel], path: Path) -> frozenset[SchemaMark]:
    """What the schema says about the values at a path; nothing where it has none."""
    shape = _shape_of(model)
    for step in path:
        if isinstance(step, int) or (shape.items is not None and not shape.models and not shape.mapping):
            shape = shape.items or _Shape()
        if isinstance(step, str):
            fields = [_fields(model) for model in shape.models]
            known = next((below[step] for below in fields if step in below), None)
            shape = known or (shape.mapping[1] if shape.mapping else _below_others(shape.models))
    return shape.marks


@dataclass(frozen=True, slots=True)
class _Shape:
    """What one annotation allows: any of these."""

    marks: frozenset[SchemaMark] = frozenset()
    models: tuple[type[BaseModel], ...] = ()
    mapping: Any = None  # annotations of the keys and of the values
    items: Any = None
    number: bool = False


@cache
def _fields(model: type[BaseModel]) -> dict[str, _Shape]:
    return {
        field.alias or name: _shape_of(field.annotation, _marks(field.metadata))
        for name, field in model.model_fields.items()
    }


@cache
def _below_others(models: tuple[type[BaseModel], ...]) -> _Shape:
    """What may stand under keys that these models do not name."""
    annotation = next((each for each in map(further, models) if each is not None), None)
    return _Shape() if annotation is None else _shape_of(annotation)


@cache
def _kinds(model: type[BaseModel]) -> tuple[Any, ...]:
    field = model.model_fields.get("kind")
    return get_args(field.annotation) if field is not None and get_origin(field.annotation) is Literal else ()


def _marks(metadata: Any) -> frozenset[SchemaMark]:
    return frozenset(item for item in metadata if isinstance(item, SchemaMark))


def _shape_of(annotation: Any, marks: frozenset[SchemaMark] = frozenset()) -> _Shape:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape_of(arguments[0], marks | _marks(arguments[1:]))
    if origin in (Union, types.UnionType):
        either = [_shape_of(argument, marks) for argument in arguments]
        return _Shape(
            frozenset().union(*(shape.marks for shape in either)),
            tuple(model for shape in either for model in shape.models),
            next((shape.mapping for shape in either if shape.mapping), None),
            next((shape.items for shape in either if shape.items), None),
            any(shape.number for shape in either),
        )
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _Shape(marks, (annotation,))
    if origin is dict:
        return _Shape(marks, mapping=(_shape_of(arguments[0]), _shape_of(arguments[1])))
    if origin is tuple and arguments[-1] is Ellipsis and SchemaMark.ONE_TEXT not in marks:
        return _Shape(marks, items=_shape_of(arguments[0], marks))
    return _Shape(marks, number=annotation in (int, float))


def _walk(shape: _Shape, value: Any, path: Path) -> Iterator[Spot]:
    if isinstance(value, dict):
        yield from _walk_mapping(shape, value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(shape.items or _Shape(shape.marks), item, (*path, index))
    else:
        entry = shape.items or shape
        is_list = shape.items is not None and not entry.models and not entry.mapping
        yield Spot(path, value, shape.marks | entry.marks, is_list=is_list, is_number=entry.number)


def _walk_mapping(shape: _Shape, value: dict[str, Any], path: Path) -> Iterator[Spot]:
    if not shape.models and not shape.mapping and shape.items is not None:  # one entry of a list, without brackets
        shape = shape.items
    chosen = tuple(model for model in shape.models if value.get("kind") in _kinds(model)) or shape.models
    known = {key: below for model in reversed(chosen) for key, below in _fields(model).items()}
    keys, below = shape.mapping or (_Shape(), _below_others(chosen))
    for key, item in value.items():
        yield Spot((*path, key), key, keys.marks | (shape.marks & {SchemaMark.NEW_NAME}), is_key=True)
        yield from _walk(known.get(key, below), item, (*path, key))
