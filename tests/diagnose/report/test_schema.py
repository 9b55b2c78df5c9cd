from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from diagnose.schema.published import SCHEMAS
from diagnose.schema.write import schemas, text
from kb.load import FOLDERS, LIST_FILES, SHIPPED

ROOT = Path(__file__).parents[3]


def _check(name: str, path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(json.loads(SCHEMAS[name])).validate(document)


@pytest.mark.parametrize("path", schemas(), ids=lambda path: path.stem)
def test_a_schema_file_is_what_the_models_say(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == text(schemas()[path]), (
        "run: python -m diagnose.schema.write"
    )


def test_all_schemas_are_published_and_valid() -> None:
    assert set(SCHEMAS) == {path.stem for path in schemas()}
    for name in SCHEMAS:
        jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMAS[name]))


def test_there_is_no_schema_outside_the_folders() -> None:
    for name in ("../schema", "no-such", ""):
        with pytest.raises(KeyError):
            SCHEMAS[name]


def test_the_shipped_base_is_valid() -> None:
    for file, kind in LIST_FILES.items():
        _check(kind, SHIPPED / file)
    for folder, kind in {**FOLDERS, "cases": "case"}.items():
        for path in sorted((SHIPPED / folder).glob("*.yaml")):
            _check(kind, path)
    _check("lexicon", SHIPPED / "lexicon.yaml")


@pytest.mark.parametrize(
    ("data", "valid"),
    [
        ([{"id": "a", "extends": True, "means": "more"}], True),
        ([{"id": "a", "disabled": True}], True),
        ([{"id": "a", "means": "alone"}], False),
        ([{"id": "a", "extends": True, "meant": "misspelt"}], False),
        ([{"extends": True}], False),
    ],
)
def test_an_overlay_may_say_little_when_it_extends(data: object, valid: bool) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMAS["signature"]))

    assert validator.is_valid(data) is valid


def test_the_editor_setting_names_every_schema_of_a_file() -> None:
    setting = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    named = {Path(path).stem for path in setting["yaml.schemas"]}

    assert named == set(SCHEMAS) - {"result", "explain"}
    for path in setting["yaml.schemas"]:
        assert (ROOT / path).is_file()


def test_reading_schemas_needs_neither_pydantic_nor_yaml() -> None:
    program = (
        "import sys; from diagnose.schema.published import SCHEMAS; len(SCHEMAS['result']);"
        "from diagnose.report import data, explain, markdown, text; import diagnose.runbook;"
        "print([m for m in ('pydantic', 'yaml', 'networkx', 'rich', 'numpy', 'textual', 'rapidfuzz')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
