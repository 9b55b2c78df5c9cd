"""What all JSON of the public contract shares: how values are written, and who wrote it.

The same data gives the same bytes, and no text in it acts on what reads it.
"""

from __future__ import annotations

import json
import math
import re

from kb.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = 1
"""Number of the contract; additive changes leave it as it is."""

TOOL = "kb-diagnose"
DIGITS = 4
LIMIT = 99.0
"""Numbers beyond it stand for certainty; JSON knows no infinity."""

DAY = 86_400.0
"""Times below it are seconds since midnight, from a log that names no date."""

# JSON allows these as they are, and terminals, editors or decoders may act on them.
_RISKY = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def dumps(data: Any) -> str:
    r"""Return JSON with keys in the order given, ending with a line feed.

    Text stays readable; control characters, lone surrogates and characters that change the
    direction of text are written as ``\u`` escapes.
    """
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    return _RISKY.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def tool() -> dict[str, str]:
    """Return name and version of this program."""
    return {"name": TOOL, "version": __version__}


def number(value: float) -> float:
    """Return a number rounded to `DIGITS`, finite, and never a negative zero."""
    if math.isnan(value):
        return 0.0
    return round(max(-LIMIT, min(LIMIT, value)), DIGITS) + 0.0


def moment(time: float | None) -> str | None:
    """Return a time as ISO 8601, or as a time of day when no date is known."""
    if time is None or not math.isfinite(time):
        return None
    from datetime import UTC, datetime  # noqa: PLC0415 (an error by itself has no time)

    try:
        stamp = datetime.fromtimestamp(time, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    if 0 <= time < DAY:
        return stamp.time().isoformat()
    return stamp.isoformat()
