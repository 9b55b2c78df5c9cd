"""Line feeds are counted as `bytes.count` counts them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diagnose.scanning.feeds import LEAST, PIECE, line_feeds, numbered

BLOCK = st.lists(st.sampled_from([b"\n", b"a\n", b"\r\n", b"\xff", b"\0", b"x" * 300]), min_size=1)


@given(block=BLOCK, size=st.integers(LEAST, 3 * PIECE), data=st.data())
def test_as_many_as_there_are(block: list[bytes], size: int, data: st.DataObject) -> None:
    body = (b"".join(block) * size)[:size]
    start = data.draw(st.integers(0, size))
    stop = data.draw(st.integers(start, size))

    assert line_feeds(body, start, stop) == body.count(b"\n", start, stop)


@given(
    lines=st.lists(st.sampled_from([b"\n", b"a\n", b"x" * 5000 + b"\n"]), min_size=1, max_size=30),
    chosen=st.sets(st.integers(0, 30)),
)
def test_lines_are_numbered_whichever_gap_is_widest(lines: list[bytes], chosen: set[int]) -> None:
    body = b"".join(lines)
    starts = {len(b"".join(lines[:n])): 7 + n for n in chosen if n <= len(lines)}

    assert numbered(body, 7, len(lines), starts) == {0: 7, len(body): 7 + len(lines)} | starts
