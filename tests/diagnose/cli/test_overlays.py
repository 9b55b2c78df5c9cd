"""``--kb``: what is on top of the shipped base counts, and what is broken is told with its line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.diagnose.cli.conftest import HEARTBEAT, Result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIGNATURE = """\
- id: our-own-failure
  text: "gremlins ate the flux capacitor"
  kind: log pattern
  specificity: unique
"""
INSIGHT = """\
id: gremlins
title: Gremlins in the machine room
severity: warning
prior: rare
because: Gremlins eat what the agent needs.
what: They come at night and eat the flux capacitor.
phrasings: [gremlins were seen, something eats the hardware, the machine room is full of gremlins]
indicates: [{finding: our-own-failure, strength: almost-always, why: They leave this line.}]
no_checks: Nobody has seen one.
no_fixes: Feed them.
escalate: Call the zoo.
sources: [{url: "https://example.com/gremlins", says: They exist.}]
"""
LOOK = """\
- id: our-look
  kind: diagnostic
  language: shell
  text: look | less
  purpose: "looks \\e[2J with {}"
  effect: reads
  risk: none
  cost_s: 10
"""
BOMB = "\n".join(
    [
        "a: &a [x, x, x, x, x, x, x, x, x]",
        *(
            f"{n}: &{n} [{', '.join([f'*{p}'] * 9)}]"
            for p, n in zip("abcdefg", "bcdefgh", strict=True)
        ),
    ]
)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    folder = tmp_path / "ours"
    (folder / "insights").mkdir(parents=True)
    (folder / "signatures.yaml").write_text(SIGNATURE)
    (folder / "insights" / "gremlins.yaml").write_text(INSIGHT)
    return folder


def test_an_overlay_adds_and_is_named(cli: Callable[..., Result], ours: Path) -> None:
    status, out, _ = cli("-e", "Gremlins ate the flux capacitor", "--kb", ours, "--json")
    answer = json.loads(out)

    assert status == 0
    assert answer["kb"]["bases"] == ["prefect", "ours"]
    assert (answer["causes"][0]["insight"], answer["causes"][0]["base"]) == ("gremlins", "ours")
    assert "gremlins" in cli("kb", "list", "insights", "--ids", "--kb", ours).out.split()
    assert "ours" in cli("explain", "gremlins", "--kb", ours).out
    assert "base ours" in cli("kb", "show", "gremlins", "--kb", ours).out
    assert "# Runbook" in cli("runbook", "gremlins", "--kb", ours).out


def test_what_an_overlay_says_of_a_check_is_harmless(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    secret = "pnu_0123456789abcdef0123456789abcdef0123"
    (tmp_path / "commands.yaml").write_text(LOOK.format(secret))
    shown = cli("run", "our-look", "--kb", tmp_path).out

    assert "looks" in shown
    assert "\x1b" not in shown
    assert secret not in shown


def test_overlays_come_in_order(cli: Callable[..., Result], ours: Path, tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "insights").mkdir(parents=True)
    (top / "insights" / "gremlins.yaml").write_text(
        INSIGHT + "overrides: true\nwhat: Yes.\n".replace("what: Yes.\n", "")
    )

    assert "base top" in cli("kb", "show", "gremlins", "--kb", ours, "--kb", top).out
    assert cli("kb", "show", "gremlins", "--kb", top, "--kb", ours).status == 3


@pytest.mark.parametrize(
    ("name", "content", "line", "message"),
    [
        ("signatures.yaml", "- id: a\n  text: [\n", 3, "signatures.yaml"),
        ("signatures.yaml", SIGNATURE + "  colour: red\n", 5, "colour"),
        ("signatures.yaml", SIGNATURE + "  kind: exception\n", 5, "kind"),
        ("signatures.yaml", SIGNATURE + SIGNATURE, 5, "our-own-failure"),
        ("signatures.yaml", SIGNATURE.replace("our-own-failure", "agent-stopped"), 1, "overrides"),
        ("signatures.yaml", "- !!python/object/apply:os.system ['id']\n", 1, "tag"),
        ("signatures.yaml", BOMB, 2, "alias"),
        ("signatures.yaml", "- " * 2000 + "x\n", 1, "signatures.yaml"),
        ("signatures.yaml", "# " + "x" * 5_000_000, 0, "larger"),
        ("signatures.yaml", "- id: a\x1b[2J\n", 1, "U+001B"),
        ("other.yaml", "a: 1\n", 0, "not a file"),
    ],
    ids=["broken", "unknown key", "key twice", "id twice", "shipped id", "tag", "alias bomb", "deep",
         "huge", "control", "unknown file"],
)  # fmt: skip
def test_a_broken_overlay_is_told_with_file_and_line(
    cli: Callable[..., Result], ours: Path, name: str, content: str, line: int, message: str
) -> None:
    (ours / name).write_text(content)
    where = f"{ours / name}:{line}:" if line else f"{ours / name}:"

    status, out, err = cli("-e", HEARTBEAT, "--kb", ours)
    assert (status, out) == (3, "")
    assert all(told.startswith("diagnose: error: ") for told in err.splitlines())
    assert any(where in told and message in told for told in err.splitlines()), err


@pytest.mark.parametrize(
    "words",
    [
        ["explain", "agent"],
        ["why-not", "clean-stop", "-e", HEARTBEAT],
        ["runbook", "clean-stop"],
        ["kb", "list"],
        ["kb", "show", "agent"],
        ["kb", "graph"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_every_command_refuses_a_broken_overlay(
    cli: Callable[..., Result], ours: Path, words: list[str]
) -> None:
    (ours / "signatures.yaml").write_text(SIGNATURE + "  colour: red\n")
    status, out, err = cli(*words, "--kb", ours)

    assert (status, out) == (3, "")
    assert f"{ours / 'signatures.yaml'}:5:" in err
    assert "Traceback" not in err


def test_check_shows_what_is_broken_as_its_answer(cli: Callable[..., Result], ours: Path) -> None:
    (ours / "signatures.yaml").write_text(SIGNATURE + "  colour: red\n")
    status, out, err = cli("kb", "check", "--kb", ours)
    problems = json.loads(cli("kb", "check", "--kb", ours, "--json").out)["problems"]

    assert (status, err) == (3, "")
    assert out.startswith(f"{ours / 'signatures.yaml'}:5: ")
    assert [(p["path"], p["line"]) for p in problems] == [(str(ours / "signatures.yaml"), 5)]


def test_a_missing_overlay_is_told(cli: Callable[..., Result], tmp_path: Path) -> None:
    status, out, err = cli("-e", HEARTBEAT, "--kb", tmp_path / "none")

    assert (status, out, err.count("\n")) == (3, "", 1)
    assert str(tmp_path / "none") in err


def test_every_problem_is_told_at_once(cli: Callable[..., Result], ours: Path) -> None:
    (ours / "signatures.yaml").write_text(SIGNATURE + "  colour: red\n  shape: round\n")
    (ours / "insights" / "gremlins.yaml").write_text(INSIGHT + "mood: bad\n")

    err = cli("-e", HEARTBEAT, "--kb", ours).err
    assert all(word in err for word in ("colour", "shape", "mood"))


@pytest.mark.parametrize(
    "words",
    [("kb", "show", "our-own-failure"), ("kb", "graph"), ("kb", "graph", "our-own-failure"),
     ("kb", "graph", "--format", "mermaid"), ("kb", "graph", "--format", "graphml")],
    ids=" ".join,
)  # fmt: skip
def test_nothing_in_an_overlay_acts_on_a_screen(
    cli: Callable[..., Result], ours: Path, words: tuple[str, ...]
) -> None:
    hostile = SIGNATURE.replace("gremlins ate", "gremlins \\u202e \\u200b \\u009b31m ate")
    (ours / "signatures.yaml").write_text(hostile)
    status, out, _ = cli(*words, "--kb", ours)

    assert status == 0
    assert "flux capacitor" in out
    assert not set(out) & {"\u202e", "\u200b", "\x9b"}
