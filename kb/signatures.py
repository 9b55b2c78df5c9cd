"""What matching reads of an index: signatures and the tables by which they are found."""

from __future__ import annotations

from kb.database import Database, listed, numbers
from kb.rows import SignatureRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any


class Signatures(Database):
    """Reader of the signatures of an index."""

    @property
    def exhaustive(self) -> bool:
        """Whether texts are searched for every n-gram, or by `kb.search`."""
        return bool(self.meta["search"] == "exhaustive")

    @property
    def signature_count(self) -> int:
        """Number of signatures."""
        return int(self.meta["signatures"])

    def traits(self, name: str, of: Iterable[str] | None = None) -> dict[str, str]:
        """Return signature -> what only some have: ``near``, ``versions`` or ``marks``.

        Args:
            name: one of these.
            of: only of these signatures; None = of all.
        """
        query = "SELECT signature, value FROM trait WHERE name = "
        if of is None:
            return dict(self._db.execute(f"{query} ? ORDER BY signature", (name,)))
        return dict(self._asked(f"{query} '{name}' AND signature IN ({{}})", sorted(of)))

    def signatures(self, wanted: Iterable[int] | None = None) -> Iterator[SignatureRow]:
        """Yield signatures by number, or all of them."""
        query = "SELECT id, text, normal, constant, template, must, near, exception, versions, marks, number FROM signature"
        if wanted is None:
            rows: Iterable[Any] = self._db.execute(f"{query} ORDER BY number")
        else:
            rows = (
                row
                for number in wanted
                for row in self._db.execute(f"{query} WHERE number = ?", (number,))
            )
        for row in rows:
            yield SignatureRow._make((*row[:5], listed(row[5]), listed(row[6]), *row[7:]))

    def runs(self, *, ordinary: bool) -> list[bytes]:
        """Return the longest run of every signature, in lower case and each once, in order.

        Args:
            ordinary: of those that say nothing more once they were seen, instead of the others.
        """
        return self._listed_numbers("ordinary" if ordinary else "runs").splitlines()

    def sizes(self) -> Sequence[int]:
        """Return the number of different n-grams of each signature, by its number."""
        return numbers(self._listed_numbers("grams"))

    def grams(self, grams: Sequence[str]) -> dict[str, Sequence[int]]:
        """Return n-gram -> numbers of the signatures that contain it, where there are any."""
        query = "SELECT gram, postings FROM gram WHERE gram IN ({})"
        return {gram: numbers(data) for gram, data in self._asked(query, grams)}

    def held(self, grams: Sequence[str]) -> dict[str, int]:
        """Return n-gram -> number of signatures that contain it, where there are any."""
        return dict(self._asked("SELECT gram, held FROM gram WHERE gram IN ({})", grams))

    def norms(self) -> Sequence[float]:
        """Return the norm of each signature for `kb.search`, by its number."""
        return memoryview(self._listed_numbers("norms")).cast("f")

    def constants(self, wanted: Sequence[int]) -> list[tuple[int, str]]:
        """Return (number, normal form of what does not vary) of signatures."""
        query = "SELECT number, constant FROM signature WHERE number IN ({})"
        return list(self._asked(query, wanted))

    def marked(self, words: Iterable[str]) -> set[int]:
        """Return the numbers of the signatures that have one of these words or pairs as mark."""
        query = "SELECT numbers FROM mark WHERE words IN ({})"
        found = self._asked(query, sorted(words))
        return {number for (stored,) in found for number in numbers(stored)}
