"""A check that could not be run says nothing, whatever words stand in what is pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnose.checks.hindrance import hindrance
from diagnose.checks.interpret import interpret

if TYPE_CHECKING:
    from kb.index import Index

MISSING = (
    "bash: prefect: command not found",
    "-bash: line 1: prefect: command not found",
    "/bin/sh: 1: prefect: not found",
    "zsh: command not found: prefect",
    "fish: Unknown command: prefect",
    "sudo: prefect: command not found",
    "env: \u2018prefect\u2019: No such file or directory",
    "bash: /opt/app/bin/prefect: No such file or directory",
    "bash: /opt/app/bin/prefect: Permission denied",
    "bash: /opt/app/bin/prefect: cannot execute binary file: Exec format error",
    "sudo: a password is required",
    "'prefect' is not recognized as an internal or external command,\r\n"
    "operable program or batch file.",
    "prefect : The term 'prefect' is not recognized as the name of a cmdlet, function, or operable"
    " program.\nAt line:1 char:1\n+ prefect version\n+ ~~~~~~~\n    + CategoryInfo : ObjectNotFound",
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "prefect":'
    " executable file not found in $PATH: unknown\ncommand terminated with exit code 126",
    "Command 'prefect' not found, did you mean:\n  command 'perfect' from deb perfect (1.0)",
    "joe@host:~$ prefect work-queue inspect q\nbash: prefect: command not found\njoe@host:~$",
)
REFUSED = (
    "Usage: prefect work-queue inspect [OPTIONS] NAME\nTry 'prefect work-queue inspect --help' for"
    " help.\n\u256d\u2500 Error \u2500\u2500\u256e\n\u2502 No such option: --foo \u2502\n\u2570\u2500\u2500\u256f",
    "Usage: prefect [OPTIONS] COMMAND [ARGS]...\nTry 'prefect --help' for help.\n\n"
    "Error: No such command 'work-queue'.",
)


@pytest.mark.parametrize("output", [*MISSING, *REFUSED])
@pytest.mark.parametrize("status", [None, 0, 1, 2, 127])
@pytest.mark.parametrize("command", ["work-queue-inspect", "flow-run-ls-late", "flow-run-inspect"])
def test_a_command_that_did_not_start_settles_nothing(
    index: Index, command: str, status: int | None, output: str
) -> None:
    found = interpret(index, command, output, status)

    assert found.findings == ()
    assert found.others == ()
    assert found.chosen is None or (status and found.chosen.quoted == "")
    assert found.chosen or found.note.startswith("the check could not be run: ")


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("ps-prefect-processes", "ps: Permission denied"),
        ("ps-prefect-processes", "error: unsupported option (BSD syntax)\n\nUsage:\n ps [options]"),
        ("proc-wchan", "cat: /proc/4711/wchan: Permission denied"),
        (
            "process-signal-mask",
            "grep: unrecognized option '--x'\nUsage: grep [OPTION]... PATTERNS",
        ),
        ("grep-heartbeat-errors", "grep: /var/log/agent.log: Permission denied"),
        ("docker-logs-tail", "unknown flag: --tale\nSee 'docker logs --help'."),
        (
            "kubectl-events-node",
            "error: unknown shorthand flag: 'z' in -z\nSee 'kubectl get --help'",
        ),
        ("journalctl-starts-stops", "journalctl: invalid option -- 'g'"),
        ("journalctl-unit-tail", "No journal files were opened due to insufficient permissions."),
        ("health-curl", "curl: option --foo: is unknown\ncurl: try 'curl --help' for more"),
        ("venv-import-prefect", "bash: /srv/venv/bin/python: Permission denied"),
    ],
)
@pytest.mark.parametrize("status", [None, 1, 2])
def test_a_refusal_is_no_outcome(
    index: Index, command: str, output: str, status: int | None
) -> None:
    found = interpret(index, command, output, status)

    assert found.findings == ()
    assert found.chosen is None or not found.chosen.finding
    assert found.chosen or found.note.startswith("the check could not be run: ")


def test_an_outcome_that_is_the_refusal_itself_is_told(index: Index) -> None:
    output = "Got permission denied while trying to connect to the Docker daemon socket"
    found = interpret(index, "docker-info", output)

    assert found.answer == "not permitted"
    assert found.findings == ()


def test_what_could_not_be_read_is_not_absent(index: Index) -> None:
    lines = "ps: /proc/1: Permission denied\n    1     0 Ss   ?   /sbin/init\n"
    whole = interpret(index, "ps-prefect-processes", lines.split("\n", 1)[1], 0)
    found = interpret(index, "ps-prefect-processes", lines, 0)

    assert "agent-process-missing" in {f.id for f in whole.findings}
    assert found.findings == ()
    assert "not all could be read: ps: /proc/1: Permission denied" in found.note


@pytest.mark.parametrize(
    ("program", "output"),
    [
        ("prefect", "Work queue 'q' not found!"),
        ("prefect", "2024-01-01 10:00:00 bash: prefect: command not found"),
        ("docker", "bash: prefect: command not found"),
        ("docker", "sh: 1: prefect: not found"),
        ("journalctl", "Oct 01 10:00:00 host agent[1]: prefect: command not found"),
        ("cat", "cat: /proc/4711/wchan: No such file or directory"),
        ("python", "/usr/bin/python: No module named httpcore"),
        ("prefect", ""),
    ],
)
def test_what_a_check_that_ran_shows_is_no_hindrance(program: str, output: str) -> None:
    assert not hindrance(output, program).line


def test_other_lines_beside_the_message_are_an_output(index: Index) -> None:
    output = "bash: warning: setlocale\nbash: prefect: command not found\nNo flow runs found.\n"

    assert not hindrance(output, "prefect").entirely
    assert interpret(index, "flow-run-ls-late", output).answer == "no Late runs"
