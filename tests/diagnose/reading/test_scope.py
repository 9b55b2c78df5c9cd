"""What products an input speaks of, and where lives of processes begin and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnose.matching.match import Matcher
from diagnose.reading.scope import Lives, Products
from tests.diagnose.made import SPOKEN, one, told

if TYPE_CHECKING:
    from kb.index import Index


def products(index: Index, *texts: str) -> Products:
    found = Products(index.scope())
    for text in texts:
        found.look(text)
    return found


@pytest.mark.parametrize(
    ("text", "ours", "foreign"),
    [
        ("our Prefect agent died", True, False),
        ("PREFECT.AGENT", True, False),
        ("flow runs stay late", True, False),
        ("the kafka consumer missed its heartbeat", False, True),
        ("Celery workers and Kafka brokers", False, True),
        ("prefect and kafka", True, False),
        ("an imperfect day", False, False),
        ("the heartbeat stopped", False, False),
        ("non-prefect", False, False),
        ("prefect-worker-78d664b779-snmln was restarted", True, False),
        ("my_prefect_agent does not start", True, False),
        ("workflow-run 17 failed", False, False),
        ("", False, False),
    ],
)
def test_products_are_named_as_whole_words(
    index: Index, text: str, ours: bool, foreign: bool
) -> None:
    found = products(index, text)

    assert (found.ours, found.foreign) == (ours, foreign)


def test_ours_named_anywhere_makes_it_ours(index: Index) -> None:
    assert products(index, "kafka", "prefect").ours
    assert not products(index, "kafka", "prefect").foreign
    assert products(index, "prefect", "kafka").ours


@pytest.mark.parametrize(
    "text",
    [
        "Kafka consumer group rebalances because the heartbeat session times out",
        "celery worker missed heartbeat from celery@host-2, no reply",
        "airflow scheduler heartbeat is missing",
        "rabbitmq closes the connection: missed heartbeats from client, timeout: 60s",
    ],
)
def test_the_heartbeat_of_another_product_is_out_of_scope(index: Index, text: str) -> None:
    assert told(index, text).verdict == "out_of_scope"


@pytest.mark.parametrize(
    "text", ["my car does not start", "the weather is nice today and the sea is calm"]
)
def test_what_is_about_nothing_known_names_no_cause(index: Index, text: str) -> None:
    assert told(index, text).verdict not in SPOKEN


def test_a_log_of_prefect_is_in_scope_by_its_logger(index: Index) -> None:
    log = "10:11:12.345 | ERROR   | prefect.agent - kafka is gone\n"

    assert told(index, log).verdict != "out_of_scope"


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("Agent stopped!", "end"),
        ("2023-02-01 10:11:12,345 INFO spawned: 'agent' with pid 77", "start"),
        ("2023-02-01 10:11:12,345 INFO exited: agent (exit status 1; not expected)", "end"),
        ("Feb  1 10:11:12 host systemd[1]: Started Prefect agent.", "start"),
        ("Feb  1 10:11:12 host systemd[1]: Stopped Prefect agent.", "end"),
        ("10:11:12.345 | INFO    | prefect.agent - all is well", ""),
        ("I started it yesterday", ""),
    ],
)
def test_lines_that_begin_and_end_a_life(index: Index, line: str, mark: str) -> None:
    record = one(line)

    assert Lives(index.scope(), index).mark(record, Matcher(index).hits(record)) == mark
