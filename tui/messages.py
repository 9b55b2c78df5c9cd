"""What the workers of the main screen report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from diagnose.findings import Finding
    from diagnose.result import Diagnosis
    from diagnose.sessions.session import Session
    from kb.index import FindingRow
    from tui.engine import Progress


def mistake(where: str, error: BaseException | None) -> str:
    """Return the line on an error nobody foresaw, without what the input held."""
    return f"a mistake in diagnose itself ({where}: {type(error).__name__}); please report it"


class Concluded(Message):
    """A worker has a ranking; only its completion may be looked at beyond that."""

    def __init__(
        self, diagnosis: Diagnosis, found: list[Finding], session: Session, draft: str
    ) -> None:
        super().__init__()
        self.diagnosis = diagnosis
        self.found = found
        self.session = session
        self.draft = draft


class Completed(Message):
    """A worker has all that belongs to the ranking, or was told that nobody needs it any more."""

    def __init__(self, diagnosis: Diagnosis | None) -> None:
        super().__init__()
        self.diagnosis = diagnosis


class Failed(Message):
    """A worker could not do it; with a ``status`` nothing can go on, and that is how it ends."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__()
        self.reason = reason
        self.status = status


class Refused(Message):
    """There is no ranking of a session: something in it is not of this base."""

    def __init__(self, reason: str, session: Session) -> None:
        super().__init__()
        self.reason = reason
        self.session = session


class Unreadable(Message):
    """A log could not be read."""

    def __init__(self, reason: str, session: Session) -> None:
        super().__init__()
        self.reason = reason
        self.session = session


class Loaded(Message):
    """The list of symptoms was read from the base."""

    def __init__(self, symptoms: list[FindingRow]) -> None:
        super().__init__()
        self.symptoms = symptoms


class ReadOn(Message):
    """The reading of logs has come so far, or has ended."""

    def __init__(self, progress: Progress | None) -> None:
        super().__init__()
        self.progress = progress
