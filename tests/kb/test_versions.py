"""Versions: half-known ones, and windows that agree with the packaging standard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from kb import versions

RELEASE = st.lists(st.integers(0, 30), min_size=3, max_size=3).map(lambda p: ".".join(map(str, p)))
OPERATOR = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
CLAUSE = st.tuples(OPERATOR, RELEASE).map("".join)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2.10.4", (2, 10, 4), (2, 10, 5)),
        ("v2.10.4", (2, 10, 4), (2, 10, 5)),
        ("2.10", (2, 10), (2, 11)),
        ("2", (2,), (3,)),
        ("2.x", (2,), (3,)),
        ("3.*", (3,), (4,)),
        ("3.1.x", (3, 1), (3, 2)),
        (" 2.0.0 ", (2,), (2, 0, 1)),
        ("2.10.4.dev3+g1", (2, 10, 4), (2, 10, 5)),
        ("3.0.0rc1", (3,), (3, 0, 1)),
    ],
)
def test_a_version_text_stands_for_all_that_begin_so(
    text: str, low: tuple[int, ...], high: tuple[int, ...]
) -> None:
    assert versions.parse(text) == versions.Span(low, high)


@pytest.mark.parametrize("text", ["", "latest", "x.2", "-1", "two", "${VERSION}"])
def test_what_is_no_version_is_none(text: str) -> None:
    assert versions.parse(text) is None


@given(st.text(max_size=30))
def test_any_text_can_be_asked(text: str) -> None:
    span = versions.parse(text)

    assert span is None or span.low < span.high


@given(st.lists(CLAUSE, min_size=1, max_size=4), RELEASE)
def test_a_full_version_is_allowed_exactly_when_the_standard_says_so(
    clauses: list[str], release: str
) -> None:
    specifier = ",".join(clauses)
    span = versions.parse(release)

    assert span is not None
    assert versions.allows(specifier, span) == SpecifierSet(specifier).contains(Version(release))


@given(st.lists(CLAUSE, min_size=1, max_size=3), RELEASE)
def test_a_half_known_version_is_allowed_when_some_release_of_it_is(
    clauses: list[str], release: str
) -> None:
    specifier = ",".join(clauses)
    series = release.rsplit(".", 1)[0]
    whole = versions.parse(f"{series}.x")
    exact = versions.parse(release)

    assert whole is not None
    assert exact is not None
    if versions.allows(specifier, exact):
        assert versions.allows(specifier, whole)


@pytest.mark.parametrize(
    ("specifier", "version", "allowed"),
    [
        (">=2.6,<2.16.9", "2.10.4", True),
        (">=2.6,<2.16.9", "2.16.9", False),
        (">=2.6,<2.16.9", "2.x", True),
        (">=2.6,<2.16.9", "3.x", False),
        ("<3", "3.0.0", False),
        ("<=2.10", "2.10.9", True),
        (">2", "2.20.1", False),
        ("==2.10", "2.10.4", True),
        ("!=2.10.5", "2.10.5", False),
        ("!=2.10.5", "2.10", True),
    ],
)
def test_windows(specifier: str, version: str, allowed: bool) -> None:
    span = versions.parse(version)

    assert span is not None
    assert versions.allows(specifier, span) is allowed


@pytest.mark.parametrize("wrong", ["", "2.10", "~=2.1", ">=", ">=2;<3", ">= two"])
def test_what_is_no_comparison_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a comparison"):
        versions.spans(wrong)


@given(st.lists(CLAUSE, min_size=1, max_size=4))
def test_spans_do_not_overlap_and_are_in_order(clauses: list[str]) -> None:
    found = versions.spans(",".join(clauses))

    assert all(span.low < span.high for span in found)
    assert all(not a.meets(b) for a in found for b in found if a is not b)
