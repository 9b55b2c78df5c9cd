"""Denials: a text that stands there, and of which the words around it say that it is not so.

``OOMKilled: false`` is a setting that is off, and "the log never shows 'Agent stopped!'" tells of a
line that is missing. Only what governs the text itself denies it: "it does not start: Agent
stopped!" tells of it, and so do "I don't know what 'Agent stopped!' means" and "I never saw 'Agent
stopped!' before".
"""

from __future__ import annotations

from kb.pattern import IGNORECASE, lazy

AROUND = 60
"""So many characters before or behind a text can deny it."""

_HINTS = ("no", "n't", "n\u2019t", "never", "without")
"""One of these is in every denial; the expression is only for texts that hold one."""

_OFF = lazy(r"[\"'\\]*\s*[:=]\s*[\"'\\]*(?:false|none|null|nil|no|off)\b(?!\s*\w)", IGNORECASE)
"""The value of a setting that is off."""

_SEEN = (
    r"(?:ever\s+)?(?:see[ns]?|saw|seeing|shows?|showed|shown|showing|prints?|printed|printing|logs?"
    r"|logged|contains?|contained|says?|said|gets?|got|have|has|had|appears?|appeared|mentions?)"
)
_WHAT = (
    r"(?:\s+(?:any|an?|the|that|this|of|is|was|with|single|such|lines?|messages?|errors?|entry"
    r"|entries|events?|signs?|traces?|mention|containers?|pods?))*"
)
_BEFORE = lazy(
    rf"(?:\b(?:no|without|nor)|(?:\bnot|\bnever|n['\u2019]t)\s+{_SEEN}){_WHAT}"
    r"\s*:?\s*[\"'`\u2018\u201c(]*$",
    IGNORECASE,
)
"""How what stands before a text says that it is missing."""

_UNTIL_NOW = lazy(r"[\"'`\u2019\u201d)]*\s+(?:before|until|till)\b", IGNORECASE)
"""How what stands behind it says that it was missing only earlier."""


def is_denied(text: str, start: int, end: int) -> bool:
    """Say whether the words around a part of a text deny that part."""
    after = text[end : end + AROUND]
    if after.lstrip("\"'\\ ")[:1] in ("=", ":") and _OFF.match(after):
        return True
    before = text[max(0, start - AROUND) : start]
    words = before.casefold()
    if not any(hint in words for hint in _HINTS) or _BEFORE.search(before) is None:
        return False
    return _UNTIL_NOW.match(after) is None
