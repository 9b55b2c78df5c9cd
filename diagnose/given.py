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
    """Logs elsewhere: URLs of `diagnose.reading.places`."""
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

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to diagnose; a version or times alone are not enough."""
        logs = self.logs or self.urls or self.stdin
        said = self.symptoms or self.no_symptoms or self.unknown_symptoms or self.facts
        return not (self.errors or logs or said)
