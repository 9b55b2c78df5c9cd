"""Where answers go, in which form, and that hostile texts and secrets come out harmless."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

import pytest

from diagnose.cli import output
from tests.diagnose.cli.conftest import HEARTBEAT, Result, assert_one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORMATS = ("text", "json", "markdown")
HOSTILE = (
    "cannot find a heartbeat [/x] [red] [b c] \x1b]0;owned\x07 \x1b[2J \x9b31m `id` ``` $(id) "
    "<script>alert(1)</script> ![x](http://x/y.png) \u202egpj.exe \u200b | a | b |\n"
    "```\n# no heading\n\x1b[31mcannot find a heartbeat\x1b[0m\r\x08\x08\n"
)
SECRETS = {
    "pnu_abcDEF1234567890abcDEF1234567890abcd": "PREFECT_API_KEY=%s",
    "s3cr3t-p4ssw0rd": "postgresql://prefect:%s@db:5432/prefect",
    "hunter2hunter2": "password=%s",
    "AKIAABCDEFGHIJKLMNOP": "aws_access_key_id = %s",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc": "Authorization: Bearer %s",
    "Zq7Xw9Lk2Vb4Nm81": "--password '%s'",
    "Zq7Xw9Lk2Vb4Nm82": "postgresql+asyncpg://prefect:ab/%s@db/prefect",
    "Zq7Xw9Lk2Vb4Nm83": "https://%s@api.example.com/x",
    "Zq7Xw9Lk2Vb4Nm84": "headers={'Cookie': 'session=%s'}",
    "Zq7Xw9Lk2Vb4Nm85": "auth=('admin', '%s')",
    "Zq7Xw9Lk2Vb4Nm86": 'PREFECT_API_KEY="%s',
    "Zq7Xw9Lk2Vb4Nm87": "curl -u admin:%s https://api.example.com",
}
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_comes_in_each_form_the_same_each_time(
    cli: Callable[..., Result], form: str
) -> None:
    first = cli("-e", HEARTBEAT, "--format", form)

    assert first == cli("-e", HEARTBEAT, "--format", form)
    assert "docker-in-docker-exhaustion" in first.out
    assert first.out.endswith("\n")
    assert first.err == ""


def test_json_is_short_for_its_format(cli: Callable[..., Result]) -> None:
    assert cli("-e", HEARTBEAT, "--json") == cli("-e", HEARTBEAT, "--format", "json")


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_comes_out_harmless(
    cli: Callable[..., Result], tmp_path: Path, form: str
) -> None:
    (tmp_path / "a.log").write_text(HOSTILE, encoding="utf-8")
    given = ("-e", HOSTILE, "--log", tmp_path / "a.log", "--symptom", HOSTILE)
    out = cli(*given, "--format", form, "-v").out

    assert CONTROL.search(out) is None
    if form == "json":
        assert "[red]" in json.dumps(json.loads(out))
    if form == "markdown":
        prose = _outside_code(out)
        for harm in ("<script", "![x]", "$(id)", "# no heading"):
            assert harm not in prose


def _outside_code(markdown: str) -> str:
    """Return the Markdown without fenced blocks and code spans, as a reader of it sees them."""
    kept, fence = [], ""
    for line in markdown.splitlines():
        opened = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if fence:
            fence = "" if opened and line.strip() == fence else fence
        elif opened:
            fence = opened[1]
        else:
            kept.append(line)
    assert fence == ""
    return re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", "\n".join(kept))


@pytest.mark.parametrize("form", FORMATS)
def test_secrets_stay(cli: Callable[..., Result], tmp_path: Path, form: str) -> None:
    lines = [f"ERROR {HEARTBEAT} {text % secret}" for secret, text in SECRETS.items()]
    (tmp_path / "a.log").write_text("\n".join(lines))
    saved = tmp_path / "answer"
    given = ("--log", tmp_path / "a.log", *(word for line in lines for word in ("-e", line)))

    shown = cli(*given, "--format", form, "-vv").out
    cli(*given, "--format", form, "-o", saved)
    page = cli("runbook", "docker-in-docker-exhaustion", *given).out
    why = cli("why-not", "docker-in-docker-exhaustion", *given).out
    watched = cli("watch", tmp_path / "a.log", "--once", "--json").out

    for text in (shown, saved.read_text(encoding="utf-8"), page, why, watched):
        assert "docker-in-docker-exhaustion" in text
        for secret in SECRETS:
            assert secret not in text


@pytest.mark.parametrize(
    "words",
    [
        ["-e", HEARTBEAT],
        ["explain", "agent-stopped"],
        ["kb", "list"],
        ["kb", "graph", "agent"],
        ["runbook", "clean-stop"],
        ["completion", "bash"],
    ],
    ids=" ".join,
)
def test_an_existing_file_is_kept_unless_forced(
    cli: Callable[..., Result], tmp_path: Path, words: list[str]
) -> None:
    path = tmp_path / "answer"
    path.write_text("old")

    assert_one_line(cli(*words, "-o", path), 2, str(path), "--force")
    assert path.read_text() == "old"

    shown = cli(*words)
    saved = cli(*words, "-o", path, "--force")
    assert (saved.status, saved.out) == (shown.status, "")
    assert path.read_text(encoding="utf-8") == shown.out
    assert saved.err == f"diagnose: written to {path}\n"
    assert cli(*words, "-q", "-o", path, "--force").err == ""


def test_output_to_a_dash_is_standard_output(cli: Callable[..., Result]) -> None:
    assert cli("-e", HEARTBEAT, "-o", "-") == cli("-e", HEARTBEAT)


@pytest.mark.parametrize("name", ["no/such/a.md", "."])
def test_an_unwritable_output_is_told_before_anything_is_read(
    cli: Callable[..., Result], tmp_path: Path, name: str
) -> None:
    result = cli("--log", tmp_path / "missing.log", "-o", tmp_path / name)
    assert_one_line(result, 2, str(tmp_path / name))


@pytest.mark.parametrize(
    ("words", "environment", "terminal", "colored"),
    [
        ([], {}, True, True),
        ([], {}, False, False),
        ([], {"NO_COLOR": "1"}, True, False),
        ([], {"NO_COLOR": ""}, True, True),
        ([], {"TERM": "dumb"}, True, False),
        (["--color", "never"], {}, True, False),
        (["--color", "always"], {"NO_COLOR": "1"}, False, True),
        (["--color", "auto"], {}, False, False),
        (["--color=always", "--json"], {}, True, False),
        (["--color=always", "--format=markdown"], {}, True, False),
    ],
)
def test_colour_follows_option_environment_and_terminal(
    cli: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    environment: dict[str, str],
    terminal: bool,
    colored: bool,
) -> None:
    monkeypatch.setattr(output, "on_terminal", lambda stream: terminal and stream is sys.stdout)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert ("\x1b[" in cli("-e", HEARTBEAT, *words).out) == colored


def test_text_fits_into_80_columns_in_a_pipe(cli: Callable[..., Result]) -> None:
    out = cli("-e", HEARTBEAT).out

    assert all(len(line) <= 80 for line in out.splitlines() if not line.startswith("  "))


@pytest.mark.parametrize("form", FORMATS)
def test_a_stream_that_knows_no_unicode_is_written_to(
    process: Callable[..., Result], form: str
) -> None:
    result = process("-e", f"{HEARTBEAT} \u00e9", "--format", form, PYTHONIOENCODING="ascii")

    assert result.out.isascii()
    assert result.status in (0, 1)
    assert result.err == ""
    if form == "json":
        assert json.loads(result.out)["input"]["errors"] == [f"{HEARTBEAT} \u00e9"]
