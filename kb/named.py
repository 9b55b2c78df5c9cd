"""Named tuples and ``TYPE_CHECKING`` for the modules that a one-shot command loads.

Importing `typing` costs half as much as starting the interpreter, and its ``NamedTuple`` compiles
the annotation of every field: the records of one diagnosis would cost more than the diagnosis.
This one keeps only the names and the defaults; type checkers see the one of `typing`.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 (an export)
else:
    from collections import _tuplegetter

    class _Named(type):
        """Turns the annotations of a class into the fields of a tuple."""

        def __new__(cls, name, bases, body):
            fields = tuple(body.get("__annotations__", ()))
            body["_fields"] = body["__match_args__"] = fields
            body["_field_defaults"] = {field: body[field] for field in fields if field in body}
            body.update((field, _tuplegetter(at, "")) for at, field in enumerate(fields))
            body["__slots__"] = ()
            return super().__new__(cls, name, bases, body)

    class NamedTuple(tuple, metaclass=_Named):
        """A tuple whose fields have names; the same as `typing.NamedTuple` in use."""

        def __new__(cls, *values, **named):  # noqa: D102
            if named or len(values) != len(cls._fields):
                values = cls._whole(values, named)
            return tuple.__new__(cls, values)

        @classmethod
        def _whole(cls, values, named):
            """Return the values in order of the fields, with the defaults of those not given."""
            known = dict(zip(cls._fields, values, strict=False))
            given = {**cls._field_defaults, **known, **named}
            if len(values) > len(known) or known.keys() & named or given.keys() ^ cls._fields:
                message = f"{cls.__name__} takes {', '.join(cls._fields)}"
                raise TypeError(message)
            return [given[field] for field in cls._fields]

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                message = f"{cls.__name__} takes {', '.join(cls._fields)}"
                raise TypeError(message)
            return made

        def _replace(self, **named):
            values = [named.pop(f, value) for f, value in zip(self._fields, self, strict=True)]
            return type(self)(*values, **named)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self):
            return tuple(self)

        def __repr__(self):
            shown = ", ".join(f"{f}={value!r}" for f, value in self._asdict().items())
            return f"{type(self).__name__}({shown})"
