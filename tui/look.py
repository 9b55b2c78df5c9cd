"""How it looks: light or dark, the terminal's own colours, or none."""

from __future__ import annotations

import os

DARK, LIGHT = "textual-dark", "textual-light"
ANSI_DARK, ANSI_LIGHT = "ansi-dark", "ansi-light"


def is_colourless() -> bool:
    """Say whether the user wants no colour at all (https://no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


def first_theme() -> str:
    """Return the theme to start with.

    Without colour only the terminal's own two are left, which needs an ansi theme. Terminals that
    tell their background in ``COLORFGBG`` are believed.
    """
    light = os.environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")
    if is_colourless():
        return ANSI_LIGHT if light else ANSI_DARK
    return os.environ.get("TEXTUAL_THEME") or (LIGHT if light else DARK)


def other_theme(theme: str) -> str:
    """Return the light theme for the dark one and the reverse, of the same kind."""
    pairs = {DARK: LIGHT, LIGHT: DARK, ANSI_DARK: ANSI_LIGHT, ANSI_LIGHT: ANSI_DARK}
    return pairs.get(theme, LIGHT)
