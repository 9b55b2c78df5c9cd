"""What each short command loads: an answer must not wait for modules that it does not need.

The commands run in fresh interpreters on an index like the one in the wheel. A module that is
loaded and not listed here fails the test; whoever adds one to a list knows what it costs (see
``python -m benchmarks.startup``).
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from kb.index import Index

ROOT = Path(__file__).parents[2]

ERROR = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
OPEN = "cannot find a heartbeat"
NEARLY = "Invalid input ConectionInputs.SEND_HEADER state ConnectionState.CLOSED"
WORDS = (
    "my prefect agent shows online in the UI but nothing runs, all flow runs stay late."
    " restart helps for a few days"
)

LANGUAGE = frozenset({
    "collections", "functools", "gc", "itertools", "keyword", "operator", "reprlib", "types",
})  # fmt: skip
"""Modules of the standard library for the language itself; they load one another."""

DATA = LANGUAGE | {"math"}
"""Not `re`, `enum`, `signal`, `json`, `datetime` and the package around SQLite: each of them takes a
tenth to a half of the time that the interpreter takes to start."""

EXPRESSIONS = DATA | {"copyreg", "enum", "re"}
JSON = EXPRESSIONS | {"json"}
PARSED = JSON | {
    "argparse", "bz2", "errno", "fnmatch", "gettext", "importlib", "locale", "lzma", "os", "shutil",
    "warnings", "zlib",
}  # fmt: skip
"""With argparse, which loads what tells it the width of the terminal."""


def of(package: str, modules: str) -> frozenset[str]:
    """Return the names of a package and of so many of its modules."""
    return frozenset({package, *(f"{package}.{module}" for module in modules.split())})


PLACES = frozenset({"glob", "ipaddress", "nt", "ntpath", "pathlib", "urllib"}) | {
    "contextlib", "grp", "pwd",
}  # fmt: skip
"""With pathlib and, from Python 3.13 on, what that loads besides."""

STARTED = (
    of("diagnose", "errors")
    | of("diagnose.cli", "dispatch options output stop talk")
    | of("kb", "named version")
)
OPENED = (
    STARTED
    | {"diagnose.cli.inputs"}
    | of("kb", "bearings cache database index pattern rows signatures spoken text")
)
READ = (
    OPENED
    | of("diagnose", "collect findings given notes suppress")
    | of("diagnose.matching", "candidates denied match stages")
    | of("diagnose.reading", "course echoes heads incidents mend prose read reader reading records")
    | of("diagnose.reading", "scope source sources stamps values")
)
DIAGNOSED = (
    READ
    | of("diagnose", "diagnosis later redact result cli.oneshot")
    | of("diagnose.checks", "commands")
    | of("diagnose.ranking", "cause context rank verdict weigh")
)
QUESTIONS = of("diagnose.asking", "gain looks questions") | {"diagnose.probability"}
SAID = of("diagnose.report", "offered plain wording") | {"diagnose.probability"}
SHOWN = DIAGNOSED | SAID | of("diagnose.report", "answer rows text")
PAGE = (
    SAID | of("diagnose.report", "again lasting data jsontext markdown md mermaid") | {"kb.mermaid"}
)
NAMED = OPENED | PAGE | {"diagnose.cli.parser", "diagnose.cli.table", "diagnose.lookup"}


class Way(NamedTuple):
    """One way through the program, and what it may load."""

    words: tuple[str, ...]
    own: frozenset[str]
    standard: frozenset[str]
    others: frozenset[str] = frozenset()
    """Packages, by their first name."""


PATHS = {
    "version": Way(("--version",), STARTED, LANGUAGE),
    "exact": Way(("--error", ERROR), SHOWN, DATA),
    "open": Way(("--error", OPEN), SHOWN | QUESTIONS, DATA),
    "fuzzy": Way(
        ("--error", NEARLY),
        SHOWN | QUESTIONS | {"diagnose.matching.nearly"},
        EXPRESSIONS | {"array", "contextlib", "difflib", "heapq", "typing", "warnings"},
        frozenset({"rapidfuzz"}),
    ),
    "words": Way(
        ("--symptom", WORDS),
        SHOWN | {"diagnose.matching.describe", "diagnose.matching.nearly", "kb.words"},
        EXPRESSIONS | {"zlib"},
        frozenset({"Stemmer"}),
    ),
    "json": Way(
        ("--json", "--error", ERROR),
        DIAGNOSED | QUESTIONS | of("diagnose.report", "data jsontext"),
        JSON,
    ),
    "explain": Way(
        ("explain", "cannot-find-a-heartbeat"),
        NAMED
        | {"diagnose.cli.explain", "diagnose.report.explain", "diagnose.report.neighbours"}
        | of("diagnose.checks", "commands")
        | {"kb.scale"},
        PARSED | {"datetime"},
    ),
    "runbook": Way(
        ("runbook", "http2-protocol-error-stops-agent"),
        NAMED
        | READ
        | of("diagnose.checks", "commands")
        | {"diagnose.cli.answers", "diagnose.cli.oneshot", "diagnose.cli.runbook"}
        | {
            "diagnose.files",
            "diagnose.redact",
            "diagnose.runbook",
            "kb.scale",
        }
        | {"diagnose.report.page", "diagnose.report.steps"},
        PARSED | PLACES | {"datetime"},
    ),
}

CODE = """
import sys
before = set(sys.modules)
from diagnose.cli import main
status = main()
sys.stdout.flush()
after = sorted(set(sys.modules) - before)
import json
print(json.dumps([status, after]), file=sys.stderr)
"""


@pytest.fixture(scope="session")
def loaded(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The program as a wheel installs it: with the index beside its base."""
    folder = tmp_path_factory.mktemp("installed")
    for package in ("kb", "diagnose"):
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.yaml", "__pycache__")
        )
    shutil.copy(index.path, folder / "kb" / "data" / "prefect.index")
    return Loaded(folder)


class Loaded:
    """Runs a command and says what was loaded for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *words: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", CODE, *words],
            cwd=self._folder,
            capture_output=True,
            check=True,
        )
        status, modules = json.loads(done.stderr.splitlines()[-1])
        assert status == 0
        assert done.stdout
        return set(modules)


@pytest.mark.parametrize("name", PATHS)
def test_only_what_is_listed_is_loaded(name: str, loaded: Loaded) -> None:
    way = PATHS[name]
    found = loaded(*way.words)

    own = {module for module in found if module.split(".")[0] in ("diagnose", "kb", "tui")}
    standard = {module.split(".")[0] for module in found} & sys.stdlib_module_names
    others = {module.split(".")[0] for module in found - own} - standard
    assert own <= way.own, f"not listed: {sorted(own - way.own)}"
    public = {module for module in standard if not module.startswith("_")}
    assert public <= way.standard, f"not listed: {sorted(public - way.standard)}"
    packages = {module for module in others if "cython" not in module}
    assert packages <= way.others, f"not listed: {sorted(packages - way.others)}"


@pytest.mark.parametrize("name", ["exact", "open", "words", "json", "explain"])
def test_what_is_listed_is_needed(name: str, loaded: Loaded) -> None:
    own = PATHS[name].own
    found = loaded(*PATHS[name].words)

    unused = own - found
    assert not unused, f"listed for nothing: {sorted(unused)}"


def test_the_heavy_ones_wait_for_those_who_need_them(loaded: Loaded) -> None:
    heavy = {"pydantic", "networkx", "yaml", "rich", "textual", "httpx", "numpy", "asyncio"}
    for way in PATHS.values():
        assert not loaded(*way.words) & heavy


def test_expressions_wait_until_they_are_needed() -> None:
    """To compile one takes as long as to load a module; see `kb.pattern`."""
    modules = SHOWN | PATHS["words"].own
    for module in sorted(modules - {"kb", "diagnose"}):
        path = ROOT.joinpath(*module.split("."))
        source = (
            path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
        )
        for statement in ast.parse(source.read_text(encoding="utf-8")).body:
            if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
                continue
            called = {ast.unparse(n.func) for n in ast.walk(statement) if isinstance(n, ast.Call)}
            assert "re.compile" not in called, f"{module}:{statement.lineno}"
