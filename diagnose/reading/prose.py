"""Prose: the lines of an input that a person wrote, told apart from what programs printed.

A report mixes both: sentences, fenced code, pasted logs, forms to fill in. Only the sentences
describe; the rest is searched for signatures. Programs print sentences too, without a head between
the records of their logs: so what stands between two log records, with no empty line or fence, is
part of the log.
"""

from __future__ import annotations

from kb.named import NamedTuple
from kb.pattern import lazy
from kb.text import normalise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from diagnose.matching.stages import Hit
    from diagnose.reading.records import Record

MOST_LINES = 400
"""So many lines of plain words are read as a description; more is a document, not a report."""

HEADERS_A_WORD = 4
MOST_BANNER = 60
"""Programs print plain words too, banners and hints: beside a log, so many records ask for one
word of description more, up to so many words, before they are taken for a person's."""

LONGEST = 4000
"""A longer line is no sentence."""

QUOTED = 0.6
"""A line of which a signature is so large a share only quotes it."""

REMARK = 6
"""So many words make a line below a log record a remark of a person."""

_FORM = lazy(r"\s*[-*]\s*\[[ xX]\]\s|\s*<!--")
_NOISE = lazy(r"https?://\S+|<!--.*?-->|!\[[^\]]*\]\([^)]*\)|^\s*(?:#{1,6}|>+)\s+|[*_]{2,}")
_MARKS = ("-", "*", "<", "#", ">")
_NOISY = ("://", "<!--", "![", "**", "__", "*_", "_*")
"""How lines begin, and what stands in them, for which the two expressions above are needed."""

_HEADING = lazy(r"\s*(?:#{1,6}\s.*|(?:\*\*|__)[^*_]+(?:\*\*|__):?\s*|[^.!?]{1,60}:\s*)$")
"""A heading of a report: marked as one, or a short line that ends with a colon."""

_SAID_IN_FORMS = (
    "a actual additional and any are background behavior behaviour browser browsers bug check"
    " checklist code configuration context current currently data demo describe description details"
    " diagnostics did do environment error errors evidence example examples expectation expected"
    " feature file files first for further happen happened happening happens how in info"
    " information is issue it key log logs long mre my observe observed of or other our output"
    " overview possible problem proposal proposed questions related reproduce reproducible"
    " reproducing reproduction request result root screenshots see seen setup situation stack steps"
    " summary system text the this to trace traceback use version versions was we what why with you"
    " your"
)
_FORM_WORDS = frozenset(_SAID_IN_FORMS.split())
"""The words of the headings in the forms that issue trackers ask people to fill in."""

_PROGRAM = lazy(
    r"\s*(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\b[ :|]"
    r"|[\s+|]*(?:(?:Exception Group )?Traceback \(most recent|During handling of the above exception"
    r"|The above exception was the direct cause)"
    r"|\s*(?:[\w.]+\.)?\w*(?:Error|Exception|Warning|Exit|Group)\b(?:[:(]|$)"
    r"|\s*File \"|\s*at \S+\(|\s*[$#>] |\s*(?:from \S+ )?import \S+|\s*@\w+|\s*(?:def|class|return)\s"
    r"|\s*[\w/ ]{2,24}:(?: {2,}|\t)\S"
)


_QUOTED_ID = lazy(r"['\"][0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}['\"]")
"""Programs quote the ids that they print; people paste them bare, or name the run."""


class Passage(NamedTuple):
    """One line that a person wrote."""

    text: str
    fenced: bool
    """It stands in a fence: then it only counts where nothing else was written."""
    begins: bool = False
    """It does not go on with the line before: a heading or another source lies between."""
    told: bool = False
    """It was given as words, and no log takes it for its own."""


class Prose:
    """Collects the lines of one source that a person wrote."""

    def __init__(self, stop: frozenset[str], products: Collection[str]) -> None:
        self._stop = stop
        self._products = {name.lower() for name in products}
        self._in_fence = False
        self._begins = True
        self._kept: list[Passage] = []
        self._held: list[Passage] = []
        """What stands right below a log record, and above another one for all that is known."""
        self._last = 0
        """Number of the last line of the last log record."""

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What a person wrote."""
        return (*self._kept, *self._held)[:MOST_LINES]

    def between(self, first: int, last: int) -> None:
        """Take note of the lines of the next log record; `add` takes what they say."""
        self.above(first)
        self._keep()
        self._last = last

    def above(self, line: int) -> None:
        """Take note that a log record begins with a line."""
        if line == self._last + 1 and self._held:
            self._held.clear()
            self._begins = True

    def add(self, record: Record, hits: Sequence[Hit]) -> bool:
        """Keep what is prose in a record, and say whether any of it matters here.

        A line that only quotes a signature says nothing more; a fence changes what follows.
        """
        if len(self._kept) >= MOST_LINES:
            return False
        fenced = self._in_fence
        quoted = [f" {normalise(hit.text)} " for hit in hits if hit.share >= QUOTED]
        if not record.header:
            self._keep()
        self._held += self._candidates(record, quoted)
        matters = bool(self._held) or fenced != self._in_fence
        if not record.header:
            self._keep()
        return matters

    def _keep(self) -> None:
        self._kept = [*self.passages]
        self._held.clear()

    def _candidates(self, record: Record, quoted: Sequence[str]) -> Iterator[Passage]:
        """Yield the lines of a record that read like sentences; of a log record only remarks."""
        traced = any("Traceback (most recent" in line.text for line in record.lines)
        for number, line in enumerate(record.lines):
            start = line.text.lstrip()[:3]
            if start in ("```", "~~~"):
                self._in_fence = not self._in_fence
                continue
            indented = line.text[:1].isspace()
            if (traced and indented) or (record.header and (number == 0 or traced or indented)):
                continue
            if len(line.text) > LONGEST or (start[:1] in _MARKS and _FORM.match(line.text)):
                continue
            noisy = start[:1] in _MARKS or any(mark in line.text for mark in _NOISY)
            text = (_NOISE.sub(" ", line.text) if noisy else line.text).strip()
            if any(f" {normalise(text)} " in quote for quote in quoted):
                continue
            if _HEADING.match(line.text):
                self._begins = True
                if is_form(text, self._products):
                    continue
            if is_prose(text, self._stop) and (not record.header or len(text.split()) >= REMARK):
                yield Passage(text, self._in_fence, self._begins)
                self._begins = start[:1] == "#"


def told(passages: tuple[Passage, ...], headers: int) -> tuple[Passage, ...]:
    """Return the lines of a text that was typed or pasted, as told where they are a description.

    Args:
        passages: its lines.
        headers: number of log records in it: a log can be pasted too.
    """
    if not _describe(passages, headers):
        return passages
    return tuple(passage._replace(told=True) for passage in passages)


def description(passages: Sequence[Passage], headers: int) -> str:
    """Return the description: what was told, and what stands in logs unless it is too little there.

    Args:
        passages: the lines of all sources, in order.
        headers: number of log records that were read.
    """
    lines = [passage for passage in passages if not passage.fenced] or passages
    in_logs = [passage for passage in lines if not passage.told]
    if not _describe(in_logs, headers):
        lines = [passage for passage in lines if passage.told]
    return _paragraphs(lines)


def _describe(passages: Sequence[Passage], headers: int) -> bool:
    """Say whether lines hold words enough to describe something beside so many log records."""
    words = sum(len(passage.text.split()) for passage in passages)
    return words >= min(MOST_BANNER, headers / HEADERS_A_WORD)


def _paragraphs(lines: Sequence[Passage]) -> str:
    """Join lines that were wrapped in mid-sentence."""
    joined = ""
    for text, _, begins, _ in lines:
        starts = begins or text[:1] in "-*\u2022"
        ended = joined[-1:] in ".!?:;"
        joined += text if not joined else ("\n" if starts or ended else " ") + text
    return joined


def is_form(text: str, products: Collection[str] = ()) -> bool:
    """Say whether a heading belongs to a form that was filled in and says nothing itself.

    Forms ask for versions and settings by the names of the products.
    """
    words = [word.strip("*_:()[]`.,'\"").lower() for word in text.split()]
    return all(word in _FORM_WORDS or word in products for word in words)


def is_prose(text: str, stop: frozenset[str]) -> bool:
    """Say whether a line reads like a sentence of a person rather than output of a program."""
    words = text.split()
    if not words or _PROGRAM.match(text) or (text.lstrip()[:1] in "{[<|=+*/\\" and len(words) < 4):
        return False
    plain = [word.strip(".,;:!?()'\"`").lower() for word in words]
    letters = sum(word.replace("'", "").replace("-", "").isalpha() for word in plain)
    if letters < 0.6 * len(words) or (text.count("-") >= 4 and _QUOTED_ID.search(text)):
        return False
    if len(words) <= 3:
        return "=" not in text
    return any(word in stop for word in plain) or letters >= 0.8 * len(words)
