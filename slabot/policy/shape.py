"""Which settings does the file have, and where do they stand?

Promise: read off the models themselves, so the list is complete by construction; the messages about unknown keys and
the test of the documentation both use it.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from slabot.policy.paths import Path, value_at

NAME = "NAME"  # stands for a name that the file's author chooses


@dataclass(frozen=True, slots=True)
class Setting:
    """One key that the file may have.

    Attributes:
        path: ``calendars.NAME.open``; the entries of a list have no step of their own: ``escalate.rungs.at``.
        required: the part that it belongs to is wrong without it.
    """

    path: str
    required: bool


@cache
def settings(model: type[BaseModel]) -> tuple[Setting, ...]:
    """All settings of a model and the parts in it, in its order; a part that can stand in two places is walked once."""
    found: dict[str, Setting] = {}
    for setting in _walk(model, "", set()):
        found.setdefault(setting.path, setting)
    return tuple(found.values())


def keys_at(model: type[BaseModel], path: Path, value: Any) -> tuple[str, ...]:
    """The keys that may stand at a path of a file with this value; empty where names are free or unknown."""
    annotation: Any = model
    for step in path:
        annotation = _below(annotation, step, value)
        value = value_at(value, (step,))
    return tuple(key for part in _models(annotation, value) for key in _fields(part))


def _walk(model: type[BaseModel], prefix: str, seen: set[type[BaseModel]]) -> Iterator[Setting]:
    seen.add(model)
    for key, field in _fields(model).items():
        path = prefix + key
        yield Setting(path, field.is_required())
        for part, named in _parts(field.annotation):
            if not _was_seen(part, seen):
                yield from _walk(part, f"{path}.{NAME}." if named else f"{path}.", seen)


def _was_seen(part: type[BaseModel], seen: set[type[BaseModel]]) -> bool:
    """True if it, or what it is but for its checks, was walked already."""
    return any(base in seen and base.model_fields.keys() == part.model_fields.keys() for base in _bases(part))


def _bases(part: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield from (base for base in part.__mro__ if issubclass(base, BaseModel) and base is not BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def further(model: type[BaseModel]) -> Any:
    """The annotation of the values under keys that the model does not name; None where it allows none."""
    found = get_type_hints(model).get("__pydantic_extra__") if model.model_config.get("extra") == "allow" else None
    return None if found is None else get_args(found)[1]


def _parts(annotation: Any, *, named: bool = False) -> Iterator[tuple[type[BaseModel], bool]]:
    """The models in an annotation, and whether they stand under names of the author's choice."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, named
        return
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        arguments = arguments[:1]
    named = named or get_origin(annotation) is dict
    for argument in arguments:
        yield from _parts(argument, named=named)


def _below(annotation: Any, step: str | int, value: Any) -> Any:
    """The annotation one step further down."""
    for kind in _alternatives(annotation):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind in _models(annotation, value):
                if field := _fields(kind).get(str(step)):
                    return field.annotation
                if (more := further(kind)) is not None:
                    return more
        elif get_origin(kind) is dict and isinstance(step, str):
            return get_args(kind)[1]
        elif get_origin(kind) in (tuple, list) and isinstance(step, int):
            return get_args(kind)[0]
    return None


def _models(annotation: Any, value: Any) -> list[type[BaseModel]]:
    """The models that a value of this annotation may be; where ``kind`` decides, the one that it names."""
    models = [kind for kind in _alternatives(annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return [model for model in models if value_at(value, ("kind",)) in _kinds(model)] or models


def _kinds(model: type[BaseModel]) -> tuple[Any, ...]:
    field = model.model_fields.get("kind")
    return get_args(field.annotation) if field is not None and get_origin(field.annotation) is Literal else ()


def _alternatives(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for argument in get_args(annotation):
            yield from _alternatives(argument)
    else:
        yield annotation
