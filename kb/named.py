"""Named tuples for the modules that a short answer loads, which do without `typing`.

`typing` takes half as long to load as the interpreter takes to start, and its ``NamedTuple``
compiles the annotation of every field and a constructor for every class: the records of a
diagnosis would cost more than the diagnosis. This one keeps the names and the defaults alone.
Type checkers see the one of `typing`, and take any ``TYPE_CHECKING`` for true, so that these
modules need not import it either.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 (an export)
else:
    from collections import _tuplegetter

    class _Record(type):
        """Turns the annotations of a class into the fields of a tuple."""

        def __new__(cls, name, bases, body):
            fields = tuple(body.get("__annotations__", ()))
            body["_fields"] = body["__match_args__"] = fields
            body["_field_defaults"] = {field: body[field] for field in fields if field in body}
            body["__slots__"] = ()
            body.update((field, _tuplegetter(at, None)) for at, field in enumerate(fields))
            return super().__new__(cls, name, bases, body)

    class NamedTuple(tuple, metaclass=_Record):
        """A tuple whose fields have names; in use the same as `typing.NamedTuple`."""

        def __new__(cls, *values, **named):  # noqa: D102
            if named or len(values) != len(cls._fields):
                values = cls._whole(values, named)
            return tuple.__new__(cls, values)

        @classmethod
        def _whole(cls, values, named):
            """Return the values in the order of the fields, with defaults for what is not given."""
            first = dict(zip(cls._fields, values, strict=False))
            whole = {**cls._field_defaults, **first, **named}
            twice = first.keys() & named or len(first) < len(values)
            if twice or whole.keys() != set(cls._fields):
                message = f"{cls.__name__} takes {', '.join(cls._fields)}"
                raise TypeError(message)
            return [whole[field] for field in cls._fields]

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                message = f"{cls.__name__} takes {', '.join(cls._fields)}"
                raise TypeError(message)
            return made

        def _replace(self, **named):
            values = [
                named.pop(field, value) for field, value in zip(self._fields, self, strict=True)
            ]
            return type(self)(*values, **named)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self):
            return tuple(self)

        def __repr__(self):
            shown = ", ".join(f"{field}={value!r}" for field, value in self._asdict().items())
            return f"{type(self).__name__}({shown})"


__all__ = ["NamedTuple"]
