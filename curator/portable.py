"""Records that go from process to process by the thousand: pickled by their fields alone, in half the time that dataclasses take."""

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

_Record = TypeVar("_Record")


def portable(cls: type[_Record]) -> type[_Record]:
    """The same class, a slotted dataclass of two fields or more. What is pickled fits the same version of the class only."""
    names = tuple(field.name for field in fields(cls))  # type: ignore[arg-type]  # it is a dataclass
    puts: tuple[Callable[[Any, Any], None], ...] = tuple(cls.__dict__[name].__set__ for name in names)

    values_of = attrgetter(*names)

    def taken(self: _Record) -> object:
        return values_of(self)

    def put_back(self: _Record, values: tuple[Any, ...]) -> None:
        for put, value in zip(puts, values, strict=True):
            put(self, value)

    cls.__getstate__ = taken  # type: ignore[method-assign, assignment]
    cls.__setstate__ = put_back  # type: ignore[attr-defined]
    return cls
