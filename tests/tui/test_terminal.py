"""In a real pseudo-terminal: pastes, pipes, clipboard bytes, signals, resizing, no colour."""

from __future__ import annotations

import base64
import fcntl
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from diagnose.given import Given
from diagnose.sessions.file import to_json
from diagnose.sessions.session import Session
from tests.tui.tour import H2

if TYPE_CHECKING:
    from types import TracebackType

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")

LIMIT = 60
"""Seconds without any output that end a test; four times as many end it anyway."""

ROOT = str(Path(__file__).parents[2])


class Terminal:
    """The program on a terminal that is read by an emulator."""

    def __init__(
        self,
        *arguments: str,
        columns: int = 120,
        rows: int = 36,
        shell: str = "",
        after: str = "",
        **env: str,
    ) -> None:
        words = [sys.executable, "-m", "diagnose", "tui", *arguments]
        command = ["/bin/sh", "-c", f"{shell} {' '.join(words)}{after}"] if shell else words
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.deadline = time.monotonic() + 4 * LIMIT
        size = struct.pack("HHHH", rows, columns, 0, 0)
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": ROOT, **env}
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
        self.child = pexpect.spawn(
            command[0],
            command[1:],
            dimensions=(rows, columns),
            env=environment,
            timeout=LIMIT,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSWINSZ, size),  # before it can ask
        )

    def __enter__(self) -> Self:
        """Return the terminal."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the program."""
        self.child.close(force=True)

    def wait_for(self, text: str) -> None:
        """Read until a text stands on the screen."""
        while text not in self.shown:
            self.read()

    def wait_for_bytes(self, wanted: bytes) -> None:
        """Read until the program sent something."""
        while wanted not in self.raw:
            self.read()

    def read(self) -> None:
        """Read what there is; the cursor blinks, so silence alone would never end the wait."""
        assert time.monotonic() < self.deadline, self.shown
        data = self.child.read_nonblocking(65536, timeout=LIMIT)
        self.raw += data
        self.stream.feed(data)

    @property
    def shown(self) -> str:
        """What stands on the screen."""
        return "\n".join(self.screen.display)

    def wait_until_stopped(self) -> None:
        """Wait until the program is stopped; going on before that would be lost."""
        os.waitid(os.P_PID, self.child.pid, os.WSTOPPED | os.WNOWAIT)

    def mode(self) -> int:
        """Return the local flags of the terminal."""
        return int(termios.tcgetattr(self.child.child_fd)[3])

    def ended(self) -> int:
        """Wait for the end and return the exit status."""
        try:
            while True:
                self.read()
        except pexpect.EOF:
            pass
        self.child.wait()
        status = self.child.exitstatus
        return -int(self.child.signalstatus) if status is None else int(status)


def _is_restored(raw: bytes) -> bool:
    """Say whether alternate screen and mouse are off at the end."""
    return all(
        raw.rfind(f"\x1b[?{mode}l".encode()) > raw.rfind(f"\x1b[?{mode}h".encode())
        for mode in (1049, 1000, 1003, 2004)
    )


def test_a_bracketed_paste_is_kept_whole() -> None:
    with Terminal() as terminal:
        terminal.wait_for("Symptoms (")
        terminal.child.send(f"\x1b[200~{H2}\x1b[201~")
        terminal.wait_for("(+7 lines)")
        terminal.wait_for("ESTABLISHED")


def test_piped_input_is_read_first_and_keys_still_work() -> None:
    with Terminal(shell="printf 'Agent stopped!\\nqqq\\nq\\n' |") as terminal:
        terminal.wait_for("log stdin")
        terminal.child.send("\x1b")
        terminal.wait_for("y Yes")
        terminal.child.send("q")
        assert terminal.ended() == 0
        assert b"diagnose tui --log -" in terminal.raw
        assert _is_restored(terminal.raw)


def test_a_command_goes_to_the_clipboard_byte_for_byte() -> None:
    with Terminal(
        "-e", "ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
    ) as terminal:
        terminal.wait_for("4 What to do")
        terminal.wait_for("$ ")
        terminal.child.send("\x1b")
        terminal.wait_for("y Yes")
        terminal.child.send("4")
        terminal.wait_for("c Copy")
        terminal.child.send("c")
        terminal.wait_for_bytes(b"\x1b]52;c;")
        coded = terminal.raw.split(b"\x1b]52;c;")[1].split(b"\x07")[0]
        assert base64.b64decode(coded).startswith(b"journalctl -u ")


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_restores_the_terminal(number: signal.Signals, status: int) -> None:
    with Terminal() as terminal:
        terminal.wait_for("Symptoms (")
        terminal.child.kill(number)
        assert terminal.ended() == status
        assert _is_restored(terminal.raw)
        assert b"Traceback" not in terminal.raw


@pytest.mark.parametrize("key", ["q", "\x03"], ids=["q", "ctrl+c"])
@pytest.mark.parametrize("stop", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_stopped_program_comes_back_and_ends_as_ever(stop: signal.Signals, key: str) -> None:
    with Terminal("-e", "Agent\\ stopped!", shell="exec env") as terminal:
        terminal.wait_for("Symptoms (")
        terminal.child.send("\x1b")
        terminal.wait_for("y Yes")
        terminal.child.kill(stop)
        if stop == signal.SIGTSTP:
            terminal.wait_for_bytes(b"\x1b[?1049l")
            assert _is_restored(terminal.raw)
        terminal.wait_until_stopped()
        before = len(terminal.raw)
        terminal.child.kill(signal.SIGCONT)
        while b"\x1b[?1049h" not in terminal.raw[before:]:
            terminal.read()
        terminal.screen.reset()
        terminal.wait_for("y Yes")
        terminal.child.send("2")
        terminal.wait_for("x Rule out")
        terminal.child.send(key)
        assert terminal.ended() == 0
        assert _is_restored(terminal.raw)
        assert termios.ICANON & terminal.mode()


def test_the_shell_gets_the_terminal_and_gives_it_back() -> None:
    with Terminal(
        shell="bash --norc -i -m -c '", after="; echo left=$?; fg; echo over=$?'"
    ) as terminal:
        terminal.wait_for("Symptoms (")
        terminal.child.send("\x1b")
        terminal.wait_for("y Yes")
        terminal.child.send("\x1a")
        terminal.wait_for_bytes(b"left=1")
        terminal.screen.reset()
        terminal.wait_for("y Yes")
        terminal.child.send("q")
        terminal.wait_for_bytes(b"over=0")
        assert _is_restored(terminal.raw)


def test_an_editor_that_is_not_there_leaves_the_screen_in_order() -> None:
    with Terminal("-e", "Agent\\ stopped!", shell="exec env", EDITOR="/no/such/editor") as terminal:
        terminal.wait_for("Symptoms (")
        terminal.wait_for("4 What to do")
        terminal.child.send("\x1b")
        terminal.wait_for("y Yes")
        terminal.child.send("e")
        terminal.wait_for("/no/such/editor: No such file")
        terminal.child.send("q")
        assert terminal.ended() == 0
        assert _is_restored(terminal.raw)


def test_a_terminal_that_is_gone_ends_the_program() -> None:
    with Terminal() as terminal:
        terminal.wait_for("Symptoms (")
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), terminal.child.child_fd)  # the other end is closed by this
        terminal.child.wait()
        assert terminal.child.exitstatus == 129


def test_the_layout_follows_the_size() -> None:
    with Terminal() as terminal:
        terminal.wait_for("Symptoms (")
        terminal.screen.resize(24, 80)
        terminal.child.setwinsize(24, 80)
        while (
            "2 Likely causes"
            not in terminal.screen.display[10]
            + terminal.screen.display[11]
            + (terminal.screen.display[12])
        ):
            terminal.read()


def test_without_colour_no_colour_is_sent() -> None:
    with Terminal("-e", "runs", NO_COLOR="1") as terminal:
        terminal.wait_for("Symptoms (")
        terminal.wait_for("\u25b8")
        codes = {
            code for m in re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw) for code in m.split(b";")
        }
        coloured = {
            c for c in codes if c.isdigit() and 30 <= int(c) <= 107 and c not in (b"39", b"49")
        }
        assert not coloured


def test_an_empty_no_color_means_colour() -> None:
    with Terminal("-e", "runs", NO_COLOR="") as terminal:
        terminal.wait_for("Symptoms (")
        assert b"38;2;" in terminal.raw or b"38;5;" in terminal.raw


def test_a_dumb_terminal_is_refused_with_a_pointer() -> None:
    with Terminal(TERM="dumb") as terminal:
        assert terminal.ended() == 2
        assert b"diagnose ask" in terminal.raw
        assert b"\x1b[" not in terminal.raw


def test_a_log_that_gives_nothing_does_not_keep_the_program(settings: Path) -> None:
    os.mkfifo(settings / "pipe.log")
    with Terminal("--log", "pipe.log") as terminal:
        terminal.wait_for("Symptoms (")
        terminal.wait_for("3 How to begin")
        terminal.child.send("\x03")
        assert terminal.ended() == 0
        assert _is_restored(terminal.raw)


def test_a_pipe_that_is_not_there_is_refused() -> None:
    with Terminal("--log", "-") as terminal:
        assert terminal.ended() == 2
        assert b"--log -: nothing comes in there" in terminal.raw
        assert b"\x1b[" not in terminal.raw


def test_inputs_are_added_to_a_session_that_is_resumed(settings: Path) -> None:
    (settings / "s.json").write_text(to_json(Session(Given(errors=("from the session",)))))
    with Terminal("--resume", "s.json", "-e", "from the command line") as terminal:
        terminal.wait_for("from the session")
        terminal.wait_for("from the command line")


def test_no_terminal_is_refused_with_a_pointer() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "diagnose", "tui"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": ROOT},
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "diagnose ask" in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_the_mouse_no_mouse_reports_are_asked_for() -> None:
    with Terminal("--no-mouse") as terminal:
        terminal.wait_for("Symptoms (")
        assert b"\x1b[?1000h" not in terminal.raw
        assert b"\x1b[?1003h" not in terminal.raw
