"""The commands of the command line: where each of them stands, imported when it is asked for.

A new command is one module with a ``COMMAND`` and one entry here; help, near misses and
completion follow from it.
"""

from __future__ import annotations

from importlib import import_module

from diagnose.errors import UsageError
from kb.named import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.cli.options import Command


class Entry(NamedTuple):
    """One command: its words and the module in this package that holds its ``COMMAND``."""

    words: tuple[str, ...]
    module: str
    summary: str


ENTRIES = (
    Entry(("ask",), "ask", "guided, question by question, in plain lines"),
    Entry(("explain",), "explain", "what an entity of the knowledge base is, and its neighbours"),
    Entry(("why-not",), "why_not", "what speaks against a cause, and what would raise it"),
    Entry(
        ("probe",), "probe", "facts from a Prefect API and this host, and what follows from them"
    ),
    Entry(("run",), "run", "run one reading check, or interpret its output from elsewhere"),
    Entry(("verify",), "verify", "what became of the causes of a saved result"),
    Entry(("watch",), "watch", "follow logs, and say when a cause appears or goes"),
    Entry(("runbook",), "runbook", "a page to follow, for one insight, several or all"),
    Entry(("kb", "list"), "kb_list", "the entities of the knowledge base"),
    Entry(("kb", "show"), "kb_show", "one entity as it stands in the base"),
    Entry(("kb", "check"), "kb_check", "everything that is wrong with a base, at once"),
    Entry(("kb", "test"), "kb_test", "prove a base: every case and log against every insight"),
    Entry(
        ("kb", "graph"), "kb_graph", "the graph, or the neighbourhood of one entity, as a picture"
    ),
    Entry(("kb", "import"), "kb_import", "what a metric page adds to the base"),
    Entry(("kb", "schema"), "kb_schema", "the JSON Schemas of the results and of the YAML files"),
    Entry(("tui",), "tui", "the interactive screen"),
    Entry(("serve",), "serve", "the interactive screen in a browser on this machine"),
    Entry(("completion",), "completion", "completion for bash, zsh or fish"),
)
GROUPS = {"kb": "look at, check, draw and extend the knowledge base"}
"""First word of commands of two words -> what they are about."""

GROUP_EXAMPLES = {
    "kb": (
        ("diagnose kb list insights", "the causes that are known"),
        ("diagnose kb check --kb ./ours", "whether our own additions may be used"),
    )
}


def entry(words: Sequence[str]) -> Entry | None:
    """Return the entry of exactly these words."""
    return next((found for found in ENTRIES if found.words == tuple(words)), None)


def load(found: Entry) -> Command:
    """Import and return a command."""
    command: Command = import_module(f"diagnose.cli.{found.module}").COMMAND
    return command


def group(name: str) -> list[tuple[str, str]]:
    """Return (second word, summary) of the commands of a group."""
    return [(e.words[1], e.summary) for e in ENTRIES if len(e.words) == 2 and e.words[0] == name]


def top() -> list[tuple[str, str]]:
    """Return (first word, summary) of all commands and groups, in order."""
    rows: dict[str, str] = {}
    for found in ENTRIES:
        name = found.words[0]
        rows.setdefault(name, GROUPS.get(name, found.summary))
    return list(rows.items())


def unknown(word: str, known: Sequence[str], prefix: str = "") -> UsageError:
    """Return the error for a word that is no command, with the nearest one."""
    from diagnose.lookup import nearest  # noqa: PLC0415 (only on mistakes)

    return UsageError(f"unknown command {prefix + word!r}{nearest(word, known)}")
