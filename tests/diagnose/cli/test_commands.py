"""The other commands: what they show, and that each speaks JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from diagnose.cli import table
from tests.diagnose.cli.conftest import HEARTBEAT, Result, assert_one_line

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[2] / "data" / "prefect.agent.heartbeat.txt"
STOPPED = ("-e", "Agent stopped!")
JSON = {
    "": ["-e", HEARTBEAT],
    "explain": ["explain", "agent"],
    "why-not": ["why-not", "clean-stop", *STOPPED],
    "runbook": ["runbook", "clean-stop"],
    "kb list": ["kb", "list"],
    "kb show": ["kb", "show", "agent"],
    "kb check": ["kb", "check"],
    "kb graph": ["kb", "graph", "agent"],
    "kb import": ["kb", "import", str(PAGE), "--dry-run"],
    "kb schema": ["kb", "schema"],
    "completion": ["completion", "fish"],
}


@pytest.mark.parametrize("name", JSON)
def test_every_command_speaks_json_with_schema_and_command(
    cli: Callable[..., Result], name: str
) -> None:
    result = cli(*JSON[name], "--json")
    answer = json.loads(result.out)

    assert answer["schema"] == 1
    assert answer["command"] == (name or "diagnose")
    assert answer["tool"]["name"] == "kb-diagnose"
    assert result == cli(*JSON[name], "--json")


def test_every_command_is_there() -> None:
    assert JSON.keys() - {""} < {" ".join(entry.words) for entry in table.ENTRIES}


@pytest.mark.parametrize(
    ("word", "entity"),
    [
        ("runner", "runner"),
        ("Runner", "runner-class"),
        ("agent-stopped", "agent-stopped"),
        ("Agent stopped!", "agent-stopped"),
        (HEARTBEAT, "cannot-find-a-heartbeat"),
        ("Prefect agent freezes in background screen session", "screen-session-freeze"),
    ],
)
def test_an_entity_is_found_by_id_and_by_text(
    cli: Callable[..., Result], word: str, entity: str
) -> None:
    status, out, err = cli("kb", "show", word, "--json")

    assert (status, err) == (0, "")
    assert json.loads(out)["record"]["id"] == entity


def test_a_part_of_a_text_is_taken_with_a_note(cli: Callable[..., Result]) -> None:
    _, out, err = cli("explain", "freezes in background", "--json")

    assert json.loads(out)["id"] == "screen-session-freeze"
    assert err == "diagnose: 'freezes in background' is taken as screen-session-freeze\n"


def test_a_text_of_several_entities_is_not_guessed(cli: Callable[..., Result]) -> None:
    assert_one_line(cli("explain", "heartbeat"), 2, "may be", "give one of these ids")


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_explain_comes_in_each_form(cli: Callable[..., Result], form: str) -> None:
    status, out, _ = cli("explain", "screen-session-freeze", "--format", form)

    assert status == 0
    assert "Prefect agent freezes in background screen session" in out


def test_list_is_by_kind_and_bare_when_asked(cli: Callable[..., Result]) -> None:
    ids = cli("kb", "list", "insights", "--ids").out.splitlines()

    assert ids == sorted(ids)
    assert "screen-session-freeze" in ids
    assert cli("kb", "list", "insight").out.startswith("insight:\n  ")
    everything = json.loads(cli("kb", "list", "--json").out)["entities"]
    assert {e["id"] for e in everything if e["kind"] == "insight"} == set(ids)


def test_list_names_what_a_fact_looks_at(cli: Callable[..., Result]) -> None:
    listed = json.loads(cli("kb", "list", "facts", "--json").out)["entities"]
    name = listed[0]["condition"].split()[0]

    assert f"  {listed[0]['condition']}: " in cli("kb", "list", "facts").out
    assert cli("--fact", f"{name}=unknown").status in (0, 1)


def test_show_is_yaml_that_says_its_base(cli: Callable[..., Result]) -> None:
    out = cli("kb", "show", "agent-stopped").out

    assert out.startswith("# signature of the base prefect\nid: agent-stopped\n")


@pytest.mark.parametrize(
    ("form", "start"),
    [("dot", "digraph"), ("mermaid", "flowchart"), ("graphml", "<graphml"), ("json", "{")],
)
def test_graph_is_drawn_in_each_form(cli: Callable[..., Result], form: str, start: str) -> None:
    status, out, err = cli("kb", "graph", "agent", "--format", form)

    assert (status, err) == (0, "")
    assert out.startswith(start)


def test_depth_widens_the_neighbourhood(cli: Callable[..., Result]) -> None:
    near, far, whole = (
        len(cli("kb", "graph", *words).out) for words in (["agent"], ["agent", "--depth", "2"], [])
    )

    assert near < far < whole


def test_import_shows_what_it_would_do(cli: Callable[..., Result], tmp_path: Path) -> None:
    status, out, _ = cli("kb", "import", PAGE, "--dry-run", "-o", tmp_path / "new")

    assert status == 0
    assert "44 annotations, 13 insights" in out
    assert not (tmp_path / "new").exists()
    assert cli("kb", "import", "-", "--dry-run", stdin=PAGE.read_bytes()).out == out


def test_import_writes_what_is_new_and_touches_nothing(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    page = tmp_path / "page.txt"
    text = PAGE.read_text(encoding="utf-8").replace(
        "cannot find a heartbeat", "heartbeat on holiday"
    )
    page.write_text(text, encoding="utf-8")

    assert cli("kb", "import", page, "-o", tmp_path / "new").status == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "new").rglob("*.yaml")}
    assert "signatures.yaml" in written

    again = cli("kb", "import", page, "-o", tmp_path / "new")
    assert (again.status, again.out) == (2, "")
    assert {p.name: p.read_bytes() for p in (tmp_path / "new").rglob("*.yaml")} == written


@pytest.mark.parametrize("content", [b"", b"no page\n", b"\xff\xff", b"a (1)\n"])
def test_import_of_something_else_is_told(
    cli: Callable[..., Result], tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "page.txt").write_bytes(content)
    assert_one_line(cli("kb", "import", tmp_path / "page.txt", "--dry-run"), 2, "page.txt")


def test_import_of_nothing_is_told(cli: Callable[..., Result], tmp_path: Path) -> None:
    assert_one_line(cli("kb", "import", tmp_path / "none", "--dry-run"), 2, "none")
    assert_one_line(cli("kb", "import", "-", "--dry-run"), 2, "empty")


def test_schemas_are_json(cli: Callable[..., Result]) -> None:
    names = cli("kb", "schema").out.split()

    assert {"result", "insight", "signature"} <= set(names)
    for name in names:
        assert "$schema" in json.loads(cli("kb", "schema", name).out)


def test_check_of_the_shipped_base_is_an_exit_status(cli: Callable[..., Result]) -> None:
    status, out, err = cli("kb", "check")

    assert err == ""
    assert (status == 0) == out.startswith("no problems: ")


def test_runbooks_go_to_a_file_or_a_folder(cli: Callable[..., Result], tmp_path: Path) -> None:
    folder = tmp_path / "books"
    status, out, err = cli("runbook", "--all", "-o", folder)
    ids = cli("kb", "list", "insights", "--ids").out.split()

    assert (status, out) == (0, "")
    assert str(folder) in err
    assert {path.stem for path in folder.iterdir()} == {*ids, "index"}
    assert cli("runbook", "clean-stop").out == (folder / "clean-stop.md").read_text(
        encoding="utf-8"
    )

    assert_one_line(cli("runbook", "clean-stop", "-o", folder), 2, "clean-stop.md", "--force")
    assert cli("runbook", "clean-stop", "-o", folder, "--force").status == 0
    assert cli("runbook", "clean-stop", "-o", f"{tmp_path / 'other'}/").status == 0
    assert (tmp_path / "other" / "clean-stop.md").is_file()


def test_a_runbook_carries_what_was_seen(cli: Callable[..., Result]) -> None:
    seen = cli("runbook", "screen-session-freeze", "--symptom", "resumes-on-attach").out

    assert seen != cli("runbook", "screen-session-freeze").out
    assert "resumes-on-attach" in seen


def test_a_runbook_of_the_likely_causes(cli: Callable[..., Result]) -> None:
    known = cli("runbook", "-e", "h2 ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED")
    unknown = cli("runbook", "-e", "zzz qqq")

    assert known.status == 0
    assert "http2-protocol-error-stops-agent" in known.out
    assert_one_line(unknown, 1, "no likely cause")


def test_why_not_says_what_speaks_against_and_what_would_raise(cli: Callable[..., Result]) -> None:
    status, out, _ = cli("why-not", "screen-session-freeze", *STOPPED)

    assert status == 0
    for part in ("Place ", "Speaks against it:", "Speaks for it:", "Would raise it:"):
        assert part in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_why_not_says_which_version_rules_it_out(cli: Callable[..., Result]) -> None:
    words = ("why-not", "http2-protocol-error-stops-agent", *STOPPED, "--prefect-version", "3.4.0")
    answer = json.loads(cli(*words, "--json").out)

    assert cli(*words).out.split("\n\n")[1].startswith("Ruled out: ")
    assert answer["ruled_out"]
    assert answer["rank"] is None
    assert answer["probability"] is None


def test_why_not_knows_the_first_cause(cli: Callable[..., Result]) -> None:
    error = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
    words = ("why-not", "http2-protocol-error-stops-agent", "-e", error)

    assert "It is the first cause" in cli(*words).out
    assert json.loads(cli(*words, "--json").out)["rank"] == 1


def test_bare_at_a_terminal_opens_the_screen(
    cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ours.yaml").touch()
    opened: list[tuple[object, ...]] = []

    def run(given: object, overlays: object, **options: object) -> int:
        opened.append((given, overlays, options))
        return 0

    monkeypatch.setattr("tui.app.run", run)
    monkeypatch.setattr("diagnose.cli.output.on_terminal", lambda _: True)
    assert cli(terminal=True).status == 0
    assert cli("--prefect-version", "2.8", "--kb", tmp_path, terminal=True).status == 0
    assert cli("tui", "--log", "a.log", "--no-mouse", "--resume", "s.json").status == 0

    assert [call[1] for call in opened] == [(), (tmp_path,), ()]
    assert opened[1][0].version == "2.8"  # type: ignore[attr-defined]
    assert opened[2][0].logs == (Path("a.log"),)  # type: ignore[attr-defined]
    assert opened[2][2] == {"resume": Path("s.json"), "mouse": False}


def test_serving_hands_the_inputs_on(
    cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[object] = []

    def serve(words: object, **where: object) -> int:
        served.extend((words, where))
        return 0

    monkeypatch.setattr("tui.serve.serve", serve)
    assert cli("serve", "-e", "-x y", "--kb", "ours", "--port", "9000").status == 0
    assert served == [["--error=-x y", "--kb=ours"], {"host": "localhost", "port": 9000}]

    assert_one_line(cli("serve", "--port", "many"), 2, "--port")
    assert_one_line(cli("serve", "--log", "-"), 2, "standard input")
    assert "standard input" not in cli("serve", "--help").out


def test_an_unexpected_error_is_one_line(
    cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("password=hunter2hunter2\nat \x1b[2J midnight")

    monkeypatch.setattr("diagnose.cli.inputs.opened", fail)
    assert_one_line(cli("-e", HEARTBEAT), 2, "RuntimeError", "please report", "-vv")

    status, out, err = cli("-e", HEARTBEAT, "-vv")
    assert (status, out) == (2, "")
    assert "Traceback" in err
    assert "hunter2hunter2" not in err
    assert "\x1b" not in err
