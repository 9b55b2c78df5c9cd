"""Plain text for a terminal: harmless characters, widths, wrapping that never breaks a command."""

from __future__ import annotations

from kb.pattern import lazy
from kb.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ELLIPSIS = "\u2026"

_UNSAFE = lazy("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HOLD = "\x00"  # stands for a space at which no line ends; `one_line` leaves no other
_ASCII = str.maketrans(
    {
        "\u25cf": "*", "\u25b2": "!", "\u25a0": "-", ELLIPSIS: "...", "\u00b7": "-", "\u2013": "-",
        "\u2014": "-", "\u2192": "->", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
        "\u2265": ">=", "\u2264": "<=", "\u00d7": "x", "\u00a0": " ",
    }
)  # fmt: skip
_STYLES = {
    "bold": "1",
    "dim": "2",
    "critical": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "reads": "32",
    "changes": "1;35",
}


def one_line(text: str) -> str:
    """Return the text on one line, without anything that could act on a screen."""
    return " ".join(_safe(clean(text)).split())


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, each without anything that could act on a screen."""
    return [_safe(line).rstrip() for line in clean(text).split("\n")]


def _safe(text: str) -> str:
    return text if text.isprintable() else _UNSAFE.sub(" ", text)


def cells(text: str) -> int:
    """Return how many columns a text takes; East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if ord(char) in _ASCII or char.isascii():
        return 1
    import unicodedata  # noqa: PLC0415 (the signs of a short answer are known)

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def clip(text: str, width: int, around: tuple[int, int] = (0, 0)) -> str:
    """Return one line of at most ``width`` columns that shows the part ``around``."""
    text = one_line(text)
    if cells(text) <= width:
        return text
    start = min(around[0], len(text))
    if around[1] > width - 2 and start > width // 4:
        start = max(0, min(start - 4, len(text) - width + 2))
        return clip(ELLIPSIS + text[start:], width)
    kept, used = [], 0
    for char in text:
        used += _cell(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + ELLIPSIS


def wrap(text: str, width: int, *, quoted: bool = False) -> list[str]:
    """Return the text in lines of at most ``width`` columns.

    Args:
        text: one paragraph; white space is folded.
        width: columns.
        quoted: the text is not of the base: long words are cut. Otherwise parts in backticks
            are commands or exact texts, which are kept in one piece even when they are too long.
    """
    lines: list[str] = []
    line = ""
    held = _held(one_line(text), quoted=quoted)
    for word in _words(held, max(width, 8), quoted=quoted):
        joined = f"{line} {word}" if line else word
        if line and cells(joined) > width:
            lines.append(line)
            line = word
        else:
            line = joined
    return [part.replace(_HOLD, " ") for part in (*lines, line) if part]


def _held(text: str, *, quoted: bool) -> str:
    """Return a text with `_HOLD` for spaces within backticks and percentages."""
    if " %" in text:
        text = _with_percentages(text)
    if "`" in text and not quoted:
        parts = text.split("`")
        for number in range(1, len(parts) - 1, 2):
            parts[number] = parts[number].replace(" ", _HOLD)
        text = "`".join(parts)
    return text


def _with_percentages(text: str) -> str:
    """Return a text with `_HOLD` in ``38 %`` and ``< 1 %``."""
    before, *rest = text.split(" ")
    found = before
    for word, after in zip(rest, (*rest[1:], ""), strict=True):
        percent = word.startswith("%") and before[-1:].isdigit()
        bound = after.startswith("%") and word.isdigit() and before[-1:] in ("<", ">")
        found += (_HOLD if percent or bound else " ") + word
        before = word
    return found


def _words(text: str, width: int, *, quoted: bool) -> Iterable[str]:
    if not quoted:
        yield from text.split(" ")
        return
    for word in text.split():
        rest = word
        while cells(rest) > width:
            part = clip(rest, width)[:-1] or rest[:1]
            yield part
            rest = rest[len(part) :]
        if rest:
            yield rest


def shorten(lines: Sequence[str], most: int, width: int) -> list[str]:
    """Return at most ``most`` lines; that something was cut off shows as an ellipsis.

    The cut is at the end of a sentence when that loses no more than half of the last line.
    """
    if len(lines) <= most:
        return list(lines)
    *before, last = lines[:most]
    while cells(last) > width - 2 and " " in last.strip():
        last = last.rsplit(" ", 1)[0]
    end = max(last.rfind(mark) for mark in (". ", "; ", "? ", ": "))
    if end > len(last) // 2:
        last = last[: end + 1]
    return [*before, f"{last.rstrip(' ,;:')} {ELLIPSIS}"]


def paragraphs(text: str, width: int) -> list[str]:
    """Return a text of the base, its paragraphs and list items wrapped each by itself."""
    lines: list[str] = []
    for lead, body in blocks(text):
        for number, part in enumerate(wrap(body, width - len(lead))):
            lines.append((lead if number == 0 else " " * len(lead)) + part)
    return lines


def blocks(text: str) -> list[tuple[str, str]]:
    """Return (``- `` or nothing, text) of each paragraph and list item of a text of the base."""
    found: list[tuple[str, str]] = []
    fresh = True
    for line in lines_of(text):
        stripped = line.strip()
        if not stripped:
            fresh = True
        elif stripped.startswith(("- ", "* ")):
            found.append(("- ", stripped[2:].strip()))
            fresh = False
        elif fresh or not found or (found[-1][0] and not line.startswith(" ")):
            found.append(("", stripped))
            fresh = False
        else:
            found[-1] = (found[-1][0], f"{found[-1][1]} {stripped}")
    return found


def styled(text: str, style: str, *, color: bool) -> str:
    """Return the text in a style, or as it is when there are to be no colours."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if color and text else text


def to_ascii(text: str) -> str:
    """Return the text for a stream that can only write ASCII: marks as signs, the rest escaped."""
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def fitting(text: str, encoding: str | None) -> str:
    """Return the text as a stream of this encoding can write it, marks by their ASCII fallback."""
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return to_ascii(text)
    return text
