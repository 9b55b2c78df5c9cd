"""The releases of Prefect that are tried, what they run here, and how they are set up."""

from __future__ import annotations

from pathlib import Path

RELEASES = {"2": "2.20.26", "3": "3.8.8"}
"""The newest release of each line that could be installed when this was written."""

LOCKS = {line: Path(__file__).with_name(f"prefect-{line}.txt") for line in RELEASES}
"""Everything that a release was tried with, since what is published later may break it. Renewed by
``uv pip compile --universal --python-version 3.11 --no-header --no-annotate`` of the release and,
for 3.8.8, ``fastapi<0.140`` (it does not start with later ones) and ``sqlalchemy<2.1``.
"""

FLOWS = """
import time
from prefect import flow

@flow
def wait(seconds: float = 600):
    time.sleep(seconds)
"""

SERVE = """
import sys
from flows import wait
from prefect import serve

if __name__ == "__main__":
    serve(*(wait.to_deployment(name) for name in sys.argv[1:]))
"""

QUICK = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_CLI_COLORS": "false",
    "PREFECT_LOGGING_COLORS": "false",
    "PREFECT_AGENT_QUERY_INTERVAL": "2",
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    "PREFECT_WORKER_HEARTBEAT_SECONDS": "5",
    "PREFECT_RUNNER_POLL_FREQUENCY": "2",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_API_SERVICES_FOREMAN_LOOP_SECONDS": "2",
    "PREFECT_API_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS": "15",
    "PREFECT_API_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS": "15",
    "PREFECT_API_SERVICES_LATE_RUNS_AFTER_SECONDS": "3",
    "PREFECT_API_SERVICES_LATE_RUNS_LOOP_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "2",
    "PREFECT_SERVER_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS": "15",
    "PREFECT_SERVER_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS": "15",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "3",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "1",
}
"""Short intervals, so that the server notices within seconds what takes minutes as a rule."""
