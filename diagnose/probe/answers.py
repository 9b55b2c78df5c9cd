"""Answers of a server, and the ways not to get one.

Three of them are kept apart in `ApiError.kind`: ``unreachable`` (nothing answers), ``forbidden`` (it
refuses) and ``unknown`` (it answers, but not what was asked for).
"""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from diagnose.redact import redact

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 5_000_000
"""Largest answer that is read."""


class ApiError(Exception):
    """A call gave nothing; one line says why."""

    def __init__(self, kind: str, line: str, status: int = 0) -> None:
        super().__init__(redact(line))
        self.kind = kind
        self.status = status


class Answer(NamedTuple):
    """One answer of the server."""

    value: Any
    status: int
    seconds: float
    offset: float | None
    """Server's clock minus this host's, in seconds, good to a second; None without a Date."""


def read_body(response: httpx.Response, where: str) -> bytes:
    """Read an answer as it comes over the wire, up to a size.

    Raises:
        ApiError: it is too large or compressed.
    """
    coding = response.headers.get("content-encoding", "identity")
    if coding.lower() != "identity":
        raise ApiError("unknown", f"{where} answers compressed ({coding[:20]}) though not asked to")
    parts, size = [], 0
    for part in response.iter_raw():
        size += len(part)
        if size > MOST_BYTES:
            line = f"{where} answers with more than {MOST_BYTES // 1_000_000} MB"
            raise ApiError("unknown", line, response.status_code)
        parts.append(part)
    return b"".join(parts)


def parsed(data: bytes, where: str) -> Any:
    """Return the JSON in an answer; None when it is empty.

    Raises:
        ApiError: it is none.
    """
    if not data:
        return None
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        page = data.lstrip()[:1] == b"<"
        what = "a web page" if page else "something that is no JSON"
        raise ApiError("unknown", f"{where} answers with {what}; is it a Prefect API?") from None


def clock_offset(response: httpx.Response, middle: float) -> float | None:
    """Return the server's clock minus this host's, which was at ``middle`` then; None without a Date."""
    try:
        date = parsedate_to_datetime(response.headers.get("date", ""))
        return date.timestamp() + 0.5 - middle
    except (TypeError, ValueError, IndexError, OverflowError, OSError):
        return None


def why(error: Exception) -> str:
    """Say in words what the lower library raised; certificates are the case worth naming."""
    text = re.sub(r"\[Errno -?\d+\] ", "", " ".join(str(error).split()))[:200]
    if "CERTIFICATE_VERIFY" in text.upper() or "certificate" in text:
        return f"its certificate cannot be verified ({text})"
    if "SSL" in text:
        return f"no TLS connection ({text})"
    return text or type(error).__name__
