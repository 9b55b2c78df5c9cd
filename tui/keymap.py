"""The rebinding file: which keys the user wants for which action."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from textual.binding import Binding

from diagnose.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App

PROJECT_FILE = "diagnose.toml"


def user_file() -> Path:
    """Return the user's own file, in the folder for settings of the platform."""
    if sys.platform == "win32":
        home = os.environ.get("APPDATA") or str(Path.home() / "AppData" / "Roaming")
    else:
        home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "kb-diagnose" / PROJECT_FILE


def read_keys() -> dict[str, str]:
    """Return binding id -> key from the table ``[keys]`` of the user's and the project's file.

    Raises:
        UsageError: a file is not TOML, or a key is not text.
    """
    keys: dict[str, str] = {}
    for path in (user_file(), Path(PROJECT_FILE)):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8")).get("keys", {})
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise UsageError(f"{path}: cannot be read ({error}); the usual keys hold") from error
        if not isinstance(table, dict) or not all(isinstance(key, str) for key in table.values()):
            raise UsageError(f'{path}: [keys] holds lines such as "causes.rule-out" = "X"')
        keys.update(table)
    return keys


def key_names(app: App[None], binding: Binding, keys: Mapping[str, str]) -> list[str]:
    """Return the keys of a binding as they are called; ``keys`` are the user's own, by id."""
    own = keys.get(binding.id or "")
    if binding.key_display and not own:
        return [binding.key_display]
    names = (own or binding.key).split(",")
    return [app.get_key_display(Binding(name, "")) for name in names if name]
