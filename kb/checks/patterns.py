"""Regular expressions of the base compile and cannot hang on hostile output."""

from __future__ import annotations

import re
import warnings

MAX_PATTERN = 400
FEW = 10
"""A group may be repeated so many times, whatever it holds."""

_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?#[^)]*\)"
    r"|(?P<open>\((?:\?(?:P<\w+>|[a-z-]*:|<?[=!]|>))?)(?P<anchor>\^)?|(?P<close>\))"
    r"|(?P<repeat>[*+]|\{(?P<low>\d*)(?P<comma>,?)(?P<high>\d*)\})|.",
    re.DOTALL,
)


def flaw(pattern: str) -> str:
    """Say why a pattern must not be used; empty when it may."""
    if len(pattern) > MAX_PATTERN:
        return f"is longer than {MAX_PATTERN} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression: {error}"
    return "repeats a group that itself repeats" if _nests(pattern) else ""


def _nests(pattern: str) -> bool:
    """Find a repeated group with an open-ended repeat inside, as in ``(a+)+``.

    Such a pattern can take time exponential in the length of the text that it fails on; a group
    that begins at a line start cannot, as there is only one place for each of its repeats.
    """
    stack = [False]  # per open group: does it hold an open-ended repeat?
    anchors = [True]
    closed = False  # did a free group that has just ended hold one?
    for token in _TOKEN.finditer(pattern):
        ended, closed = closed, False
        if token["open"]:
            stack.append(False)
            anchors.append(bool(token["anchor"]))
        elif token["close"] and len(stack) > 1:
            held = stack.pop()
            closed = not anchors.pop() and held
            stack[-1] = stack[-1] or held
        elif token["repeat"]:
            times = _times(token)
            if ended and times > FEW:
                return True
            stack[-1] = stack[-1] or times > FEW
    return False


def _times(token: re.Match[str]) -> float:
    """Return how often a quantifier repeats at most; 1 when it only looks like one."""
    if token["repeat"] in ("*", "+") or (token["comma"] and not token["high"]):
        return float("inf")
    return int(token["high"] or token["low"] or 1)
