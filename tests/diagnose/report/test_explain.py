"""Every entity can be explained, in every format, with a picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from diagnose.errors import UsageError
from diagnose.report import explain
from diagnose.report.jsontext import dumps
from diagnose.report.mermaid import picture
from diagnose.schema.published import SCHEMAS
from tests.diagnose.report.blocks import harmless

if TYPE_CHECKING:
    from kb.index import Index

EXPLANATION = jsonschema.Draft202012Validator(json.loads(SCHEMAS["explain"]))


def test_every_entity_can_be_explained_in_every_format(index: Index) -> None:
    for entity_id, kind, _ in index.names():
        said = explain.data(index, entity_id)
        EXPLANATION.validate(json.loads(dumps(said)))
        assert said["kind"] == kind
        text = explain.text(index, entity_id, 80)
        assert entity_id in text
        assert harmless(text)
        assert harmless(explain.markdown(index, entity_id))


def test_an_unknown_entity_cannot_be_explained(index: Index) -> None:
    with pytest.raises(UsageError):
        explain.text(index, "no-such-thing", 80)


def test_a_finding_says_which_causes_it_points_to_and_how_strongly(index: Index) -> None:
    causes = {c["insight"]: c for c in explain.data(index, "h2-send-headers-closed")["causes"]}

    assert causes["http2-protocol-error-stops-agent"]["strength"] == "almost-always"


def test_a_picture_says_what_was_left_out(index: Index) -> None:
    lines, left = picture(index, "http2-protocol-error-stops-agent")

    assert lines[0] == "flowchart LR"
    assert left > 0
    assert len(lines) < 120
