"""Commands are filled from evidence only with values that can do no harm."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.checks.commands import Filled, fill, for_insight, is_valid, told_together
from kb.index import CommandRow, StepRow
from kb.model import Placeholder

if TYPE_CHECKING:
    from kb.index import Index

KINDS = get_args(Placeholder.model_fields["type"].annotation)
GOOD = {
    "unit": "prefect-agent@1.service", "pool": "default-agent-pool", "queue": "default",
    "name": "my agent", "run-id": "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "deployment": "my-flow/prod", "pid": "4711", "path": "/home/me/.venv/bin/python",
    "namespace": "prod-1", "pod": "agent-7d4.x", "container": "agent_1", "host": "host-1.example.com",
    "url": "http://127.0.0.1:4200/api", "number": "10.5", "version": "2.10.4", "text": "a=b, c",
}  # fmt: skip
HOSTILE = [
    "", " ", "; rm -rf /", "a; rm -rf /", "a && b", "a | b", "$(reboot)", "`reboot`", "a\nb", "a\rb",
    "\n", "a\n", "a\x00b", "-rf", "--force", "-", "${IFS}", "a'b", 'a"b', "a>b", "a<b", "a&", "a\\\nb",
    "*", "?", "a{b,c}", "\u202eevil", "a\u2028b", "!!", "a#b\n", "x" * 5000,
]  # fmt: skip


def test_every_type_of_placeholder_takes_a_usual_value() -> None:
    assert set(GOOD) == set(KINDS)
    for kind, value in GOOD.items():
        assert is_valid(kind, value), kind


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_value_is_never_taken(kind: str, value: str) -> None:
    assert not is_valid(kind, value)


@given(st.sampled_from(KINDS), st.text(max_size=30))
def test_no_value_can_break_out_of_its_word(kind: str, value: str) -> None:
    if is_valid(kind, value):
        assert not set(value) & set("\n\r\x00;|&$`'\"<>\u2028\u202e")
        assert kind == "url" or not set(value) & set("*?(){}#!")
        assert not value.startswith("-")
        assert shlex.split(shlex.quote(value)) == [value]


@given(st.text(max_size=30))
def test_an_unknown_type_takes_nothing(value: str) -> None:
    assert not is_valid("something-else", value)


def command(**more: Any) -> CommandRow:
    row = CommandRow(
        id="look", kind="diagnostic", language="shell", text="systemctl status {unit}",
        argv=("systemctl", "status", "{unit}"), purpose="p", holes=(("unit", "unit", "d"),),
        effect="reads", risk="none", risk_note="", privileges="none", where="agent-host",
        versions="", replaced_by=(), cost_s=20, outcomes=(), expect="", verify="", rollback="",
        note="",
    )  # fmt: skip
    return row._replace(**more)


@pytest.mark.parametrize(
    ("captured", "text", "argv", "filled"),
    [
        ({"unit": ["a.service"]}, "systemctl status a.service", "a.service", True),
        ({"unit": ["a b; reboot", "a.service"]}, "systemctl status a.service", "a.service", True),
        ({"unit": ["-x"]}, "systemctl status {unit}", "{unit}", False),
        ({"unit": ["a.service", "b.service"]}, "systemctl status {unit}", "{unit}", False),
        ({}, "systemctl status {unit}", "{unit}", False),
    ],
)
def test_only_the_one_valid_value_is_filled_in(
    captured: dict[str, list[str]], text: str, argv: str, filled: bool
) -> None:
    found = fill(command(), captured)

    assert (found.text, found.argv[-1], found.filled) == (text, argv, filled)
    assert bool(found.placeholders[0][3]) is filled


def test_values_with_spaces_are_quoted_where_a_shell_reads_them() -> None:
    start = command(
        text="prefect worker start --pool {pool}",
        argv=("x", "{pool}"),
        holes=(("pool", "pool", "d"),),
    )
    found = fill(start, {"pool": ["my pool"]})

    assert found.text == "prefect worker start --pool 'my pool'"
    assert found.argv == ("x", "my pool")


def test_a_value_is_never_read_as_a_placeholder() -> None:
    holes = (("url", "url", "d"), ("unit", "unit", "d"))
    asking = command(text="curl {url} {unit}", argv=("curl", "{url}", "{unit}"), holes=holes)

    found = fill(asking, {"url": ["http://h/{unit}"], "unit": ["a.service"]})

    assert found.text == "curl 'http://h/{unit}' a.service"
    assert found.argv == ("curl", "http://h/{unit}", "a.service")


def test_a_step_may_say_more_than_its_command() -> None:
    step = StepRow(why="w", versions=">=3", verify="v", rollback="r", mitigates=True)

    found = fill(command(holes=(), verify="other", versions=">=2"), {}, step)

    assert (found.why, found.versions, found.verify, found.rollback) == ("w", ">=3", "v", "r")
    assert found.mitigates
    assert found.filled


def of(index: Index, insight: str, role: str, *seen: str) -> tuple[Filled, ...]:
    return for_insight(index, insight, role, {}, seen)


def test_commands_that_ended_give_way_to_those_that_replace_them(index: Index) -> None:
    for row in index.insights():
        for role in ("checks", "fixes"):
            for found in of(index, row.id, role, "3.1.0"):
                assert not found.text.startswith("prefect agent ")
    assert any(
        found.id == "prefect-agent-start" or "prefect agent start" in found.text
        for row in index.insights()
        for role in ("checks", "fixes")
        for found in of(index, row.id, role, "2.10.4")
    )


def test_a_version_that_is_not_known_keeps_all_commands(index: Index) -> None:
    for row in index.insights():
        every = {found.id for found in of(index, row.id, "fixes")}
        assert {found.id for found in of(index, row.id, "fixes", "nonsense")} == every


def test_no_command_is_listed_twice(index: Index) -> None:
    for row in index.insights():
        for role in ("checks", "fixes"):
            for seen in ((), ("2.10.4",), ("3.1.0",)):
                ids = [found.id for found in of(index, row.id, role, *seen)]
                assert len(ids) == len(set(ids))


def test_answers_with_one_consequence_share_a_row() -> None:
    rows = [("500", "fails"), ("429", "busy"), ("502", "fails"), ("503", "fails")]

    assert told_together(rows) == [("500, 502 or 503", "fails"), ("429", "busy")]
    assert told_together([("1", "a", "x"), ("2", "a", "y"), ("3", "a", "y")]) == [
        ("1", "a", "x"),
        ("2 or 3", "a", "y"),
    ]
    assert told_together([]) == []
