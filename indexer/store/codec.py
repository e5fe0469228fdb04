"""Frozen dataclasses to bytes and back: compact JSON in which a dataclass is a list of its fields' values.

The bytes begin with the field names of every class as they were when written, so that content outlives an added
field (it takes its default) or a moved one.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from indexer.memory import uncollected

T = TypeVar("T")
Decoder = Callable[[Any], Any] | None
"""Turns a JSON value into a field's value; None where JSON's own value is right already."""
_PLAIN = frozenset((type(None), str, int, float, bool))


def dump(value: Any) -> bytes:
    """A dataclass as compressed bytes; `load` gives it back equal."""
    return zlib.compress(f"[{names_in(value.__class__)},{dump_text(value)}]".encode(), 1)


def load(cls: type[T], data: bytes) -> T:
    """What `dump` wrote."""
    with uncollected():
        names, body = json.loads(zlib.decompress(data))
        return _decode(cls, body, json.dumps(names, separators=(",", ":")))


def dump_text(value: object) -> str:
    """A dataclass as JSON text without field names; they are kept once a document (`names_in`)."""
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"))


def load_text(cls: type[T], text: str, written: str) -> T:
    """What `dump_text` wrote when `names_in` was `written`."""
    return _decode(cls, json.loads(text), written)


def _decode(cls: type[T], body: Any, written: str) -> T:
    hint: Any = cls
    decode = _decoder(hint, written)
    assert decode is not None
    return typing.cast(T, decode(body))


@lru_cache(maxsize=16)
def names_in(cls: Any) -> str:
    """JSON of the field names of every dataclass that a class reaches, in order."""
    names = {c.__name__: field_names(c) for c in sorted(_classes(cls), key=lambda c: c.__name__)}
    return json.dumps(names, separators=(",", ":"))


@lru_cache(maxsize=128)
def field_names(cls: Any) -> tuple[str, ...]:
    """A dataclass's field names in order."""
    return tuple(field.name for field in dataclasses.fields(cls))


def encode(value: Any) -> Any:
    """A value as JSON can hold it: Decimal as text, enum as its value, dataclass as a list of its fields."""
    cls: Any = type(value)
    if cls in _PLAIN:
        return value
    if cls is tuple or cls is list:
        return [v if type(v) in _PLAIN else encode(v) for v in value]
    if cls is Decimal:
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (int, float, str)):  # subclasses, such as numpy's float
        return value
    if dataclasses.is_dataclass(value):
        return [v if type(v) in _PLAIN else encode(v) for v in _values(cls)(value)]
    raise TypeError(f"cannot store a {cls.__name__}")


@lru_cache(maxsize=128)
def _values(cls: Any) -> Callable[[Any], tuple[Any, ...]]:
    names = field_names(cls)
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)


def _classes(cls: Any) -> set[type]:
    """All dataclasses that a type reaches."""
    found: set[type] = set()
    waiting = [cls]
    while waiting:
        hint = waiting.pop()
        if dataclasses.is_dataclass(hint) and isinstance(hint, type) and hint not in found:
            found.add(hint)
            waiting += typing.get_type_hints(hint).values()
        else:
            waiting += typing.get_args(hint)
    return found


@lru_cache(maxsize=256)
def _decoder(hint: Any, written: str) -> Decoder:
    """The decoder for a type; `written` is `names_in` at writing."""
    if hint in (str, int, float, bool, type(None)):
        return None
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _optional(next(a for a in args if a is not type(None)), written)
    if origin is tuple:
        return _tuple(args, written)
    if hint is Decimal:
        return Decimal
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {member.value: member for member in hint}.__getitem__
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _dataclass(hint, written)
    raise TypeError(f"cannot store a {hint}")


def _optional(hint: Any, written: str) -> Decoder:
    inner = _decoder(hint, written)
    return None if inner is None else lambda v: None if v is None else inner(v)


def _tuple(args: tuple[Any, ...], written: str) -> Decoder:
    decoders = [_decoder(a, written) for a in args if a is not Ellipsis]
    if not any(decoders):
        return tuple
    if args[-1] is Ellipsis:
        one = decoders[0]
        assert one is not None
        return lambda v: tuple(map(one, v))
    return lambda v: tuple(x if d is None else d(x) for d, x in zip(decoders, v, strict=True))


def _dataclass(cls: type, written: str) -> Decoder:
    hints = typing.get_type_hints(cls)
    today = field_names(cls)
    order = json.loads(written).get(cls.__name__, today)
    special = tuple(_special(today, hints, written))
    if tuple(order) == today:

        def decode(values: list[Any]) -> Any:
            for index, inner in special:
                values[index] = inner(values[index])
            return cls(*values)

        return decode
    decoders = {today[index]: inner for index, inner in special}

    def decode_by_name(values: list[Any]) -> Any:
        known = {name: v for name, v in zip(order, values, strict=True) if name in hints}
        return cls(**{name: decoders[name](v) if name in decoders else v for name, v in known.items()})

    return decode_by_name


def _special(names: tuple[str, ...], hints: dict[str, Any], written: str) -> Iterator[tuple[int, Callable[[Any], Any]]]:
    for index, name in enumerate(names):
        inner = _decoder(hints[name], written)
        if inner is not None:
            yield index, inner
