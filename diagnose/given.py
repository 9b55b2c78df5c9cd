"""What a user gives, before anything is read or looked up: every front end fills this in."""

from __future__ import annotations

from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


class Given(NamedTuple):
    """Everything a user can give, as given."""

    errors: tuple[str, ...] = ()
    logs: tuple[Path, ...] = ()
    urls: tuple[str, ...] = ()
    """Logs elsewhere: URLs of `diagnose.fleet.places`."""
    stdin: bool = False
    symptoms: tuple[str, ...] = ()
    """Ids, or descriptions in plain words."""
    no_symptoms: tuple[str, ...] = ()
    unknown_symptoms: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    version: str = ""
    since: float | None = None
    until: float | None = None
    project: Path | None = None
    """The project file with what is known and is not to be told again."""
