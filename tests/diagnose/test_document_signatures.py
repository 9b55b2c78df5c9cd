"""The eight signatures of the document: alone, damaged as pastes are, and where they mean nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.diagnose.made import DASK, DIND, HTTP2, SPOKEN, ZOMBIE, ranking, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from diagnose.result import Diagnosis
    from kb.index import Index

SEND = "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED"
NAMES = ("h2.exceptions.ProtocolError", "httpcore.LocalProtocolError", "httpx.LocalProtocolError")
STOPPED = "Agent stopped!"
FAILED = "Failed the last 3 attempts"
NOT_FOUND = "FileNotFoundError: [Errno 2] No such file or directory: 'prefect'"
NO_BEAT = "cannot find a heartbeat"
ALL = (SEND, *NAMES, STOPPED, FAILED, NOT_FOUND, NO_BEAT)


def promised(text: str, found: Diagnosis) -> None:
    """Assert what the document's signature must come to."""
    order = ranking(found)
    if text == SEND:
        assert (found.verdict, order[0]) == ("established", HTTP2)
    elif text in NAMES:
        assert (found.verdict, order[0]) == ("ambiguous", HTTP2)
    elif text in (STOPPED, FAILED):
        assert found.verdict in ("weak", "ambiguous")
        assert HTTP2 in order[:2]
    elif text == NOT_FOUND:
        assert found.verdict in SPOKEN
        assert order[0] == DASK
    else:
        assert (found.verdict, order[:2]) == ("ambiguous", [DIND, ZOMBIE])


@pytest.mark.parametrize("text", ALL)
def test_a_signature_alone_says_what_is_promised(index: Index, text: str) -> None:
    promised(text, told(index, text))


@pytest.mark.parametrize(
    "change",
    [str.upper, str.lower, str.swapcase, lambda t: f"   {t}  ", lambda t: f"> {t}", lambda t: f"{t}\r\n",
     lambda t: f'"{t}"', lambda t: f"`{t}`", lambda t: f"\x1b[31m{t}\x1b[0m", lambda t: f"{t}\n\n{t}",
     lambda t: t.replace(" ", "   "), lambda t: t.replace("'", "\u2019"), lambda t: f"\t- {t}",
     lambda t: json.dumps({"level": "error", "message": t}), lambda t: json.dumps(json.dumps({"message": t})),
     lambda t: json.dumps({"message": t.replace("'", "\u2019")}), lambda t: t.replace(" ", "\u00a0")],
)  # fmt: skip
@pytest.mark.parametrize("text", ALL)
def test_how_it_was_pasted_does_not_matter(
    index: Index, text: str, change: Callable[[str], str]
) -> None:
    promised(text, told(index, change(text)))


@pytest.mark.parametrize("width", [24, 40, 61])
@pytest.mark.parametrize("text", [SEND, NOT_FOUND])
def test_where_a_terminal_wrapped_it_does_not_matter(index: Index, text: str, width: int) -> None:
    parts = [text[at : at + width] for at in range(0, len(text), width)]

    promised(text, told(index, "\n".join(parts)))
    promised(text, told(index, "\n".join(f"  {part}" for part in parts)))


@pytest.mark.parametrize("text", [SEND, NOT_FOUND, NO_BEAT])
def test_where_a_mail_client_wrapped_it_does_not_matter(index: Index, text: str) -> None:
    words = text.split()
    for at in range(1, len(words)):
        broken = f"{' '.join(words[:at])}\n{' '.join(words[at:])}"
        promised(text, told(index, broken))


@pytest.mark.parametrize(
    ("text", "cause", "drop"),
    [(SEND, HTTP2, n) for n in range(5)]
    + [(NOT_FOUND, DASK, n) for n in range(7)]
    + [(NO_BEAT, DIND, n) for n in (0, 2)],
)
def test_one_word_may_be_missing(index: Index, text: str, cause: str, drop: int) -> None:
    words = text.split()
    del words[drop]

    found = told(index, " ".join(words))

    assert ranking(found)[0] == cause
    assert found.verdict in (*SPOKEN, "weak")


@pytest.mark.parametrize("frame", ["SEND_DATA", "RECV_DATA", "RECV_PING", "RECV_WINDOW_UPDATE"])
def test_another_frame_says_the_same(index: Index, frame: str) -> None:
    found = told(index, SEND.replace("SEND_HEADERS", frame))

    assert (found.verdict, ranking(found)[0]) == ("established", HTTP2)


@pytest.mark.parametrize("number", ["1", "5", "120"])
def test_another_number_says_the_same(index: Index, number: str) -> None:
    promised(FAILED, told(index, FAILED.replace("3", number)))


def traceback(message: str, path: str, head: str) -> str:
    """Return a traceback of 150 lines that ends with a message."""
    frames = [
        f'  File "{path}{n}.py", line {n}, in step_{n}\n    await self.step({n})' for n in range(70)
    ]
    noise = [f"10:0{n}:01.123 | INFO    | Flow run 'blue-fox' - step {n} done" for n in range(6)]
    return "\n".join(
        [
            *noise,
            f"{head}Encountered an exception",
            "Traceback (most recent call last):",
            *frames,
            message,
        ]
    )


@pytest.mark.parametrize(
    "path", ["/usr/lib/python3.10/site-packages/anyio/m", "C:\\Users\\me\\AppData\\Local\\anyio\\m"]
)
@pytest.mark.parametrize(
    "head", ["", "10:11:12.345 | ERROR   | prefect.agent - ", "2023-02-01T10:11:12Z ERROR "]
)
@pytest.mark.parametrize(
    ("message", "cause", "verdicts"),
    [
        (f"h2.exceptions.ProtocolError: {SEND}", HTTP2, ("established",)),
        (f"httpcore.LocalProtocolError: {SEND}", HTTP2, ("established",)),
        (NOT_FOUND, DASK, SPOKEN),
    ],
)
def test_it_is_found_in_a_traceback_of_150_lines(
    index: Index, message: str, cause: str, verdicts: tuple[str, ...], path: str, head: str
) -> None:
    text = traceback(message, path, head)
    assert len(text.splitlines()) >= 148

    for given in (text, text.replace("\n", "\r\n"), json.dumps({"message": text})):
        found = told(index, given)
        assert ranking(found)[0] == cause
        assert found.verdict in verdicts


def test_it_is_found_when_a_supervisor_prefixes_every_line(index: Index) -> None:
    lines = traceback(f"h2.exceptions.ProtocolError: {SEND}", "/a/b", "").splitlines()

    for prefix in ("Feb  1 10:11:12 host prefect[77]: ", "agent-1  | ", "[pod/agent-1/agent] "):
        found = told(index, "\n".join(prefix + line for line in lines))
        assert (found.verdict, ranking(found)[0]) == ("established", HTTP2)


@pytest.mark.parametrize(
    "text",
    [
        "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'",
        "FileNotFoundError: [Errno 2] No such file or directory: '/opt/app/prefect_flows/data.csv'",
        "h2.exceptions.ProtocolError",
        "h2.exceptions.StreamClosedError: 1",
        "httpx.ReadTimeout",
        "httpcore.ConnectError: All connection attempts failed",
    ],
)
def test_what_any_program_may_print_establishes_nothing(index: Index, text: str) -> None:
    program = f"""\
2024-05-01 10:11:12,001 INFO shop.main starting the shop
2024-05-01 10:11:13,001 INFO shop.db connected to postgres
2024-05-01 10:11:14,001 ERROR shop.api request to the payment provider failed
Traceback (most recent call last):
  File "/opt/shop/api.py", line 7, in pay
    client.post(url)
{text}
2024-05-01 10:11:15,001 INFO shop.api trying again
"""
    for given in (text, program, program * 4):
        assert told(index, given).verdict != "established"
    assert told(index, program * 4).verdict not in SPOKEN


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_an_exception_is_at_most_ambiguous_however_often_it_stands(
    index: Index, name: str
) -> None:
    assert told(index, "\n".join([name] * 40)).verdict in ("ambiguous", "weak")
    assert told(index, *NAMES).verdict == "ambiguous"


def test_the_check_that_tells_the_two_causes_of_a_missing_heartbeat_apart_is_named(
    index: Index,
) -> None:
    first = told(index, NO_BEAT).causes[0]

    related = {one.insight: one for one in first.related if one.relation == "resembles"}
    assert related[ZOMBIE].finding
    assert first.checks


SECRETS = {
    "pnu_0123456789abcdefABCDEF0123456789abcd": "PREFECT_API_KEY={}",
    "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl": "Authorization: Bearer {}",
    "hunter2hunter2": "https://me:{}@api.example.com/api",
    "s3cr3t-pass": "postgresql+asyncpg://prefect:{}@db/prefect",
    "AKIAIOSFODNN7EXAMPLE": "aws_access_key_id = {}",
}


@pytest.mark.parametrize(("secret", "form"), SECRETS.items())
def test_secrets_are_masked_and_the_match_still_works(index: Index, secret: str, form: str) -> None:
    said = form.format(secret)
    found = told(index, f"ERROR {said} {SEND}\n10:11:12.345 | ERROR   | x - odd thing {said}")

    assert (found.verdict, ranking(found)[0]) == ("established", HTTP2)
    assert secret not in repr(found)
    assert "[redacted]" in repr(found)
