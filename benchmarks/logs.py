"""Long logs of a Prefect worker: mostly ordinary lines, some abnormal, a few with signatures.

Run: ``python -m benchmarks.logs FILE --mb 256 --abnormal 0.03 --hits 0.0005``. The same options give
the same bytes.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEED = 20
BLOCK = 4096
"""Lines that are written at one go."""

ADJECTIVES = [
    "amber",
    "brisk",
    "calm",
    "daring",
    "eager",
    "gentle",
    "hasty",
    "indigo",
    "jolly",
    "keen",
    "lively",
    "mauve",
]
ANIMALS = [
    "bison",
    "cougar",
    "dingo",
    "eagle",
    "falcon",
    "gecko",
    "heron",
    "ibis",
    "jackal",
    "koala",
    "lemur",
    "mole",
]
TASKS = [
    "extract",
    "load",
    "transform",
    "validate",
    "fetch_page",
    "upsert_rows",
    "notify",
    "build_report",
]
FILES = ("flow_engine", "task_engine", "client/base", "workers/base", "runner/runner")
CODE = ("response = await self.send(", "return await fn(*args, **kwargs)", "raise exc")

SIGNATURES = (
    "httpcore.LocalProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state"
    " ConnectionState.CLOSED",
    "RuntimeError: cannot find a heartbeat",
    "httpx.ConnectError: All connection attempts failed",
    "prefect.exceptions.PrefectHTTPStatusError: Server error '503 Service Unavailable' for url"
    " 'http://127.0.0.1:4200/api/work_pools/filter'",
)
ORDINARY = (
    "INFO    | prefect.flow_runs.worker - Worker 'KubernetesWorker {id}' submitting flow run '{id}'",
    "INFO    | prefect.flow_runs.worker - Completed submission of flow run '{id}'",
    "INFO    | Task run '{task}-{n}' - Finished in state Completed()",
    "INFO    | Flow run '{name}' - Created task run '{task}-{n}' for task '{task}'",
    "DEBUG   | httpx - HTTP Request: POST https://api.prefect.cloud/api/accounts/{account}/workspaces"
    '/{account}/work_pools/k8s/get_scheduled_flow_runs "HTTP/1.1 200 OK"',
    "DEBUG   | prefect.workers.base - Sent worker heartbeat to pool '{name}' in {n} ms",
)
WEIGHTS = (30, 12, 13, 13, 22, 7)
ABNORMAL = (
    "WARNING | prefect.flow_runs.runner - Flow run '{name}' ({id}) is late by {n} seconds",
    "WARNING | prefect.worker.process - Rate limited, waiting {n} seconds before the next request",
    "ERROR   | prefect.events - Sending event {id} took {n} ms and was given up",
)


class Options:
    """What a log is like."""

    def __init__(self, abnormal: float = 0.03, hits: float = 0.0005, seed: int = SEED) -> None:
        self.abnormal = abnormal
        """Share of the lines that are abnormal, tracebacks not counted."""
        self.hits = hits
        """Share of the records that end in a traceback with a signature."""
        self.seed = seed


def lines(options: Options) -> Iterator[str]:
    """Yield lines without end, one traceback in one piece."""
    chance = random.Random(options.seed)
    account, seconds = _id(chance), 0.0
    while True:
        seconds += chance.expovariate(9)
        whole = int(seconds)
        clock = f"{whole // 3600 % 24:02}:{whole // 60 % 60:02}:{seconds % 60:06.3f}"
        stamp = f"2023-02-{1 + whole // 86_400 % 28:02} {clock.replace('.', ',')}"
        if chance.random() < options.hits:
            yield f"{stamp} | ERROR   | prefect.flow_runs - Encountered an exception:"
            yield _traceback(chance)
            continue
        abnormal = chance.random() < options.abnormal
        said = chance.choice(ABNORMAL) if abnormal else chance.choices(ORDINARY, WEIGHTS)[0]
        yield f"{stamp} | " + said.format(
            id=_id(chance), account=account, n=chance.randint(3, 9000), task=chance.choice(TASKS),
            name=f"{chance.choice(ADJECTIVES)}-{chance.choice(ANIMALS)}",
        )  # fmt: skip


def _id(chance: random.Random) -> str:
    digits = f"{chance.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _traceback(chance: random.Random) -> str:
    frames = "".join(
        f'  File "/opt/venv/lib/python3.11/site-packages/prefect/{chance.choice(FILES)}.py", line'
        f" {chance.randint(20, 2400)}, in {chance.choice(TASKS)}\n    {chance.choice(CODE)}\n"
        for _ in range(chance.randint(3, 9))
    )
    return f"Traceback (most recent call last):\n{frames}{chance.choice(SIGNATURES)}"


def write(path: Path, size: int, options: Options) -> None:
    """Write a log of at least so many bytes."""
    made = lines(options)
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < size:
            file.writelines(f"{next(made)}\n" for _ in range(BLOCK))


def main(argv: Sequence[str] | None = None) -> int:
    """Write one log."""
    usual = Options()
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--mb", type=float, default=256.0, help="size, in 10^6 bytes")
    parser.add_argument("--abnormal", type=float, default=usual.abnormal)
    parser.add_argument("--hits", type=float, default=usual.hits)
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args(argv)
    write(args.file, int(args.mb * 1e6), Options(args.abnormal, args.hits, args.seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
