"""``diagnose verify``: what became of the causes of a saved result."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.asking.looks import command_for
from diagnose.checks import run as runner
from diagnose.checks.execute import execute
from diagnose.cli import inputs, output, stop, talk
from diagnose.cli import options as o
from diagnose.cli.answers import headed
from diagnose.cli.probe import KUBERNETES
from diagnose.errors import Exit
from diagnose.followup import checking, verified, verify
from diagnose.followup.reread import reread
from diagnose.followup.saved import load
from diagnose.probe.records import weighty

if TYPE_CHECKING:
    from diagnose.cli.options import Args
    from diagnose.collect import Evidence
    from diagnose.followup.reread import Reread
    from diagnose.followup.saved import Saved
    from kb.index import Index

API = o.Option(("--api",), "api", "base URL of the API to probe again, for a saved probe (default:"
               " PREFECT_API_URL, then the active profile)", "value", "URL")  # fmt: skip
POOL = o.Option(("--pool",), "pools", "probe this work pool only; repeatable (default: those of the"
                " saved probe)", "values", "NAME")  # fmt: skip
CHECKS = o.Option(("--checks",), "checks", "offer the reading checks that can tell what the logs"
                  " cannot, each after your consent", "flag")  # fmt: skip
YES = o.Option(("--yes",), "yes", "with --checks: run them without asking", "flag")


def run(args: Args) -> int:
    """Read again what can be read, and judge."""
    form = output.form(args)
    output.check(args)
    saved = load(Path(args.report))
    given = inputs.on_this_machine(inputs.given(args))
    index = inputs.opened(args)
    now = reread(saved, given, index)
    if saved.probed:
        now = _probed(now, saved, args, index)
    if args.checks:
        now = _checked(saved, now, args, index)
    found = verify.verify(saved, now, index)
    if form == "json":
        from diagnose.report.jsontext import dumps  # noqa: PLC0415 (one form is needed)

        output.emit(dumps({**headed("verify", index), **verified.as_dict(found)}), args)
    else:
        text = "\n".join(talk.harmless(line).replace("\n", " ") for line in verified.lines(found))
        output.emit(f"{text}\n", args)
    if now.evidence.partial:
        return stop.status()
    return Exit.FOUND if found.all_resolved else Exit.NOT_FOUND


def _probed(now: Reread, saved: Saved, args: Args, index: Index) -> Reread:
    """Probe again what the saved probe looked at.

    The API is the configured one or that of ``--api``, never one from the file.
    """
    from diagnose.probe.probing import enriched, probe  # noqa: PLC0415 (only for a saved probe)

    result = probe(
        args.api or None,
        host=saved.host_probed,
        network=saved.api_probed or bool(args.api),
        kubernetes=args.kubernetes,
        pools=args.pools or saved.pools,
    )
    for gap in weighty(result.gaps):
        talk.note(f"{gap.status}: {gap.line}")
    for note in result.notes:
        talk.note(note)
    return now._replace(evidence=enriched(now.evidence, result, index))


def _checked(saved: Saved, now: Reread, args: Args, index: Index) -> Reread:
    """Run what can settle open findings, each command once and after consent."""
    offered: set[str] = set()
    for finding in verify.open_findings(saved, now, index):
        seen = now.evidence
        command = command_for(finding, index, seen.versions)
        settled = finding in seen.findings and seen.findings[finding].state != "unknown"
        if command is None or settled or command.id in offered:
            continue
        offered.add(command.id)
        planned = runner.plan(index, command.id, {}, seen.captured, seen.versions)
        if planned.refused:
            talk.note(f"{command.id}: {planned.refused}")
        elif args.yes or _agreed(planned):
            now = now._replace(evidence=_ran(planned, seen, index))
    return now


def _ran(planned: runner.Plan, seen: Evidence, index: Index) -> Evidence:
    """Run a check; what it does not tell stays open and is said."""
    done = checking.ran(index, planned, execute(planned))
    found = done.interpretation
    if found is None:
        why = done.output.failed if done.output is not None else ""
        talk.note(f"{planned.command}: {why or 'it could not be run'}")
        return seen
    talk.note(f"{planned.command}: ran {planned.shown}{f'; {found.note}' if found.note else ''}")
    return checking.added(seen, found.findings)


def _agreed(planned: runner.Plan) -> bool:
    if sys.stdin is None or not output.on_terminal(sys.stdin):
        talk.note(f"{planned.command} needs your consent: answer at a terminal, or give --yes")
        return False
    for line in (*planned.lines(), "Run exactly this command here? yes or no"):
        talk.say(line)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


COMMAND = o.Command(
    words=("verify",),
    summary="what became of the causes of a saved result",
    examples=(
        ("diagnose verify report.json", "reads the same logs from the last event of the report on"),
        (
            "diagnose verify report.json --since 2h --no-symptom runs-stay-late",
            "since the fix two hours ago, with what you see now",
        ),
        ("diagnose verify report.json --log after.log --json", "another log, as JSON"),
    ),
    run=run,
    options=(
        *o.INPUTS, API, POOL, KUBERNETES, CHECKS, YES, o.formats("text", "json"), o.JSON, *o.SAVING, o.KB, *o.TALK,
    ),
    arguments=(
        o.Argument("report", "REPORT.json", "a result saved with --json -o FILE", completes="file"),
    ),
    exits=(
        (0, "every likely cause of the report is resolved, and none came"),
        (1, "one is still there, cannot be told, or a new one came"),
    ),
    notes="A cause is resolved only when what spoke for it was looked for where it would stand by"
    " now. A log given with --log that is not in the report counts as written after the fix. What a"
    " saved probe looked at is looked at again.",
)  # fmt: skip
