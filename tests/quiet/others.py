"""Healthy lives of programs that have nothing to do with Prefect."""

from __future__ import annotations

import os
import shutil
import time
from signal import SIGHUP, SIGINT, SIGQUIT, SIGTERM
from typing import TYPE_CHECKING

from .database import PLACES, Database
from .machine import Bench, answers, ask, environment, free_port, until

if TYPE_CHECKING:
    from pathlib import Path

NGINX = """
daemon off;
user {user};
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/logs/nginx.log notice;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/logs/nginx.log combined;
  server {{
    listen 127.0.0.1:{port};
    location / {{ root {folder}/www; }}
    location /api/ {{ default_type application/json; return 200 '{{}}'; }}
  }}
}}
"""

CELERY = """
import time
from celery import Celery

app = Celery("shop", broker="filesystem://localhost", backend="file://{folder}/results")
app.conf.broker_transport_options = {{
    "data_folder_in": "{folder}/queue",
    "data_folder_out": "{folder}/queue",
    "control_folder": "{folder}/control",
}}
app.conf.broker_connection_retry_on_startup = True

@app.task(bind=True, max_retries=2)
def price(self, article):
    if article % 10 == 7 and not self.request.retries:
        raise self.retry(countdown=1)
    time.sleep(0.2)
    return article * 2

if __name__ == "__main__":
    waiting = [price.delay(article) for article in range(30)]
    print(sum(result.get(timeout=60) for result in waiting))
"""

DASK = """
import sys
import time
from distributed import Client

def square(n):
    time.sleep(0.05)
    return n * n

if __name__ == "__main__":
    with Client(sys.argv[1]) as client:
        client.wait_for_workers(2)
        print(sum(client.gather(client.map(square, range(200)))))
"""


def nginx(folder: Path) -> dict[str, Path]:
    """Two lives of a web server with a reload in between; nothing when it is not installed."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        return {}
    (folder / "www").mkdir(parents=True)
    (folder / "logs").mkdir()
    (folder / "www" / "index.html").write_text("<p>healthy</p>")
    port = free_port()
    user = "root" if os.geteuid() == 0 else "nobody"
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, user=user))
    with Bench(folder, {}) as bench:
        for life in range(2):
            server = bench.start("nginx.log", [program, "-c", config, "-p", folder])
            until("nginx", lambda: answers(f"http://127.0.0.1:{port}/"))
            for number in range(60):
                answers(f"http://127.0.0.1:{port}/")
                ask(f"http://127.0.0.1:{port}/api/orders/{number}")
                time.sleep(0.1)
            if not life:
                server.send_signal(SIGHUP)
                time.sleep(2)
            bench.stop(server, SIGQUIT)
        return {"nginx.log": bench.log("nginx.log")}


def postgres(folder: Path) -> dict[str, Path]:
    """Two lives of a database; nothing when it is not installed."""
    if not PLACES:
        return {}
    settings = (
        "log_connections=on",
        "log_disconnections=on",
        "log_statement=mod",
        "log_autovacuum_min_duration=0",
        "autovacuum_naptime=5s",
        "checkpoint_timeout=30s",
    )
    base = Database(folder)
    with base.bench as bench:
        for life in range(2):
            server = base.start(settings)
            if not life:
                base.sql("create table t (id int primary key, v text)")
            for number in range(12):
                first = 1000 * (12 * life + number)
                rows = f"generate_series({first}, {first + 999}) as id"
                base.sql(f"insert into t select id, 'x' from {rows}")
            base.sql("update t set v = 'y' where id % 3 = 0")
            time.sleep(35)
            bench.stop(server, SIGTERM if life else SIGINT)
        return {"postgres.log": bench.log("postgres.log")}


def dask(folder: Path, environments: Path, python: str) -> dict[str, Path]:
    """Two lives of a scheduler with two workers, all in one log as a pod's would be."""
    binary = environment(environments / "others", ["distributed", "celery"], python)
    folder.mkdir(parents=True)
    (folder / "client.py").write_text(DASK)
    address = f"tcp://127.0.0.1:{free_port()}"
    common: list[str | Path] = ["--dashboard-address", "127.0.0.1:0", "--nthreads", "1"]
    common += ["--local-directory", folder]
    with Bench(folder, {}) as bench:
        for life in range(2):
            words = ["scheduler", "--host", address, "--dashboard-address", "127.0.0.1:0"]
            scheduler = bench.start("dask.log", [binary / "dask", *words])
            workers = [
                bench.start(
                    "dask.log", [binary / "dask", "worker", address, "--name", name, *common]
                )
                for name in ("alpha", "beta")
            ]
            bench.run([binary / "python", "client.py", address])
            time.sleep(10)
            bench.run([binary / "python", "client.py", address])
            for process in (*workers, scheduler):
                bench.stop(process, SIGINT if life else SIGTERM)
        return {"dask.log": bench.log("dask.log")}


def celery(folder: Path, environments: Path, python: str) -> dict[str, Path]:
    """Two lives of a worker that takes its tasks from a directory."""
    binary = environment(environments / "others", ["distributed", "celery"], python)
    for name in ("queue", "control", "results"):
        (folder / name).mkdir(parents=True)
    (folder / "shop.py").write_text(CELERY.format(folder=folder))
    words = ["-A", "shop", "worker", "-c", "2", "-l", "INFO", "-n", "worker-1"]
    with Bench(folder, {}) as bench:
        for life in range(2):
            worker = bench.start("celery.log", [binary / "celery", *words])
            until("celery", lambda n=life: ready(bench, n))  # type: ignore[misc]
            bench.run([binary / "python", "shop.py"])
            time.sleep(5)
            bench.stop(worker, SIGTERM)
        return {"celery.log": bench.log("celery.log")}


def ready(bench: Bench, life: int) -> bool:
    """True when the worker has said that it is ready in this life too."""
    log = bench.log("celery.log")
    return log.exists() and log.read_text().count(" ready.") > life
