"""The flows that the healthy programs run, and what deploys, serves and calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FLOWS = '''
import tempfile
import time
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.runtime import flow_run

@task
def extract(rows: int) -> list[int]:
    get_run_logger().info("Reading %s rows", rows)
    time.sleep(1)
    return list(range(rows))

@task
def total(numbers: list[int]) -> int:
    return sum(numbers)

@flow
def orders(rows: int = 50) -> int:
    """Succeeds."""
    result = total(extract(rows))
    get_run_logger().info("Total is %s", result)
    return result

@flow(log_prints=True)
def stock(rows: int = 20) -> int:
    """Warns and succeeds."""
    print("Loading stock levels")
    result = total(extract(rows))
    get_run_logger().warning("3 of %s articles have no price, using the one of yesterday", rows)
    return result

@task(retries=2, retry_delay_seconds=2)
def partner_file(marker: str) -> str:
    place = Path(tempfile.gettempdir()) / f"arrived-{marker}"
    if not place.exists():
        place.touch()
        raise RuntimeError("The file of the partner is not there yet")
    place.unlink()
    return "orders.csv"

@flow
def exchange() -> str:
    """Retries once and succeeds."""
    return partner_file(str(flow_run.id))
'''

SCRIPT = """
if __name__ == "__main__":
    orders()
    stock()
    exchange()
    orders(rows=200)
"""

SERVE = """
from flows import exchange, orders, stock
from prefect import serve

if __name__ == "__main__":
    serve(*(f.to_deployment("served", interval=45 if f is orders else None)
            for f in (orders, stock, exchange)))
"""

AGENT_DEPLOYMENTS = """
from flows import exchange, orders, stock
from prefect.deployments import Deployment

for f in (orders, stock, exchange):
    Deployment.build_from_flow(f, "agent", work_pool_name="agents", apply=True)
"""

NAMES = ("orders", "stock", "exchange")


def deployments_file(folder: Path) -> str:
    """A prefect.yaml with the three flows for the process pool."""
    items = "\n".join(
        f"  - name: worker\n    entrypoint: flows.py:{name}\n    work_pool:\n      name: processes"
        for name in NAMES
    )
    pull = "prefect.deployments.steps.set_working_directory"
    return f"name: quiet\npull:\n  - {pull}:\n      directory: {folder}\ndeployments:\n{items}\n"
