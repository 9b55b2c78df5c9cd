"""``diagnose probe``: facts from a Prefect API and this host, then the diagnosis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.cli import inputs, oneshot, output, talk
from diagnose.cli import options as o
from diagnose.errors import Exit, UsageError

if TYPE_CHECKING:
    from diagnose.cli.options import Args
    from diagnose.probe import ProbeResult
    from diagnose.result import Diagnosis

API = o.Option(("--api",), "api", "base URL of the API, such as http://127.0.0.1:4200/api (default:"
               " PREFECT_API_URL, then the active profile)", "value", "URL")  # fmt: skip
POOL = o.Option(("--pool",), "pools", "look at this work pool only; repeatable", "values", "NAME")
API_ONLY = o.Option(("--api-only",), "api_only", "do not look at this host", "flag")
HOST_ONLY = o.Option(("--host-only",), "host_only", "do not ask an API; the agent belongs on this host",
                     "flag")  # fmt: skip
KUBERNETES = o.Option(("--kubernetes",), "kubernetes", "also ask the cluster of the current context"
                      " through kubectl (get calls only)", "flag")  # fmt: skip
FORMAT = o.formats("text", "json", "prometheus")
OPTIONS = (
    *o.INPUTS_ANYWHERE, API, POOL, API_ONLY, HOST_ONLY, KUBERNETES, FORMAT, o.JSON, o.LIMIT, *o.SAVING, o.KB,
    o.COLOR, *o.TALK,
)  # fmt: skip


def run(args: Args) -> int:
    """Probe, and show what was read and what follows from it."""
    form = output.form(args)
    output.check(args)
    host, network = ways(args)
    if form == "prometheus":
        return _metric(args)
    given = inputs.given(args)
    from diagnose.probe import diagnosis, probe  # noqa: PLC0415 (after the words were checked)
    from diagnose.probe.probing import NOTHING  # noqa: PLC0415

    result = probe(
        args.api or None,
        host=host,
        network=network,
        kubernetes=args.kubernetes,
        pools=args.pools,
    )
    if result.is_empty and given.is_empty:
        raise UsageError(_why_empty(result) or NOTHING)
    index = inputs.opened(args)
    limit = inputs.number(args.limit, "--limit", inputs.DEFAULT_LIMIT)
    found = diagnosis(result, given, index, limit=limit)
    output.emit(_rendered(result, found, args, form), args)
    return oneshot.status(found)


def ways(args: Args) -> tuple[bool, bool]:
    """Return whether to look at this host, and whether to ask the API.

    Raises:
        UsageError: what is asked for leaves nothing, or an API that is not to be asked is named.
    """
    if args.api_only and args.host_only:
        raise UsageError("--api-only and --host-only cannot both be had")
    if args.host_only and args.api:
        raise UsageError("--host-only and --api cannot both be had")
    return not args.api_only, not args.host_only


def _rendered(result: ProbeResult, found: Diagnosis, args: Args, form: str) -> str:
    from diagnose.probe import report  # noqa: PLC0415

    if form == "json":
        from diagnose.report.jsontext import dumps  # noqa: PLC0415 (one form is needed)

        return dumps(report.data(result, found))
    width, color = output.width(args), output.color(args)
    read = report.render(result, width=width, color=color, verbose=args.verbose)
    return f"{read}\n{oneshot.rendered(found, args, form)}"


def _metric(args: Args) -> int:
    """Write the metric alone, for which little is asked; status 2 when the API gave no part of it."""
    from diagnose.probe import api, metric  # noqa: PLC0415
    from diagnose.probe.settings import target  # noqa: PLC0415

    if args.host_only:
        raise UsageError("the metric stands in the API: leave out --host-only")
    place = target(args.api or None)
    if place is None:
        raise UsageError("no API is configured: give --api URL or PREFECT_API_URL")
    said = api.read(place, args.pools, only_pollers=True)
    gap = said.gap("pools")
    if gap is not None:
        raise UsageError(f"{gap.status}: {gap.line}")
    for line in (*(f"{g.part}: {g.status}: {g.line}" for g in metric.gaps(said)), *place.notes):
        talk.note(line)
    output.emit(metric.prometheus(metric.beats(said)), args)
    return Exit.FOUND


def _why_empty(result: ProbeResult) -> str:
    return next((f"{gap.status}: {gap.line}" for gap in result.gaps), "")


COMMAND = o.Command(
    words=("probe",),
    summary="facts from a Prefect API and this host, and what follows from them",
    examples=(
        ("diagnose probe", "the configured API and this host"),
        ("diagnose probe --api http://127.0.0.1:4200/api --json", "another API, as JSON"),
        (
            "diagnose probe --api-only --pool agents --log agent.log",
            "one work pool, together with a log",
        ),
        (
            "diagnose probe --format prometheus -o prefect.prom --force",
            "seconds since the last heartbeat of each queue, worker and runner, for node_exporter",
        ),
    ),
    run=run,
    options=OPTIONS,
    exits=(*o.DIAGNOSIS_EXITS, (2, "wrong use, or nothing could be read")),
    notes="The API is asked read-only, with PREFECT_API_KEY or PREFECT_API_AUTH_STRING where they are"
    " configured for it; certificates are verified and nothing else is contacted. What cannot be"
    " reached, is forbidden or is not known is listed as such and is no evidence. With --format"
    " prometheus the status is 0 when the metric could be read.",
)
