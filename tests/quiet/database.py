"""A PostgreSQL server of its own, where Debian's packages of it are installed."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .machine import Bench, free_port, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
"""Where the programs are; empty when it is not installed."""


class Database:
    """One cluster in a directory, on loopback, without passwords."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(folder, self.user)
        self.folder = folder
        self.bench = Bench(folder, {"LC_ALL": "C.UTF-8", "TZ": "UTC"})
        self.port = free_port()
        self.name = "postgres"
        self.url = f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{self.name}"
        words: list[str | Path] = ["-D", folder / "data", "-A", "trust", "-U", "postgres"]
        self.bench.run([PLACES[-1] / "initdb", *words], user=self.user)

    def start(self, settings: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Start the server and wait until it can be connected to."""
        words: list[str | Path] = ["-D", self.folder / "data", "-k", self.folder]
        words += ["-p", str(self.port)]
        for setting in ("listen_addresses=127.0.0.1", *settings):
            words += ["-c", setting]
        process = self.bench.start(
            "postgres.log", [PLACES[-1] / "postgres", *words], user=self.user
        )
        until("postgres", (self.folder / f".s.PGSQL.{self.port}").exists)
        time.sleep(2)
        return process

    def sql(self, statement: str) -> None:
        """Run a statement as psql does."""
        words: list[str | Path] = ["-q", "-h", self.folder, "-p", str(self.port)]
        words += ["-U", "postgres", "-c", statement]
        self.bench.run([PLACES[-1] / "psql", *words], user=self.user)
