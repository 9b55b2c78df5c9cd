"""Which command the words mean, and the hints for words that mean none."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.cli import dispatch, oneshot, parser, table
from diagnose.errors import UsageError
from tests.diagnose.cli.conftest import HEARTBEAT, Result, assert_one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnose.cli.options import Command

COMMANDS = (oneshot.COMMAND, *(table.load(entry) for entry in table.ENTRIES))
NAMES = [command.name for command in COMMANDS]
FLAGS = [flag for option in oneshot.OPTIONS for flag in option.flags]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["--eror", "x"], ["unknown option '--eror'", "did you mean --error"]),
        (["explian", "x"], ["unknown command 'explian'", "did you mean explain"]),
        (["kb", "lst"], ["unknown command 'kb lst'", "did you mean list"]),
        (["help"], ["unknown command 'help'", "--help"]),
        (["an", "error"], ["unknown command 'an'"]),
        (["Agent stopped!"], ["diagnose --error TEXT"]),
        (["."], ["diagnose --log ."]),
        (["kb"], ["kb needs a command: list, show, check"]),
        (["--error"], ["--error", "expected one argument"]),
        (["-e", "x", "--format", "jsn"], ["--format", "did you mean json"]),
        (["-e", "x", "--color", "sometimes"], ["auto, always, never"]),
        (["--json", "--format", "markdown", "-e", "x"], ["--json", "markdown"]),
        (["-e", "x", "y z"], ["'y z'"]),
        (["-e", "x", "-n", "0"], ["--limit", "'0'"]),
        (["-e", "x", "-n", "many"], ["--limit", "'many'"]),
        (["-e", ""], ["--error is empty"]),
        (["-e", "x", "--symptom", " "], ["--symptom is empty"]),
        (["-e", "x", "--log", ""], ["--log is empty"]),
        (["-e", "x", "--kb", ""], ["--kb is empty"]),
        (["-e", "x", "--fact", "uptime"], ["NAME=VALUE", "'uptime'"]),
        (["-e", "x", "--fact", "oom_kil=1"], ["'oom_kil'", "did you mean oom_kills"]),
        (["-e", "x", "--since", "yesterday"], ["--since", "2h"]),
        (["-e", "x", "--prefect-version", "new"], ["--prefect-version", "'new'"]),
        (["-e", "x", "--no-symptom", "runs-stay-lat"], ["'runs-stay-lat'", "did you mean"]),
        (["explain"], ["required", "ID|TEXT", "diagnose explain --help"]),
        (["explain", "skreen-session-freeze"], ["did you mean screen-session-freeze"]),
        (["why-not", "skreen-session-freeze", "-e", "x"], ["did you mean screen-session-freeze"]),
        (["runbook", "screen-session-freez"], ["did you mean screen-session-freeze"]),
        (["runbook", "--all", "screen-session-freeze"], ["--all"]),
        (["kb", "show", "agent-stoped"], ["did you mean agent-stopped"]),
        (["kb", "graph", "--depth", "2"], ["--depth needs an entity"]),
        (["kb", "graph", "prefect-agent-heartbeat"], ["is a page"]),
        (["kb", "list", "insigths"], ["did you mean insight"]),
        (["kb", "schema", "reslt"], ["did you mean result"]),
        (["kb", "import", "page.txt"], ["-o DIR", "--dry-run"]),
        (["completion", "bsh"], ["did you mean bash"]),
        (["completion", "--dept"], ["unknown option '--dept'"]),
    ],
)
def test_wrong_words_are_answered_with_one_line(
    cli: Callable[..., Result], words: list[str], parts: list[str]
) -> None:
    assert_one_line(cli(*words), 2, *parts)


def test_the_version_is_told(cli: Callable[..., Result]) -> None:
    assert cli("--version") == cli("--version", "-q") == Result(0, "diagnose 0.1.0\n", "")


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_help_opens_with_examples_and_ends_with_exit_statuses(
    cli: Callable[..., Result], command: Command
) -> None:
    status, out, err = cli(*command.words, "--help")

    assert (status, err) == (0, "")
    assert out.startswith("Examples:\n  ")
    sections = out.split("\n\n")
    assert sections[-1].startswith("Exit status:\n  0 ")
    assert "\n  2 " in sections[-1]
    assert f"Usage: {command.name}" in out
    assert all(len(line) <= 80 for line in out.splitlines() if not line.startswith("  diagnose"))
    for option in command.options:
        assert option.long in out


@pytest.mark.parametrize("name", ["ask", "watch", "serve", "tui", "verify"])
def test_a_command_that_comes_back_to_its_logs_offers_no_url(
    cli: Callable[..., Result], name: str
) -> None:
    assert "--log PATH " in cli(name, "--help").out
    assert "--log PATH|URL " in cli("--help").out


def test_group_help_lists_its_commands(cli: Callable[..., Result]) -> None:
    status, out, _ = cli("kb", "--help")

    assert status == 0
    assert out.startswith("Examples:\n")
    assert all(f"\n  {name} " in out for name, _ in table.group("kb"))


def test_the_main_help_lists_all_commands(cli: Callable[..., Result]) -> None:
    out = cli("-h").out

    assert all(f"\n  {name} " in out for name, _ in table.top())


@pytest.mark.parametrize(
    ("command", "line"),
    [(c, line) for c in COMMANDS for line, _ in c.examples],
    ids=[line for c in COMMANDS for line, _ in c.examples],
)
def test_examples_are_command_lines_that_parse(command: Command, line: str) -> None:
    part = next(p for p in line.replace("<(", "| ").split("|") if "diagnose" in p)
    words = shlex.split(part.rstrip(") ") if "<(" in line else part)
    words = words[words.index("diagnose") + 1 :]

    assert tuple(words[: len(command.words)]) == command.words
    parser.parse(command, words[len(command.words) :])


@pytest.mark.parametrize("entry", table.ENTRIES, ids=lambda entry: " ".join(entry.words))
def test_the_table_says_what_the_command_says(entry: table.Entry) -> None:
    command = table.load(entry)

    assert command.words == entry.words
    assert command.summary
    assert len({option.dest for option in command.options}) == len(command.options)
    flags = [flag for option in command.options for flag in option.flags]
    assert len(set(flags)) == len(flags)
    assert "--json" in flags or entry.words in (("tui",), ("serve",))


def test_options_may_stand_before_the_command(cli: Callable[..., Result]) -> None:
    assert cli("--json", "explain", "agent-stopped") == cli("explain", "agent-stopped", "--json")
    assert cli("kb", "--json", "list", "pages") == cli("kb", "list", "pages", "--json")
    assert cli("--json", "kb", "list", "pages") == cli("kb", "list", "--json", "pages")


@given(
    st.lists(
        st.sampled_from([*FLAGS, "x", "-x", "a b", "text", "json", "5", "--error=-e", "--log=a=b"]),
        max_size=6,
    )
)
def test_words_read_by_hand_mean_what_the_parser_says(words: list[str]) -> None:
    by_hand = dispatch.by_hand(words, oneshot.OPTIONS)

    if by_hand is not None:
        assert by_hand == parser.parse(oneshot.COMMAND, words)


@pytest.mark.parametrize(
    "words",
    [
        ["--error", "- Agent stopped!"],
        ["-e", "-x"],
        ["--error=--json", "-n", "3", "-v", "-v", "-q"],
        ["--log", "-", "--symptom", "a", "--symptom", "b", "--json"],
    ],
)
def test_plain_words_are_read_by_hand(words: list[str]) -> None:
    assert dispatch.by_hand(words, oneshot.OPTIONS) == parser.parse(oneshot.COMMAND, words)


@pytest.mark.parametrize("words", [["-eX"], ["-vv"], ["-n3"], ["-qv"], ["--no-such"], ["--", "x"]])
def test_unusual_words_are_left_to_the_parser(words: list[str]) -> None:
    assert dispatch.by_hand(words, oneshot.OPTIONS) is None


def test_abbreviations_are_refused() -> None:
    with pytest.raises(UsageError, match="--err"):
        parser.parse(oneshot.COMMAND, ["--err", "x"])


def test_short_options_may_be_joined(cli: Callable[..., Result]) -> None:
    assert cli(f"-e{HEARTBEAT}", "-qn3") == cli("-e", HEARTBEAT, "-q", "-n", "3")
