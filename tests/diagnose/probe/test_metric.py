"""The metric: seconds since the last heartbeat, by the server's clock, in every form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from diagnose.probe import api, metric
from diagnose.probe.records import Beat
from diagnose.probe.settings import target

from .rows import deployment, pool, queue, worker
from .stand_in import prefect, serving

if TYPE_CHECKING:
    from .stand_in import Handler, Reply

LINE = re.compile(
    r'prefect_agent_heartbeat_seconds\{kind="(\w+)",pool="((?:[^"\\]|\\.)*)",queue="((?:[^"\\]|\\.)*)",'
    r'name="((?:[^"\\]|\\.)*)"\} \d+\.\d'
)


def answers() -> dict[str, Any]:
    """An API with one of each, as of now."""
    served = [deployment(7), deployment(None, "d2"), deployment(3, "d3", work_pool_name="p")]
    return {
        "/work_pools/filter": [pool("p"), pool("agents", "prefect-agent")],
        "/work_pools/p/queues/filter": [queue(40), queue(None, "unused")],
        "/work_pools/agents/queues/filter": [queue(5)],
        "/work_pools/p/workers/filter": [worker(12)],
        "/work_pools/agents/workers/filter": [],
        "/flows/filter": [{"id": "f1", "name": "load"}],
        "/deployments/filter": served,
    }


def beats(play: Any) -> list[Beat]:
    with serving(play) as server:
        found = target(server.api, {"PREFECT_HOME": "/nowhere"})
        assert found is not None
        return list(metric.beats(api.read(found)))


def test_queues_workers_and_runners_have_a_value_and_what_never_beat_has_none() -> None:
    found = beats(prefect(answers()))

    assert [beat[:4] for beat in found] == [
        ("queue", "agents", "default", ""),
        ("queue", "p", "default", ""),
        ("runner", "", "", "load/etl"),
        ("worker", "p", "", "w"),
    ]
    for beat, least in zip(found, (5, 40, 7, 12), strict=True):
        assert least <= beat.seconds < least + 5


def test_ages_are_by_the_servers_clock() -> None:
    plain = prefect(answers())

    def ahead(handler: Handler) -> Reply:
        status, headers, content = plain(handler)
        handler.ahead = 3600
        return status, headers, content

    assert 3600 <= beats(ahead)[0].seconds < 3615


def test_a_last_poll_in_the_future_is_no_negative_age() -> None:
    rows = answers() | {"/work_pools/p/queues/filter": [queue(-30)]}

    assert beats(prefect(rows))[1].seconds == 0.0


def test_times_that_are_none_are_no_values() -> None:
    broken = [{**queue(0, str(n)), "last_polled": bad} for n, bad in
              enumerate([7, "", "yesterday", "9" * 40, ["x"], {"a": 1}])]  # fmt: skip

    found = beats(prefect(answers() | {"/work_pools/p/queues/filter": broken}))

    assert [beat.kind for beat in found] == ["queue", "runner", "worker"]


@given(st.lists(st.text(max_size=30), min_size=3, max_size=3))
def test_any_name_gives_one_well_formed_line(names: list[str]) -> None:
    pool_name, queue_name, name = (n.replace("\r", "") for n in names)
    text = metric.prometheus([Beat("queue", pool_name, queue_name, name, 1.25)])

    head, line = text[:-1].split("\n")[:2], "\n".join(text[:-1].split("\n")[2:])

    assert [part.split()[1] for part in head] == ["HELP", "TYPE"]
    match = LINE.fullmatch(line)
    assert match
    unescape = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}
    values = [re.sub(r'\\[\\"n]', lambda m: unescape[m[0]], value) for value in match.groups()[1:]]
    assert values == [pool_name, queue_name, name]


def test_no_two_lines_have_the_same_labels() -> None:
    """Prometheus refuses a text with a series that stands twice, and with it all others."""
    same = [Beat("runner", "", "", "a", 5.0), Beat("runner", "", "", "a", 70.0)]

    lines = metric.prometheus([*same, Beat("runner", "", "", "b", 1.0)]).splitlines()[2:]

    assert [line.rpartition(" ")[2] for line in lines] == ["70.0", "1.0"]
