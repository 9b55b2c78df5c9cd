"""What the model refuses, as problems with file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError

    from kb.yamlfile import Location


def problems(
    error: ValidationError, path: str, lines: dict[Location, int], at: Location, what: str
) -> Iterator[Problem]:
    """Yield what is wrong with the data that stand in a file.

    Args:
        error: what pydantic says of them.
        path: the file.
        lines: the line of every value in it.
        at: where the data stand in it.
        what: their name, for messages.
    """
    for item in error.errors(include_url=False):
        place = (*at, *item["loc"])
        line = next((lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines), 0)
        name = ".".join(str(part) for part in item["loc"]) or what
        hint = "; put it in quotes" if _unquoted(item["type"], item["input"]) else ""
        yield Problem(path, line, f"{what}: {name}: {item['msg']}{hint}")


def _unquoted(error: str, value: object) -> bool:
    """Say whether a text was refused because YAML read it as a number, true or false."""
    return error == "string_type" and isinstance(value, int)
