"""What happens to two Prefect installations, and what the probe made of each moment.

Both live through everything at the same time, since most of it is waiting: first all is well,
then agents, workers and runners are stopped, blocked or killed, each in a work pool of its own.
"""

from __future__ import annotations

import os
import signal
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from diagnose.given import Given
from diagnose.probe import ProbeResult, diagnosis, probe
from kb.cache import open_index
from tests.quiet.machine import until

from .lab import Lab, kill, stop
from .shell import Called, Shell

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence
    from pathlib import Path

    from diagnose.result import Diagnosis

PASSWORD = "s3cret-of-the-lab"
STALE_S = 63
"""Seconds after which a last poll counts as old."""

XOFF = b"\x13"
GHOST = "ghost-runs-after-runner-death"


class Moment(NamedTuple):
    """One probe and its diagnosis."""

    probe: ProbeResult
    diagnosis: Diagnosis

    @property
    def first(self) -> str:
        """Id of the first cause."""
        return self.diagnosis.causes[0].insight

    def fact(self, name: str) -> str:
        """A fact's value; empty when it is not known."""
        return dict(self.probe.known).get(name, "")


class Story:
    """Runs everything and keeps the moments by name."""

    def __init__(self, folder: Path) -> None:
        self.index = open_index()
        self.moments: dict[str, Moment] = {}
        self.polled: list[str] = []
        self.two = Lab("2", folder / "two")
        self.three = Lab("3", folder / "three", PASSWORD)
        self.verified: dict[str, Called] = {}
        self.watched = self.metric = Called(0, "", "")

    def close(self) -> None:
        """End all processes."""
        self.two.close()
        self.three.close()

    def tell(self) -> None:
        """Live through it."""
        for lab in (self.three, self.two):
            lab.server()
        self.three.ready()
        three = self._start_three()
        self.two.ready()
        two = self._start_two()
        runs = self._running()
        self._look("healthy-3", self.three)
        self._look("healthy-2", self.two)
        self.metric = Shell(self.three).call("probe", "--format", "prometheus")
        self._break_two(two)
        self._break_runner(three)
        self._kill_three(three)
        self._after(runs)
        self._cure(runs, two)
        self.two.close()
        self._look("unreachable", self.two)

    def _start_three(self) -> dict[str, subprocess.Popen[bytes]]:
        lab = self.three
        lab.pool("processes")
        lab.pool("stopped")
        return {
            "worker": lab.worker("processes"),
            "stopped": lab.worker("stopped"),
            "runner": lab.runner("served"),
            "idle": lab.runner("idle"),
        }

    def _start_two(self) -> dict[str, subprocess.Popen[bytes]]:
        lab = self.two
        for name in ("agents", "gone", "screen", "full"):
            lab.pool(name, "prefect-agent")
        lab.pool("processes")
        argv: list[str | Path] = [lab.bin / "prefect", "agent", "start", "--pool", "screen"]
        blocked, self.terminal = lab.on_terminal(argv, PREFECT_LOGGING_LEVEL="DEBUG")
        return {
            "agents": lab.agent("agents"),
            "gone": lab.agent("gone"),
            "full": lab.agent("full", "--limit", "1"),
            "processes": lab.worker("processes"),
            "screen": blocked,
        }

    def _running(self) -> dict[str, str]:
        """Start runs that go on, and wait until all are Running and everything polls."""
        two, three = self.two, self.three
        self.deployments = {
            pool: two.deployment(pool, pool)
            for pool in ("agents", "gone", "screen", "full", "processes")
        }
        late = three.deployment("stopped", "stopped")
        self.deployments["stopped"] = late
        runs = {
            "ghost": three.run(three.deployment("worker", "processes")),
            "served": three.run(three.deployment_id("served")),
            "full": two.run(self.deployments["full"]),
        }
        three.deployment_id("idle")
        for name, run in runs.items():
            (two if name == "full" else three).reached(run, "Running", seconds=120)
        until("pid of the ghost", lambda: bool(three.pid(runs["ghost"])))
        for pool in ("agents", "gone", "screen", "processes"):
            until(f"poll of {pool}", partial(two.polled, pool))
        until("poll of stopped", partial(three.polled, "stopped"))
        return runs

    def _break_two(self, processes: dict[str, subprocess.Popen[bytes]]) -> None:
        stop(processes["agents"])
        stop(processes["processes"])
        os.write(self.terminal, XOFF)
        kill(processes["gone"])
        for pool in ("agents", "gone", "screen", "full", "processes"):
            self.two.run(self.deployments[pool])

    def _break_runner(self, processes: dict[str, subprocess.Popen[bytes]]) -> None:
        """Kill a runner that has nothing to do, and look while everything else is well."""
        kill(processes["idle"])
        path = "/deployments/name/wait/idle"
        until("NOT_READY", lambda: self.three.ask(path)["status"] == "NOT_READY")
        self._look("runner-gone", self.three)

    def _kill_three(self, processes: dict[str, subprocess.Popen[bytes]]) -> None:
        stop(processes["stopped"])
        self.three.run(self.deployments["stopped"])
        for name in ("worker", "runner"):
            kill(processes[name])

    def _after(self, runs: dict[str, str]) -> None:
        two, three = self.two, self.three
        for pool in ("agents", "processes", "screen", "gone"):
            until(f"{pool} is stale", partial(two.stale, pool, STALE_S))
        for name, pool in (
            ("agent-stopped", "agents"), ("worker-2-stopped", "processes"), ("terminal", "screen"),
            ("agent-gone", "gone"), ("limit", "full"),
        ):  # fmt: skip
            self._look(name, two, [pool])
        before = two.ask("/work_pools/agents/queues/default")["last_polled"]
        self._look("agent-stopped", two, ["agents"])
        self.polled = [before, two.ask("/work_pools/agents/queues/default")["last_polled"]]
        for pool in ("stopped", "processes"):
            until(f"{pool} is stale", partial(three.stale, pool, STALE_S))
        self._look("worker-3-stopped", three, ["stopped"])
        self._look("refused", three, environ={})
        self._look("ghosts-of-worker", three, ["processes"])
        self._look("ghosts", three)

    def _cure(self, runs: dict[str, str], processes: dict[str, subprocess.Popen[bytes]]) -> None:
        """Save what the probe says, mend it, and let `verify` and `watch` find that it is gone."""
        two, three = Shell(self.two), Shell(self.three)
        stopped, ghost = two.saved("agents"), three.saved("processes")
        watch = three.watch("processes")
        until("the watch sees the ghost", partial(watch.said, "appeared", GHOST))
        self.verified["stopped"] = two.verify(stopped)
        self.verified["ghost"] = three.verify(ghost)
        processes["agents"].send_signal(signal.SIGCONT)
        self.three.crash(runs["ghost"])
        self.three.worker("processes")
        until("agents polls again", partial(self.two.fresh, "agents"))
        until("a worker is back", partial(self.three.online, "processes"))
        until("its queue is polled", partial(self.three.fresh, "processes"))
        self.verified["stopped, continued"] = two.verify(stopped)
        self.verified["ghost, freed"] = three.verify(ghost)
        until("the watch sees it go", partial(watch.said, "gone", GHOST))
        self.watched = watch.end()

    def _look(
        self, name: str, lab: Lab, pools: Sequence[str] = (), environ: dict[str, str] | None = None
    ) -> None:
        found = probe(lab.api, pools=pools, environ=lab.secrets if environ is None else environ)
        self.moments[name] = Moment(found, diagnosis(found, Given(), self.index))


def interruptible() -> None:
    """Let SIGINT be SIGINT in what is started: a shell's background job ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
