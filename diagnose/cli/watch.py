"""``diagnose watch``: follow logs, say when a cause appears or goes, and act on it."""

from __future__ import annotations

import json
import shlex
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.cli import inputs, output, stop, talk
from diagnose.cli import options as o
from diagnose.cli.probe import API_ONLY, HOST_ONLY, ways
from diagnose.errors import Exit, UsageError
from diagnose.followup.tail import Tail
from diagnose.followup.watch import APPEARED, INTERVAL, WINDOW, Enriched, Event, Watcher
from diagnose.probability import percent
from diagnose.probe.records import weighty
from diagnose.reading.read import unreadable

if TYPE_CHECKING:
    from diagnose.cli.options import Args
    from diagnose.collect import Evidence
    from kb.index import Index

EVERY = o.Option(("--interval",), "interval", f"seconds between two looks (default {INTERVAL:.0f})",
                 "value", "SECONDS")  # fmt: skip
KEEP = o.Option(("--window",), "window", "seconds for which a line counts; a cause is gone when none"
                f" of so many seconds speaks for it (default {WINDOW:.0f})", "value", "SECONDS")  # fmt: skip
START = o.Option(("--from-start",), "from_start", "read what is in the files already, not only what"
                 " is added", "flag")  # fmt: skip
ONCE = o.Option(("--once",), "once", "look once at all that is there, then end; nothing is waited for",
                "flag")  # fmt: skip
UNTIL = o.Option(("--until-cause",), "until_cause", "end when the first cause appears", "flag")
THEN = o.Option(("--then",), "then", "a program to start at each event, with its arguments, quoted as"
                " for a shell but never given to one; 'appeared' or 'gone' and the id of the insight"
                " are added as its last two arguments", "value", "COMMAND")  # fmt: skip
PROBE = o.Option(("--probe",), "probe", "also read the configured Prefect API and this host at each"
                 " look", "flag")  # fmt: skip
API = o.Option(("--api",), "api", "with --probe: base URL of the API", "value", "URL")
POOL = o.Option(("--pool",), "pools", "with --probe: look at this work pool only; repeatable", "values",
                "NAME")  # fmt: skip

GRACE = 60.0
"""Seconds that a program started by ``--then`` may take."""


def run(args: Args) -> int:
    """Watch until stopped."""
    form = output.form(args)
    _agree(args)
    command = _command(args.then)
    interval = inputs.number(args.interval, "--interval", int(INTERVAL))
    window = inputs.number(args.window, "--window", int(WINDOW))
    given = inputs.on_this_machine(inputs.given(args))
    if given.logs or given.stdin:
        raise UsageError("watch follows the files that it is given as arguments, not --log")
    paths = [Path(path) for path in args.paths]
    if args.once:  # read as by any other form, to the end
        given = given._replace(logs=tuple(paths))
    else:
        for path in paths:
            _check(path)
    index = inputs.opened(args)
    tails = [] if args.once else [Tail(path, from_start=args.from_start) for path in paths]
    enrich = _Prober(args, index) if args.probe else None
    watcher = Watcher(tails, given, index, window=window, enrich=enrich)
    try:
        return _watch(watcher, args, form, command, interval)
    except KeyboardInterrupt:
        return stop.status()
    finally:
        for tail in tails:
            tail.close()


def _agree(args: Args) -> None:
    """Make sure that the options go together.

    Raises:
        UsageError: they do not.
    """
    if (args.api or args.pools or args.api_only or args.host_only) and not args.probe:
        raise UsageError("--api, --pool, --api-only and --host-only go with --probe")
    ways(args)
    if not (args.paths or args.probe):
        raise UsageError("name the logs to follow, or give --probe")
    if args.once and (args.until_cause or args.from_start):
        raise UsageError("--once reads all that is there and waits for nothing more")


def _check(path: Path) -> None:
    """Make sure that a file can be followed; it may come later.

    Raises:
        UsageError: it never can.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        talk.note(f"{path}: is not there yet; it is read when it comes")
        return
    except OSError as error:
        raise unreadable(path, error) from error
    if stat.S_ISDIR(mode):
        raise UsageError(f"{path}: is a folder; name the logs in it")
    if not stat.S_ISREG(mode):
        raise UsageError(f"{path}: is no regular file")


def _watch(watcher: Watcher, args: Args, form: str, command: list[str], interval: float) -> int:
    events = watcher.look()
    if not args.once:
        what = [*args.paths, *(["the probe"] if args.probe else [])]
        talk.note(f"watching {', '.join(what)}, every {interval:.0f} s")
    while True:
        status = _told(watcher, events, args, form, command)
        if status is not None:
            return status
        time.sleep(interval)
        events = watcher.look()


def _told(
    watcher: Watcher, events: list[Event], args: Args, form: str, command: list[str]
) -> int | None:
    """Say what a look brought, and act on it; return the exit status when it is the last."""
    for note in watcher.notes:
        talk.note(note)
    watcher.notes.clear()
    for event in events:
        output.write(_shown(event, form))
        if command:
            _start([*command, event.event, event.insight])
    if watcher.diagnosis is not None and watcher.diagnosis.partial:
        return stop.status()  # reading takes an interruption as its end
    if (args.once or args.until_cause) and any(event.event == APPEARED for event in events):
        return Exit.FOUND
    if args.once:
        talk.note("no likely cause is there")
        return Exit.NOT_FOUND
    return None


def _shown(event: Event, form: str) -> str:
    if form == "json":
        data = {"schema": 1, "command": "watch", **event._asdict()}
        return json.dumps(data, ensure_ascii=True) + "\n"
    line = (
        f"{event.time} {event.event}: {event.insight} ({percent(event.probability)}): {event.title}"
    )
    where = f"{event.source}:{event.line}" if event.line else event.source
    seen = f"; {where}: {event.text}" if where else ""
    return talk.one_line(line + seen) + "\n"


def _command(text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"--then: {error}") from error
    if text and not words:
        raise UsageError("--then is empty")
    return words


def _start(words: list[str]) -> None:
    """Start the program that the user named; it may fail without ending the watch."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=GRACE, check=False
        )
    except subprocess.TimeoutExpired:
        talk.note(f"--then: {words[0]} took more than {GRACE:.0f} s and was stopped")
    except OSError as error:
        talk.note(f"--then: {words[0]} cannot be started ({error.strerror or error})")
    else:
        if done.returncode:
            talk.note(f"--then: {words[0]} ended with status {done.returncode}")


class _Prober:
    """Probes at each look; what cannot be read is said once, and again when it comes back."""

    def __init__(self, args: Args, index: Index) -> None:
        self._args, self._index = args, index
        self._told: dict[str, str] | None = None

    def __call__(self, evidence: Evidence) -> Enriched:
        from diagnose.probe.probing import enriched, probe  # noqa: PLC0415 (only with --probe)

        host, network = ways(self._args)
        result = probe(self._args.api or None, host=host, network=network, pools=self._args.pools)
        unread = {gap.part: f"{gap.status}: {gap.line}" for gap in result.gaps}
        if self._told is None:
            for note in result.notes:
                talk.note(note)
        for gap in weighty(result.gaps):
            if gap.part not in (self._told or ()):
                talk.note(unread[gap.part])
        self._told = unread
        return Enriched(enriched(evidence, result, self._index), unread)


COMMAND = o.Command(
    words=("watch",),
    summary="follow logs, and say when a cause appears or goes",
    examples=(
        ("diagnose watch /var/log/prefect/agent.log", "one line for each cause that comes or goes"),
        ("diagnose watch agent.log worker.log --json --interval 30", "several files, JSON lines"),
        ("diagnose watch --probe --interval 60", "the configured API and this host, once a minute"),
        (
            "diagnose watch agent.log --until-cause --then 'notify-send prefect'",
            "wait for the first cause, start a program on it and end",
        ),
        ("diagnose watch agent.log --probe --once", "one look, as from cron: status 0 or 1"),
    ),
    run=run,
    options=(
        *(EVERY, KEEP, START, ONCE, UNTIL, THEN, PROBE, API, POOL, API_ONLY, HOST_ONLY, *o.INPUTS, o.formats("text", "json"), o.JSON),
        *(o.KB, *o.TALK),
    ),
    arguments=(o.Argument("paths", "PATH", "a log to follow; it may be rotated or truncated", "*",
                          completes="file"),),
    exits=(
        (0, "with --until-cause: a cause appeared; with --once: one is there"),
        (1, "with --once: no likely cause is there"),
        (130, "interrupted (SIGINT), the usual end"),
        (143, "terminated (SIGTERM)"),
    ),
    notes="Only what is added is read, unless --from-start or --once is given. What a probe showed is not called"
    " gone while the probe cannot read it. Nothing of a log is passed to the program of --then, only"
    " the word appeared or gone and the id of an insight.",
)  # fmt: skip
