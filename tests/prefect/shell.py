"""The command line as a user of a lab's API has it, in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .lab import Lab

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120


class Called(NamedTuple):
    """A program that has ended."""

    status: int
    out: str
    err: str


class Watch:
    """A `diagnose watch` that goes on."""

    def __init__(self, process: subprocess.Popen[bytes], out: Path, err: Path) -> None:
        self.process = process
        self.out, self.err = out, err

    def said(self, event: str, insight: str) -> bool:
        """True when it told of the event."""
        whole = self.out.read_text(encoding="utf-8").rpartition("\n")[0]
        told = [json.loads(line) for line in whole.splitlines()]
        return any((row["event"], row["insight"]) == (event, insight) for row in told)

    def end(self) -> Called:
        """End it as a supervisor does."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE_S)
        return Called(status, self.out.read_text(encoding="utf-8"), self.err.read_text("utf-8"))


class Shell:
    """Runs the command line with the lab's API and credentials in its environment."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith("PREFECT")},
            "PYTHONPATH": str(ROOT),
            "PREFECT_HOME": str(lab.home),
            "PREFECT_API_URL": lab.api,
            **lab.secrets,
        }

    def call(self, *words: str) -> Called:
        """Run a command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "diagnose", *words],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
            cwd=self.lab.folder, env=self.environ, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        return Called(done.returncode, done.stdout, done.stderr)

    def saved(self, pool: str) -> Path:
        """Probe one work pool and save the result."""
        path = self.lab.folder / f"{pool}.json"
        done = self.call("probe", "--pool", pool, "--json", "-o", str(path))
        assert done.status == 0, done
        return path

    def verify(self, report: Path) -> Called:
        """Verify a saved result."""
        return self.call("verify", str(report), "--json")

    def watch(self, pool: str) -> Watch:
        """Start to watch one work pool."""
        out, err = (self.lab.folder / f"watch.{name}" for name in ("out", "err"))
        words = ("watch", "--probe", "--pool", pool, "--json", "--interval", "2")
        with out.open("wb") as told, err.open("wb") as talk:
            process = subprocess.Popen(
                [sys.executable, "-u", "-m", "diagnose", *words],
                stdin=subprocess.DEVNULL, stdout=told, stderr=talk,
                cwd=self.lab.folder, env=self.environ, start_new_session=True,
            )  # fmt: skip
        self.lab.bench.running.append(process)
        return Watch(process, out, err)
