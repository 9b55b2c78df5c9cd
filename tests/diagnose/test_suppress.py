from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.asking.phrases import standing
from diagnose.diagnosis import diagnose
from diagnose.errors import UsageError
from diagnose.given import Given
from diagnose.report import data, markdown, text
from diagnose.report.jsontext import dumps
from diagnose.suppress import NAME, Suppressions, find, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from diagnose.result import Diagnosis
    from kb.index import Index

CLOSED = "h2.exceptions.ProtocolError: Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
HTTP2 = "http2-protocol-error-stops-agent"


def project(folder: Path, text: str) -> Path:
    path = folder / NAME
    path.write_text(text, encoding="utf-8")
    return path


def entry(**fields: str) -> str:
    return "suppress:\n  - {" + ", ".join(f"{k}: {v}" for k, v in fields.items()) + "}\n"


def test_a_suppressed_insight_is_listed_and_no_cause(index: Index, tmp_path: Path) -> None:
    path = project(tmp_path, entry(insight=HTTP2, reason="upgrade is planned", until="2999-01-31"))
    before = diagnose(Given(errors=(CLOSED,)), index)
    after = diagnose(Given(errors=(CLOSED,), project=path), index)

    assert before.causes[0].insight == HTTP2
    assert before.suppressed == ()
    assert HTTP2 not in {cause.insight for cause in after.causes}
    assert after.verdict in ("weak", "nothing_known")
    assert [(s.insight, s.reason, s.until) for s in after.suppressed] == [
        (HTTP2, "upgrade is planned", "2999-01-31")
    ]


def test_what_it_explains_speaks_for_nothing_else(index: Index, tmp_path: Path) -> None:
    path = project(tmp_path, entry(insight=HTTP2, reason="known", until="2999-01-31"))
    before = {c.insight: c.probability for c in diagnose(Given(errors=(CLOSED,)), index).causes}
    after = {
        c.insight: c.probability
        for c in diagnose(Given(errors=(CLOSED,), project=path), index).causes
    }

    assert all(after[name] == pytest.approx(before[name]) for name in before.keys() & after.keys())


def test_a_suppressed_finding_counts_as_unknown_and_is_listed(index: Index, tmp_path: Path) -> None:
    path = project(
        tmp_path, entry(finding="runs-stay-late", reason="a test pool", until="'2999-01-31'")
    )
    found = diagnose(Given(symptoms=("runs-stay-late", "agent-process-gone"), project=path), index)

    assert [s.finding for s in found.suppressed] == ["runs-stay-late"]
    seen = {proof.finding for cause in found.causes for proof in cause.evidence}
    assert "runs-stay-late" not in seen
    assert "agent-process-gone" in seen


def test_a_suppression_that_changes_nothing_is_not_listed(index: Index, tmp_path: Path) -> None:
    path = project(tmp_path, entry(finding="runs-stay-late", reason="x", until="2999-01-31"))

    assert diagnose(Given(errors=(CLOSED,), project=path), index).suppressed == ()


def test_an_expired_one_no_longer_counts_and_says_so(index: Index, tmp_path: Path) -> None:
    path = project(tmp_path, entry(insight=HTTP2, reason="x", until="2024-05-01"))

    assert load(path, index, date(2024, 5, 1)).active
    late = load(path, index, date(2024, 5, 2))
    assert late.active == ()
    assert "ended on 2024-05-01" in late.notes[0]


def test_the_nearest_project_file_within_the_repository_is_found(tmp_path: Path) -> None:
    path = project(tmp_path, "")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)

    assert find(inner) == path
    (tmp_path / "a" / ".git").mkdir()
    assert find(inner) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("suppress: [{insight: no-such, reason: x, until: 2999-01-01}]", "no known insight id"),
        (f"suppress: [{{insight: {HTTP2}, until: 2999-01-01}}]", "needs a reason"),
        (f"suppress: [{{insight: {HTTP2}, reason: x}}]", "needs 'until'"),
        (f"suppress: [{{insight: {HTTP2}, reason: x, until: soon}}]", "needs 'until'"),
        (f"suppress: [{{insight: {HTTP2}, reason: x, until: 2999-01-01, why: y}}]", "unknown key 'why'"),
        (f"suppress: [{{insight: {HTTP2}, finding: late-runs-exist, reason: x, until: 2999-01-01}}]", "one of the two"),
        ("suppress: [1]", "must be a mapping"),
        ("suppress: 3", "must be a list"),
        ("- a", "must be a mapping"),
        ("suppress: [", "is not valid YAML"),
        ("suppress: [{insight: !!python/object/apply:os.system [id], reason: x}]", "tag"),
        ("suppres: []", "unknown key 'suppres'"),
        ("a: &a [x]\nb: *a", "aliases"),
        ("suppress: []\nsuppress: []", "stands twice"),
    ],
)  # fmt: skip
def test_every_mistake_is_one_line_with_the_file(
    index: Index, tmp_path: Path, text: str, said: str
) -> None:
    path = project(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load(path, index)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_would_grow_without_bound_is_refused_at_once(
    index: Index, tmp_path: Path
) -> None:
    """Nine references to nine references, and so on: a few hundred bytes, ten to the power of nine."""
    lines = ["suppress:", "- insight: x", "  reason: x", "  until:", '   a0: &a0 ["x"]']
    lines += [f"   a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    with pytest.raises(UsageError, match="aliases"):
        load(project(tmp_path, "\n".join(lines)), index)


def test_an_empty_file_and_an_empty_list_suppress_nothing(index: Index, tmp_path: Path) -> None:
    for content in ("", "# nothing yet\n", "suppress:\n", "suppress: []\n"):
        assert load(project(tmp_path, content), index) == Suppressions()


def test_a_time_is_taken_for_its_day(index: Index, tmp_path: Path) -> None:
    for until in ("2999-01-31", "'2999-01-31'", "2999-01-31 10:00:00", "2999-01-31T10:00:00"):
        path = project(tmp_path, entry(insight=HTTP2, reason="x", until=until))
        assert [s.until for s in load(path, index).active] == ["2999-01-31"]


@given(st.text(max_size=200))
def test_any_content_is_read_or_refused(
    index: Index, tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("p") / NAME
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load(path, index)
    except UsageError as error:
        said = str(error)
    else:
        return
    assert str(path) in said


FORMS: dict[str, Callable[[Diagnosis], str]] = {
    "text": lambda found: text.render(found, width=100, color=False),
    "markdown": markdown.render,
    "json": lambda found: dumps(data.as_dict(found)),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_report_lists_what_was_suppressed_with_reason_and_expiry(
    index: Index, tmp_path: Path, form: str
) -> None:
    reason = "upgrade, key pnu_0123456789abcdef0123456789abcdef0123"
    path = project(tmp_path, entry(insight=HTTP2, reason=f"'{reason}'", until="2999-01-31"))
    before, after = (
        FORMS[form](diagnose(Given(errors=(CLOSED,), project=where), index))
        for where in (None, path)
    )

    assert "2999-01-31" not in before
    for part in (HTTP2, "2999-01-31", "upgrade, key"):
        assert part in after.replace("\\", "")
    assert "pnu_0123456789" not in after


def test_the_guided_form_says_what_is_suppressed_before_it_asks(
    index: Index, tmp_path: Path
) -> None:
    path = project(tmp_path, entry(insight=HTTP2, reason="known", until="2999-01-31"))
    lines = standing(diagnose(Given(errors=(CLOSED,), project=path), index))

    assert f"suppressed: {HTTP2}, until 2999-01-31: known" in lines
