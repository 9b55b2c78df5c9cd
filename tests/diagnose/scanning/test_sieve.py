"""The sieve picks every line that is abnormal or may hold a signature, and few others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnose.reading.incidents import ABNORMAL, chain
from diagnose.reading.reader import Reader
from diagnose.scanning import telling
from diagnose.scanning.sieve import Sieve
from diagnose.scanning.telling import MOST_SHARED, RARE, Runs, Shared, Wanted, wanted
from kb.load import SHIPPED
from tests.diagnose.made import recorded

if TYPE_CHECKING:
    from diagnose.scanning.telling import Telling
    from kb.index import Index

STAMP = "2023-02-01 10:11:12,345"


def picked(sieve: Sieve, text: str) -> list[str]:
    body = text.encode() + b"\n"
    found = [body[start:stop].decode() for start, stop in sieve.picked(body)]
    sieve.watch(body.count(b"\n"))
    return found


def runs(chosen: Telling) -> set[bytes]:
    return {run for one in chosen.chosen for run in chosen.needed(one)}


def bare(start: str = "") -> Sieve:
    return Sieve(Shared([], b""), start.encode())


@pytest.mark.parametrize(
    "line",
    [
        f"{STAMP} | ERROR   | prefect.agent - no",
        f"{STAMP} | WARNING | prefect.agent - no",
        f"{STAMP} - root - CRITICAL - no",
        "[2023-02-01 10:11:12+0000] FATAL - prefect.x | no",
        "ERROR:root:no",
        "WARN  - x - y",
        '{"time": "2023-02-01T10:11:12Z", "level": "error", "message": "no"}',
        '{"ts":1675246272,"severity":"Warning","msg":"no"}',
        '{"levelname": "CRITICAL", "message": "no"}',
        '{"PRIORITY":"3","MESSAGE":"no"}',
        '{"PRIORITY": "4", "MESSAGE": "no"}',
        "Traceback (most recent call last):",
        "  |   Traceback (most recent call last):",
        "httpx.ConnectTimeout",
        "KeyError: 'a'",
        "prefect.exceptions.Abort: no",
        "    raise x.Killed9: no",
        '{"log":"ValueError: no\\n","stream":"stderr"}',
        '{"message": "no", "exc_info": "Traceback\\nOSError"}',
    ],
)
def test_an_abnormal_line_is_picked(line: str) -> None:
    start = '{"PRIORITY":"6","MESSAGE":"x"}'
    assert picked(bare(start), f"all is well\n{line}\nall is well") == [line]


@pytest.mark.parametrize(
    "line",
    [
        f"{STAMP} | INFO    | prefect.agent - 0 errors, no warning, exit of the group refused",
        '{"level":"info","message":"error budget: 0"}',
        '{"PRIORITY":"6","MESSAGE":"timeout set"}',
    ],
)
def test_an_ordinary_line_is_not(line: str) -> None:
    assert picked(bare('{"PRIORITY":"6"}'), line) == []


@pytest.mark.parametrize("path", sorted((SHIPPED / "quiet").glob("*.log")), ids=lambda p: p.name)
def test_what_the_full_path_takes_for_abnormal_is_picked(index: Index, path: object) -> None:
    text = path.read_text("utf-8")  # type: ignore[attr-defined]
    told = set(picked(bare(text), text.rstrip("\n")))

    raw = text.split("\n")
    for record in recorded(text):
        if record.level in ABNORMAL or chain(record):
            own = [raw[line.number - 1] for line in record.lines]
            assert told & set(own), own


def test_every_signature_is_picked_as_it_is_quoted_or_re_cased(index: Index) -> None:
    sieve = Sieve(Shared(wanted(index, index.scope()), b""), b"")
    for row in index.signatures():
        text = row.text.replace("\n", " ")
        for said in (text, text.upper(), text.replace(" ", "  "), text.replace("'", '\\"')):
            assert picked(sieve, f"{STAMP} | INFO | x - {said}"), (row.id, said)


def test_every_mark_of_life_is_picked(index: Index) -> None:
    reader = Reader(index)
    sieve = Sieve(Shared(wanted(index, reader.scope), b""), b"")
    for line in (
        "Feb 01 10:11:12 host systemd[1]: Started Prefect agent.",
        "Feb 01 10:11:12 host systemd[1]: Stopped Prefect agent.",
        "Feb 01 10:11:12 host systemd[1]: x.service: Deactivated successfully.",
        f"{STAMP} INFO spawned: 'agent' with pid 12",
        f"{STAMP} INFO exited: agent (exit status 1; not expected)",
    ):
        (record,) = recorded(line)
        assert reader.lives.mark(record, reader.matcher.hits(record))
        assert picked(sieve, line) == [line]


def test_a_word_that_stands_everywhere_is_given_up_for_the_text() -> None:
    listed = [Wanted((b"failed",), b"job failed for good", ordinary=False)]
    sieve = Sieve(Shared(listed, b""), b"")
    common = "a check failed again\n" * 5000

    assert len(picked(sieve, common)) == 5001 - 1
    assert picked(sieve, common + "the Job failed for good") == ["the Job failed for good"]


def test_an_ordinary_signature_is_given_up_where_it_stands_everywhere() -> None:
    both = [
        Wanted((), b"checking for runs", ordinary=True),
        Wanted((), b"waiting for runs", ordinary=False),
    ]
    sieve = Sieve(Shared(both, b""), b"")
    common = "Checking for runs\nWaiting for runs\n" * 3000

    assert len(picked(sieve, common)) == 6000
    assert set(picked(sieve, common)) == {"Waiting for runs"}


def test_a_word_that_is_common_at_the_start_is_not_chosen() -> None:
    listed = [Wanted((b"runs", b"lost"), b"runs lost", ordinary=False)]
    start = b"all runs are fine\n" * int(2 / RARE)

    assert Shared(listed, start).chosen == [b"lost"]
    assert Shared(listed, start.replace(b"fine", b"lost")).chosen == [b"runs lost"]


def test_few_words_serve_many_signatures(index: Index) -> None:
    listed = wanted(index, index.scope())
    many = {b"text %s of kind %d" % (kind, n) for n in range(MOST_SHARED) for kind in (b"a", b"b")}

    assert len(Shared(listed, b"").chosen) < len(listed) / 2
    assert len(Runs(many, frozenset(), b"").chosen) == 1


def test_in_a_large_base_the_word_alone_picks_no_line() -> None:
    runs = {b"the shared text", b"shared by some", b"of others"}
    sieve = Sieve(Runs(runs, frozenset(), b""), b"")

    assert sieve.literals[:2] == (b"others", b"shared")
    assert picked(sieve, "it is shared\nThe Shared text.\nso shared by some") == [
        "The Shared text.",
        "so shared by some",
    ]


def test_a_word_that_very_many_runs_share_is_not_looked_for() -> None:
    runs = {b"shared text%dx" % n for n in range(MOST_SHARED + 1)}

    assert b"shared" not in Runs(runs, frozenset(), b"").chosen


def test_a_word_is_given_up_for_another_and_then_for_the_run() -> None:
    chosen = Runs({b"runs went missing", b"it went"}, frozenset(), b"all runs are fine\n" * 500)
    assert chosen.chosen == [b"went"]

    assert chosen.give_up([b"went"])
    assert chosen.chosen == [b"it went", b"missing"]
    assert chosen.needed(b"missing") == [b"runs went missing"]
    assert chosen.give_up([b"missing"])
    assert chosen.chosen == [b"it went", b"runs went missing"]
    assert not chosen.give_up([b"it went"])


def test_a_large_base_wants_the_same_as_a_small_one(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = index.scope()
    listed = wanted(index, scope)
    ordinary = {one.run for one in listed if one.ordinary}
    assert ordinary

    monkeypatch.setattr(telling, "SMALL", 0)
    chosen = telling.telling(index, scope)(b"")

    assert runs(chosen) == {one.run for one in listed}
    assert all(word in run for word in chosen.chosen for run in chosen.needed(word))
    while chosen.give_up(chosen.chosen):
        pass
    assert runs(chosen) == {one.run for one in listed if not one.ordinary}


def test_ordinary_runs_that_were_seen_often_enough_are_not_looked_for() -> None:
    lasting, ordinary = {b"run lost"}, frozenset({b"checking for runs", b"rare thing"})
    often, seldom = b"x Checking for runs y, run lost, so\n" * 40, b"a rare thing\n" * 3

    assert runs(Runs(lasting, ordinary, b"")) == lasting | ordinary
    assert runs(Runs(lasting, ordinary, often + seldom)) == {b"rare thing", b"run lost"}
