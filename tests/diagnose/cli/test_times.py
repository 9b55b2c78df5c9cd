"""Points in time as users write them."""

from __future__ import annotations

import pytest

from diagnose.cli.times import parse
from diagnose.errors import UsageError

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("now", NOW),
        ("2h", NOW - 7200),
        ("30m", NOW - 1800),
        ("30 min ago", NOW - 1800),
        ("1d", NOW - 86_400),
        ("1.5h", NOW - 5400),
        ("90s", NOW - 90),
        ("1w", NOW - 604_800),
        ("2023-11-14T22:13:20Z", NOW),
        ("2023-11-14 22:13:20", NOW),
        ("2023-11-14T23:13:20+01:00", NOW),
        ("2023-11-14T22:13:20,500", NOW + 0.5),
        ("2023-11-14", NOW - 80_000),
    ],
)
def test_a_time_is_understood(text: str, seconds: float) -> None:
    assert parse(text, "--since", NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2x", "-2h", "25:00", "9" * 30 + "h", "9" * 9 + "w", "9999-12-31"]
)
def test_anything_else_is_refused_with_the_option(text: str) -> None:
    with pytest.raises(UsageError, match="--until"):
        parse(text, "--until", NOW)
