"""Every engine says where to look, and all send the sieve to the same lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from diagnose.scanning import engines
from diagnose.scanning.engines import Automaton, Plain, Streamed, engine
from diagnose.scanning.sieve import _ABNORMAL, ABNORMAL, Sieve
from diagnose.scanning.telling import Runs, Shared, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diagnose.scanning.engines import Engine

KINDS: list[Callable[[Sequence[bytes]], Engine]] = [Automaton, Streamed, Plain]
PIECE = st.sampled_from(
    [
        b"err",
        b"error",
        b"orde",
        b"rror",
        b"timeout",
        b"outbound",
        b"out",
        b"heartbeat",
        b"beat",
        b"a",
    ]
)
LITERALS = st.lists(PIECE, min_size=1, max_size=6, unique=True)
WORD = st.one_of(
    PIECE,
    st.sampled_from([b"x", b" ", b"ERROR", b"Error: ", b"TimeoutError", b"beatbeat", b"\xff"]),
)
BLOCK = st.lists(st.lists(WORD, max_size=6).map(b"".join), min_size=1, max_size=8).map(b"\n".join)


@pytest.mark.parametrize("make", KINDS)
@given(literals=LITERALS, block=BLOCK)
def test_a_place_is_given_in_every_line_that_holds_a_literal(
    make: Callable[[Sequence[bytes]], Engine], literals: list[bytes], block: bytes
) -> None:
    places = make(literals).find(block)

    lowered = block.lower()
    assert all(lowered[start:end] == literals[number] for number, start, end in places)
    assert [end for _, _, end in places] == sorted(end for _, _, end in places)
    told = {block.count(b"\n", 0, start) for _, start, _ in places}
    lines = lowered.split(b"\n")
    assert told == {n for n, line in enumerate(lines) if any(one in line for one in literals)}


@pytest.mark.parametrize("count", [engines.PACKED + 1, engines.PASSES * engines.PACKED + 1])
def test_many_literals_are_found_in_several_passes_or_one(count: int) -> None:
    literals = [b"literal-%04d." % n for n in range(count)]
    block = b"\n".join(reversed(literals))

    for make in KINDS:
        assert sorted(n for n, _, _ in make(literals).find(block)) == list(range(count))


@given(
    words=st.lists(PIECE, min_size=1, max_size=6, unique=True),
    block=BLOCK,
)
@example(words=[b"rror"], block=b"timeouterror")
def test_every_engine_picks_the_same_lines(words: list[bytes], block: bytes) -> None:
    listed = [Wanted((word,), word, ordinary=False) for word in words]
    body = block + b"\n"

    picked = [list(Sieve(Shared(listed, b""), b"", make).picked(body)) for make in KINDS]

    assert picked[0] == picked[1] == picked[2]
    held = [line for line in body.split(b"\n") if any(w in line.lower() for w in words)]
    assert set(held) <= {body[start:stop] for start, stop in picked[0]}


@given(
    runs=st.sets(st.lists(PIECE, min_size=1, max_size=3).map(b" ".join), min_size=1, max_size=6),
    block=BLOCK,
    common=st.lists(PIECE, max_size=3),
)
@example(runs={b"heartbeat out", b"beat"}, block=b"heartbeat", common=[])
@example(runs={b"orde err", b"beat a"}, block=b"error beat a orde", common=[])
def test_in_a_large_base_lines_with_a_run_are_picked_whatever_the_engine(
    runs: set[bytes], block: bytes, common: list[bytes]
) -> None:
    body = block + b"\n"
    start = b"".join(one + b"\n" for one in common) * 50

    picked = [list(Sieve(Runs(runs, frozenset(), start), b"", m).picked(body)) for m in KINDS]

    assert picked[0] == picked[1] == picked[2]
    held = {line for line in body.split(b"\n") if any(run in line.lower() for run in runs)}
    lines = {body[start:stop] for start, stop in picked[0]}
    assert held <= lines
    assert all(_ABNORMAL.search(line) for line in lines - held)


def test_what_is_not_installed_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: object) -> Engine:
        raise ImportError

    assert isinstance(engine([b"one"]), Automaton)
    assert isinstance(engine([b"%d" % n for n in range(1000)]), Streamed)
    monkeypatch.setattr(engines, "Streamed", missing)
    assert isinstance(engine([b"%d" % n for n in range(1000)]), Automaton)
    monkeypatch.setattr(engines, "Automaton", missing)
    assert isinstance(engine([b"one"]), Plain)
    assert isinstance(engine([*ABNORMAL]), Plain)
