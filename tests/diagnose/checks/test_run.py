from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.checks.commands import fill, is_valid
from diagnose.checks.execute import Output, execute
from diagnose.checks.run import Plan, plan
from diagnose.errors import UsageError
from tests.diagnose.made import program

if TYPE_CHECKING:
    from pathlib import Path

    from kb.index import Index

HOSTILE = ["1; rm -rf /", "1\nreboot", "$(id)", "`id`", "-1", "--help", "1 2", "{pid}", "", "٣"]


def made(argv: list[str], **changes: object) -> Plan:
    """Return a plan that runs Python or another program, as a test needs it."""
    planned = Plan("x", "diagnostic", "p", tuple(argv), " ".join(argv), "here", "reads", "none",
                   "none", (), "", ())  # fmt: skip
    return planned._replace(**changes)  # type: ignore[arg-type]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_refused_with_one_line(index: Index, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(index, "proc-wchan", {"pid": value}, {})
    assert "\n" not in str(caught.value)


@given(st.text(max_size=60))
def test_no_value_of_any_type_is_an_option_or_breaks_a_line(value: str) -> None:
    kinds = ("unit", "pool", "queue", "name", "run-id", "deployment", "pid", "path", "namespace",
             "pod", "container", "host", "url", "number", "version", "text")  # fmt: skip
    if any(is_valid(kind, value) for kind in kinds):
        assert not value.startswith("-")
        assert not set(value) & set("\n\r\0;|&$`<>\"'")


def test_values_are_filled_in_one_pass_and_shown_quoted(index: Index) -> None:
    planned = plan(index, "work-queue-ls", {"pool": "my pool"}, {})

    assert planned.argv[-1] == "my pool"
    assert "'my pool'" in planned.shown
    assert not planned.refused


def test_one_value_of_the_evidence_fills_a_placeholder_and_two_do_not(index: Index) -> None:
    assert plan(index, "proc-wchan", {}, {"pid": ["77"]}).argv == ("cat", "/proc/77/wchan")
    assert "no value is known for pid" in plan(index, "proc-wchan", {}, {"pid": ["7", "8"]}).refused


def test_a_value_that_is_named_twice_is_one(index: Index) -> None:
    command = index.command("proc-wchan")
    assert command is not None
    twice = {"pid": ["77", "77"]}

    assert plan(index, command.id, {}, twice).argv == fill(command, twice).argv
    assert plan(index, command.id, {}, twice).argv == ("cat", "/proc/77/wchan")


def test_a_value_that_needs_quotes_is_not_put_into_a_text_that_has_its_own(index: Index) -> None:
    command = index.command("worker-ls-of-pool")
    assert command is not None
    named = {"pool": ["my pool"], "url": ["http://127.0.0.1:4200/api"]}
    planned = plan(index, command.id, {}, named)

    assert "/work_pools/<pool>/workers" in planned.shown
    assert "/work_pools/{pool}/workers" in fill(command, named).text
    assert [name for name, _, _ in planned.unfilled] == ["pool"]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of programs of an environment that holds this program, and is on the PATH."""
    folder = tmp_path / "venv" / "bin"
    program(folder, "python", "echo 1.0.9")
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    monkeypatch.setattr(sys, "prefix", str(folder.parent))
    monkeypatch.setattr(importlib.util, "find_spec", {}.get)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


@pytest.mark.usefixtures("own")
def test_the_own_environment_does_not_answer_for_the_agents(index: Index) -> None:
    assert "not the agent's" in plan(index, "httpcore-version", {}, {}).refused
    assert not plan(index, "pgrep-dockerd", {}, {}).refused


@pytest.mark.usefixtures("own")
def test_an_environment_with_the_product_may_be_the_agents(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", {"prefect": "there"}.get)
    assert not plan(index, "httpcore-version", {}, {}).refused


@pytest.mark.usefixtures("own", "agents")
def test_an_environment_that_was_activated_is_asked(index: Index) -> None:
    assert not plan(index, "httpcore-version", {}, {}).refused


def test_hostile_values_in_the_evidence_fill_nothing(index: Index) -> None:
    planned = plan(index, "proc-wchan", {}, {"pid": ["1; rm -rf /"]})

    assert planned.argv == ()
    assert planned.shown == "cat /proc/<pid>/wchan"


def test_a_log_never_says_which_program_is_started(index: Index) -> None:
    assert (
        "come from a log" in plan(index, "venv-import-prefect", {}, {"path": ["/tmp/evil"]}).refused
    )
    assert not plan(index, "venv-import-prefect", {"venv": "/opt/venv"}, {}).refused


def test_no_command_that_changes_something_may_run(index: Index) -> None:
    for command, _, _ in index.names("command"):
        entity = index.entity(command)
        assert entity is not None
        if entity.record["effect"] == "changes":
            planned = plan(index, command, {}, {})
            assert planned.refused
            with pytest.raises(ValueError, match=command):
                execute(planned)


def test_versions_that_do_not_fit_are_said_with_the_replacement(index: Index) -> None:
    assert "the version here is not known" in " ".join(
        plan(index, "heartbeat-events-of-run", {}, {}).notes
    )
    run = {"run_id": "5b1c2f0e-0000-4000-8000-000000000000"}
    assert "2.14" in plan(index, "heartbeat-events-of-run", run, {}, ["2.14"]).refused


def test_near_misses_are_named(index: Index) -> None:
    with pytest.raises(UsageError, match="did you mean flow-run-ls-late"):
        plan(index, "flow-run-ls-lat", {}, {})
    with pytest.raises(UsageError, match="has no placeholder 'pd'"):
        plan(index, "proc-wchan", {"pd": "1"}, {})


def test_arguments_reach_the_program_as_they_are() -> None:
    got = execute(made([*python("import sys; print(sys.argv[1:])"), "$(id)", "; ls", "a b"]))

    assert got.text.strip() == "['$(id)', '; ls', 'a b']"
    assert got.exit_status == 0


def test_both_streams_are_read_and_there_is_no_input() -> None:
    got = execute(
        made(
            python("import sys; print(repr(sys.stdin.read())); sys.stderr.write('e'); sys.exit(3)")
        )
    )

    assert "''" in got.text
    assert got.text.endswith("e")
    assert got.exit_status == 3


def test_the_environment_is_passed_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")

    got = execute(made(python("import os; print(os.environ['PREFECT_API_URL'])")))
    assert got.text.strip() == "http://127.0.0.1:4200/api"


@pytest.mark.skipif(os.name != "posix", reason="process groups")
def test_a_command_beyond_its_time_is_stopped_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    child = f"import time, pathlib; time.sleep(3); pathlib.Path({str(mark)!r}).touch()"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); print('x', flush=True); time.sleep(60)"
    begun = time.monotonic()
    got = execute(made(python(code)), timeout=1.0)

    assert got.timed_out
    assert got.exit_status is None
    assert time.monotonic() - begun < 10
    time.sleep(3)
    assert not mark.exists()


def test_endless_output_is_stopped_at_the_limit() -> None:
    got = execute(made(python("while True: print('y' * 1000)")), limit=100_000)

    assert got.truncated
    assert len(got.text) <= 100_000


@pytest.mark.skipif(os.name != "posix", reason="process groups")
def test_something_left_in_the_background_does_not_hold_the_answer_up() -> None:
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print('done')"
    begun = time.monotonic()
    got = execute(made(python(code)))

    assert got.text.strip() == "done"
    assert got.exit_status == 0
    assert time.monotonic() - begun < 10


def test_a_program_that_is_not_there_is_said() -> None:
    assert execute(made(["no-such-program-here"])) == Output(
        None, "", 0.0, False, False, "no-such-program-here is not on the PATH here"
    )


def test_binary_output_is_read() -> None:
    got = execute(made(python("import sys; sys.stdout.buffer.write(bytes(range(256)))")))
    assert "\ufffd" in got.text


def diagnose(*words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "diagnose", "run", *words], input=stdin or "", capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def agents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that is not this program's own comes first on the PATH."""
    program(tmp_path / "agent", "python", f'exec {sys.executable} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "agent"), prepend=os.pathsep)


@pytest.mark.usefixtures("agents")
def test_without_a_terminal_nothing_runs_without_yes() -> None:
    done = diagnose("python-site")

    assert done.returncode == 2
    assert "--yes" in done.stderr.splitlines()[-1]
    assert done.stdout == ""


@pytest.mark.usefixtures("agents")
def test_yes_runs_a_reading_command_and_refuses_a_changing_one() -> None:
    ran = diagnose("python-site", "--yes", "--json")
    refused = diagnose("agent-start", "--yes", "--json")

    assert json.loads(ran.stdout)["ran"] is True
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["ran"] is False
    assert "changes" in json.loads(refused.stdout)["refused"]


def test_a_paste_is_interpreted_into_a_diagnosis_and_options_to_go_on_with() -> None:
    done = diagnose("flow-run-ls-late", "--paste", "--json", stdin="| id | SCHEDULED |\n")
    data = json.loads(done.stdout)

    assert done.returncode == 0
    assert data["command"] == "run"
    assert data["findings"] == [{"finding": "late-runs-exist", "kind": "fact", "state": "present"}]
    assert data["then"] == ["--symptom", "late-runs-exist"]
    assert data["diagnosis"]["causes"]
    assert data["ran"] is False


def test_an_empty_paste_is_wrong_use() -> None:
    assert diagnose("flow-run-ls-late", "--paste").returncode == 2


def test_secrets_in_a_paste_are_in_no_output() -> None:
    secret = "pnu_0123456789abcdef0123456789abcdef0123"
    for words in ((), ("--json",)):
        done = diagnose(
            "prefect-version", "--paste", *words, stdin=f"PREFECT_API_KEY={secret}\nzzz"
        )
        assert secret not in done.stdout + done.stderr


SECRET = "pnu_0123456789abcdef0123456789abcdef0123"


@pytest.mark.skipif(sys.platform == "win32", reason="a script as a program")
@pytest.mark.parametrize("form", ["text", "json"])
def test_hostile_output_of_a_command_that_ran_is_harmless_on_screen_and_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    program, saved, touched = tmp_path / "who", tmp_path / "saved", tmp_path / "touched"
    said = f"\\033]0;evil\\007 key {SECRET} \\033[2J $(touch {touched}); touch {touched}"
    program.write_text(f"#!/bin/sh\nprintf '{said}\\n'\nprintf '{said}' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    shown = diagnose("who-logins", "--yes", "--format", form)
    kept = diagnose("who-logins", "--yes", "--format", form, "-o", str(saved))
    everything = [shown.stdout, shown.stderr, kept.stdout, kept.stderr, saved.read_text("utf-8")]

    assert shown.returncode == 0
    assert "redacted" in saved.read_text("utf-8")
    for text in everything:
        assert SECRET not in text
        assert not set(text) & {"\x1b", "\x07"}
    assert not touched.exists()


@pytest.mark.parametrize("value", [*HOSTILE, "\x1b[2J", f"http://x/{SECRET}", "http://u:p@x/"])
def test_hostile_values_on_the_command_line_are_one_line_and_run_nothing(value: str) -> None:
    done = diagnose("proc-wchan", "--set", f"pid={value}", "--yes")

    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert SECRET not in done.stderr
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_value_that_holds_a_secret_is_not_filled_in(index: Index) -> None:
    planned = plan(index, "api-health-curl", {}, {"url": [f"http://127.0.0.1:4200/{SECRET}"]})

    assert SECRET not in repr(planned)


@pytest.mark.usefixtures("agents")
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals")
@pytest.mark.parametrize(("answer", "ran"), [("yes", True), ("no", False), ("", False)])
def test_consent_shows_the_exact_command_and_where_it_runs(answer: str, *, ran: bool) -> None:
    import pexpect  # noqa: PLC0415

    child = pexpect.spawn(
        sys.executable, ["-m", "diagnose", "run", "python-site"], timeout=60, encoding="utf-8"
    )
    child.expect("command: python -m site")
    child.expect("would run here: ")
    child.expect("Run exactly this command here")
    child.sendline(answer)
    child.expect("ran here, exit status" if ran else "not run: you did not agree")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == (0 if ran else 1)
