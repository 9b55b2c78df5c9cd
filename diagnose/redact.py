"""Secrets stay: what looks like a credential is masked before a text is shown or kept."""

from __future__ import annotations

from kb.pattern import DOTALL, IGNORECASE, lazy
from kb.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import TypeAlias

    _Guarded: TypeAlias = tuple[tuple[str, ...], re.Pattern[str]]

MASK = "[redacted]"

# Each expression stands with pieces of which one is in every text that it matches, as `fold` gives
# it: nearly all texts hold none, and are not searched.
_SECRETS: tuple[_Guarded, ...] = (
    (
        ("private key-----",),
        lazy(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            DOTALL,
        ),
    ),
    (  # Prefect Cloud keys
        ("pnu_", "pnb_", "pcu_", "pat_"),
        lazy(r"\b(?:pnu|pnb|pcu|pat)_[A-Za-z0-9]{8,}"),
    ),
    (("akia", "asia"), lazy(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}")),  # AWS key ids
    (
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "sk-", "hf_"),
        lazy(r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|hf_)[A-Za-z0-9_-]{10,}"),
    ),
    (  # JSON web tokens
        ("eyj",),
        lazy(r"(?<![\w-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?"),
    ),
)
_AFTER: tuple[_Guarded, ...] = (
    (
        ("bearer",),
        lazy(r"(?P<keep>\bbearer\s+)(?P<secret>[A-Za-z0-9._~+/=-]{8,})", IGNORECASE),
    ),
    (
        ("basic", "token"),
        lazy(
            r"(?P<keep>\b(?:basic|token)\s+)(?P<secret>(?=\S*\d)[A-Za-z0-9._~+/=-]{8,})",
            IGNORECASE,
        ),
    ),
    (
        ("authorization",),
        lazy(
            r"(?P<keep>\bauthorization\\*['\"]?\s*[:=]\s*\\*['\"]?(?:\w+\s+)?)(?P<secret>[^\s'\",]{6,})",
            IGNORECASE,
        ),
    ),
    (
        ("key", "secret", "passw", "pwd", "token", "credential", "auth"),
        lazy(  # lengths are bounded, so that time does not grow with the square of a text
            r"(?P<keep>(?:api[_-]?key|secret|passw(?:or)?d|passwd|pwd|token|credential|private[_-]?key"
            r"|access[_-]?key(?:[_-]?id)?|auth[_-]?string)[\w-]{0,40}\\*['\"]?\s{0,20}(?:=|:(?!//))\s{0,20})"
            r"(?P<secret>\\*\"[^\"\n]+\"|\\*'[^'\n]+'|<[^>\n]*>|(?!\[redacted\])[^\s,;&'\"}\])]+)",
            IGNORECASE,
        ),
    ),
    (
        ("--",),
        lazy(r"(?P<keep>--(?:key|password|token|secret|api-key)[ =])(?P<secret>[^\s'\"]+)"),
    ),
    (  # user:password@host
        ("@",),
        lazy(r"(?P<keep>://[^\s/:@'\"]*:)(?P<secret>[^\s/'\"]+)(?=@)"),
    ),
)
_HARMLESS = lazy(
    r"['\"]?(?:none|null|true|false|\*+|\[redacted\]|<[^>]*>|\$\{?\w+\}?)?['\"]?", IGNORECASE
)


def redact(text: str) -> str:
    """Return the text with everything that looks like a credential replaced by `MASK`."""
    folded = fold(text)
    for pieces, pattern in _SECRETS:
        if any(piece in folded for piece in pieces):
            text = pattern.sub(MASK, text)
    for pieces, pattern in _AFTER:
        if any(piece in folded for piece in pieces):
            text = pattern.sub(_masked, text)
    return text


def _masked(match: re.Match[str]) -> str:
    if _HARMLESS.fullmatch(match["secret"]):
        return match[0]
    return match["keep"] + MASK
