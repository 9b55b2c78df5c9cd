"""Build hook: compiles the shipped base and puts the index into the wheel."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class IndexHook(BuildHookInterface[Any]):
    """Adds ``kb/data/prefect.index`` to wheels; editable installs build it in the user's cache."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the index before the wheel is written."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from kb.compile import compile_index  # noqa: PLC0415 (needs the path above)
        from kb.load import load  # noqa: PLC0415

        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "prefect.index"
        path.touch()
        compile_index(load(), path)
        build_data["force_include"][str(path)] = "kb/data/prefect.index"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary copy."""
        if version != "editable":
            self._folder.cleanup()
