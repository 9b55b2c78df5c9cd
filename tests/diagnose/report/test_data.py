from __future__ import annotations

import json
import math
import unicodedata

import jsonschema
import pytest
from hypothesis import given

from diagnose.report.data import as_dict
from diagnose.report.jsontext import dumps, moment, number
from diagnose.schema.published import SCHEMAS
from tests.diagnose.report import made
from tests.diagnose.report.hostile import ANY

RESULT = jsonschema.Draft202012Validator(json.loads(SCHEMAS["result"]))


@given(ANY)
def test_any_text_gives_json_that_is_valid_and_safe(text: str) -> None:
    data = as_dict(made.diagnosis(text))
    said = dumps(data)

    assert said.endswith("}\n")
    said.encode("utf-8")
    assert not [
        c for c in said if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
    ]
    assert json.loads(said) == data
    RESULT.validate(json.loads(said))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.123456, 0.1235),
        (math.inf, 99.0),
        (-math.inf, -99.0),
        (math.nan, 0.0),
        (-0.00001, 0.0),
    ],
)
def test_numbers_are_finite_and_rounded(value: float, expected: float) -> None:
    assert number(value) == expected
    assert math.copysign(1, number(-0.00001)) == 1


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (None, None),
        (math.nan, None),
        (1e300, None),
        (3723.0, "01:02:03"),
        (1_677_924_000.0, "2023-03-04T10:00:00+00:00"),
    ],
)
def test_times_of_day_carry_no_date(time: float | None, expected: str | None) -> None:
    assert moment(time) == expected


def test_keys_stand_in_the_order_of_the_contract() -> None:
    keys = list(as_dict(made.diagnosis("x")))

    assert keys[:7] == ["schema", "command", "tool", "kb", "input", "verdict", "causes"]


def test_the_schema_refuses_a_result_without_a_verdict() -> None:
    data = as_dict(made.diagnosis("x"))
    del data["verdict"]

    with pytest.raises(jsonschema.ValidationError):
        RESULT.validate(data)
