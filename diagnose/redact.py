"""Secrets stay: what looks like a credential is masked before a text is shown or kept."""

from __future__ import annotations

import re

MASK = "[redacted]"

_SECRETS = (
    re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
    ),
    re.compile(r"\b(?:pnu|pnb|pcu|pat)_[A-Za-z0-9]{8,}"),  # Prefect Cloud keys
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}"),  # AWS key ids
    re.compile(r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|hf_)[A-Za-z0-9_-]{10,}"),
    re.compile(
        r"(?<![\w-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?"
    ),  # JSON web tokens
)
_AFTER = (
    re.compile(r"(?P<keep>\bbearer\s+)(?P<secret>[A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE),
    re.compile(
        r"(?P<keep>\b(?:basic|token)\s+)(?P<secret>(?=\S*\d)[A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE
    ),
    re.compile(
        r"(?P<keep>\bauthorization\\*['\"]?\s*[:=]\s*\\*['\"]?(?:\w+\s+)?)(?P<secret>[^\s'\",]{6,})",
        re.IGNORECASE,
    ),
    re.compile(  # lengths are bounded, so that time does not grow with the square of a text
        r"(?P<keep>(?:api[_-]?key|secret|passw(?:or)?d|passwd|pwd|token|credential|private[_-]?key"
        r"|access[_-]?key(?:[_-]?id)?|auth[_-]?string)[\w-]{0,40}\\*['\"]?\s{0,20}(?:=|:(?!//))\s{0,20})"
        r"(?P<secret>\\*\"[^\"\n]+\"|\\*'[^'\n]+'|<[^>\n]*>|(?!\[redacted\])[^\s,;&'\"}\])]+)",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<keep>--(?:key|password|token|secret|api-key)[ =])(?P<secret>[^\s'\"]+)"),
    re.compile(r"(?P<keep>://[^\s/:@'\"]*:)(?P<secret>[^\s/'\"]+)(?=@)"),  # user:password@host
)
_HARMLESS = re.compile(
    r"['\"]?(?:none|null|true|false|\*+|\[redacted\]|<[^>]*>|\$\{?\w+\}?)?['\"]?", re.IGNORECASE
)


def redact(text: str) -> str:
    """Return the text with everything that looks like a credential replaced by `MASK`."""
    for pattern in _SECRETS:
        text = pattern.sub(MASK, text)
    for pattern in _AFTER:
        text = pattern.sub(_masked, text)
    return text


def _masked(match: re.Match[str]) -> str:
    if _HARMLESS.fullmatch(match["secret"]):
        return match[0]
    return match["keep"] + MASK
