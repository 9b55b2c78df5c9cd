"""Overlays: what is added, extended, overridden and disabled, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.check import check
from kb.load import load
from kb.model import Insight, Page, Signature
from tests.kb.conftest import TINY, problems, write_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_an_overlay_adds_extends_and_overrides(write: Callable[..., Path], tmp_path: Path) -> None:
    overlay = write_files(
        tmp_path / "ours",
        {
            "signatures.yaml": (
                "- {id: ours, text: ours, kind: exception, specificity: unique}\n"
                "- {id: reset, overrides: true, text: RST, kind: x, specificity: unique}\n"
            ),
            "insights/network-down.yaml": (
                "id: network-down\nextends: true\nseverity: critical\n"
                "indicates: [{finding: ours, strength: often}]\n"
            ),
        },
    )

    base = load([write(), overlay], shipped=False)

    insight = base.entities["network-down"]
    reset = base.entities["reset"]
    assert isinstance(insight, Insight)
    assert isinstance(reset, Signature)
    assert insight.severity == "critical"
    assert [edge.finding for edge in insight.indicates] == ["reset", "ours"]
    assert reset.text == "RST"
    assert base.names == ("tiny", "ours")
    assert base.origins["reset"].base == "ours"
    assert check(base) == []


def test_an_existing_id_needs_a_word(write: Callable[..., Path], tmp_path: Path) -> None:
    again = {"references.yaml": "- {id: agent, text: other, kind: component}\n"}

    assert "say extends, overrides or disabled" in problems(
        write(), write_files(tmp_path / "o", again)
    )


def test_overlays_with_one_folder_name_stay_apart(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    more = {"references.yaml": "- {id: agent, extends: true, note: more}\n"}
    overlay = write_files(tmp_path / "other" / "tiny", more)

    base = load([write(), overlay], shipped=False)

    assert base.names == ("tiny", "tiny-2")
    assert base.origins["agent"].base == "tiny-2"


def test_disabling_leaves_no_loose_ends(write: Callable[..., Path], tmp_path: Path) -> None:
    overlay = write_files(
        tmp_path / "off",
        {
            "insights/network-down.yaml": "id: network-down\ndisabled: true\n",
            "symptoms.yaml": "- {id: runs-wait, disabled: true}\n",
            "facts.yaml": "- {id: poll-old, disabled: true}\n",
            "references.yaml": "- {id: agent-class, disabled: true}\n",
        },
    )
    words = TINY["cases/agent-dead.yaml"].replace('"symptom=runs-wait", "fact poll_age_s=90"', "")

    base = load([write({"cases/agent-dead.yaml": words}), overlay], shipped=False)

    page, insight = base.entities["beat"], base.entities["agent-dead"]
    assert isinstance(page, Page)
    assert isinstance(insight, Insight)
    assert page.insights == ("agent-dead",)
    assert insight.look_alikes == ()
    assert [edge.finding for edge in insight.indicates] == ["no-beat"]
    assert "network-down" not in base.cases
    assert base.cases["agent-dead"][1].instead is None
    assert check(base) == []


def test_a_finding_that_an_exception_names_can_be_disabled(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    reason = "reason: There was no agent before."
    unless = TINY["insights/agent-dead.yaml"].replace(
        reason, f"unless: [poll-old, no-beat], {reason}"
    )
    overlay = write_files(tmp_path / "off", {"facts.yaml": "- {id: poll-old, disabled: true}\n"})
    words = TINY["cases/agent-dead.yaml"].replace(', "fact poll_age_s=90"', "")
    files = {"insights/agent-dead.yaml": unless, "cases/agent-dead.yaml": words}

    base = load([write(files), overlay], shipped=False)

    insight = base.entities["agent-dead"]
    assert isinstance(insight, Insight)
    assert insight.versions is not None
    assert insight.versions.unless == ("no-beat",)
    assert check(base) == []
