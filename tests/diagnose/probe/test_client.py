"""Whatever a server does: one clear line, within bounds, nothing sent elsewhere, no secrets."""

from __future__ import annotations

import ssl
import subprocess
import threading
from typing import TYPE_CHECKING, Any

import pytest

from diagnose.probe import api, client
from diagnose.probe.answers import ApiError
from diagnose.probe.client import Client
from diagnose.probe.records import weighty
from diagnose.probe.settings import Target, target

from .stand_in import as_json, closed_port, prefect, serving

if TYPE_CHECKING:
    from pathlib import Path

    from .stand_in import Handler, Reply

KEY = "pnu_0123456789abcdefSECRET"
SECRETS = (KEY, "Bearer", "s3cret")


def asked(url: str) -> Target:
    found = target(url, {"PREFECT_API_KEY": KEY})
    assert found is not None
    return found


def failure(play: Any, path: str = "/work_pools/filter") -> ApiError:
    with (
        serving(play) as server,
        Client(asked(server.api)) as asking,
        pytest.raises(ApiError) as raised,
    ):
        asking.rows(path)
    for secret in SECRETS:
        assert secret not in str(raised.value)
    assert "\n" not in str(raised.value)
    return raised.value


def html(handler: Handler) -> Reply:
    return 200, {"content-type": "text/html"}, b"<!doctype html><h1>Sign in</h1>"


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (401, "forbidden", "refused"),
        (403, "forbidden", "forbids"),
        (404, "unknown", "404"),
        (422, "unknown", "422"),
        (429, "unknown", "too many requests"),
        (500, "unknown", "failure of the server"),
        (503, "unknown", "failure of the server"),
    ],
)
def test_each_refusal_is_told_apart(
    status: int, kind: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "BUSY_S", 0.0)

    error = failure(lambda _: as_json({"detail": f"key {KEY}"}, status))

    assert (error.kind, error.status) == (kind, status)
    assert says in str(error)


def test_a_busy_server_is_asked_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BUSY_S", 0.0)
    replies = [as_json({}, 503), as_json([{"name": "p"}])]

    with serving(lambda _: replies.pop(0)) as server, Client(asked(server.api)) as asking:
        assert asking.rows("/work_pools/filter") == [{"name": "p"}]


def test_a_web_page_is_no_api() -> None:
    assert "web page" in str(failure(html))


@pytest.mark.parametrize(
    "content", [b"{", b"\xff\xfe", b"[" * 100_000, b"nul", b"1" * 5000], ids=str
)
def test_broken_json_is_said(content: bytes) -> None:
    error = failure(lambda _: (200, {}, content))

    assert error.kind == "unknown"
    assert "no JSON" in str(error)


@pytest.mark.parametrize("value", [{}, 7, "x", None, True], ids=str)
def test_json_of_another_shape_is_said(value: Any) -> None:
    assert "no list" in str(failure(lambda _: as_json(value)))


def test_a_huge_answer_is_cut_off() -> None:
    error = failure(lambda _: (200, {}, b"[" + b" " * 10_000_000 + b"]"))

    assert "more than 5 MB" in str(error)


def test_a_compressed_answer_is_not_unpacked() -> None:
    error = failure(lambda _: (200, {"content-encoding": "gzip"}, b"\x1f\x8b"))

    assert "compressed" in str(error)


def test_a_redirect_to_another_place_is_not_followed() -> None:
    with serving(prefect({})) as other:
        place = f"http://127.0.0.1:{other.server_address[1]}/api/work_pools/filter"
        error = failure(lambda _: (302, {"location": place.replace("//", "//user:s3cret@")}, b""))

        assert other.calls == []
    assert "not followed" in str(error)


def test_a_redirect_on_the_same_server_is_followed() -> None:
    def play(handler: Handler) -> Reply:
        if handler.path.endswith("/"):
            return as_json([{"name": "p"}])
        return 307, {"location": handler.path + "/"}, b""

    with serving(play) as server, Client(asked(server.api)) as asking:
        assert asking.rows("/work_pools/filter") == [{"name": "p"}]


def test_redirects_in_a_circle_end() -> None:
    error = failure(lambda handler: (302, {"location": handler.path}, b""))

    assert "again and again" in str(error)


def dripping(start: bytes) -> Any:
    """A play that says a byte now and then, as long as anybody listens."""

    def play(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + start)
        pace = threading.Event()
        for _ in range(2000):
            handler.wfile.write(b"1")
            pace.wait(0.02)

    return play


@pytest.mark.parametrize(
    "start", [b"content-length: 100000\r\n\r\n", b"\r\n", b"x-slow: "], ids=["counted", "open", "headers"]
)  # fmt: skip
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_server_that_drips_is_given_up(
    start: bytes, tls: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(client, "ANSWER_S", 0.5)
    with serving(dripping(start), tls=_self_signed(tmp_path) if tls else None) as server:
        url = server.api.replace("http://", "https://") if tls else server.api
        trusted = {"PREFECT_API_SSL_CERT_FILE": str(tmp_path / "cert.pem")} if tls else {}
        found = target(url, trusted)
        assert found is not None
        with Client(found) as asking, pytest.raises(ApiError) as raised:
            asking.get("/health")

    assert raised.value.kind == "unreachable"
    assert "no whole answer within" in str(raised.value)


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "CONNECT_S", 0.3)

    error = failure(lambda handler: handler.rfile.read(1) and None)

    assert error.kind == "unreachable"
    assert "no answer within" in str(error)


def test_all_calls_together_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PROBE_S", -1.0)

    assert "used up" in str(failure(prefect({})))


def test_nobody_listening_is_unreachable() -> None:
    url = f"http://127.0.0.1:{closed_port()}/api"
    with Client(asked(url)) as asking, pytest.raises(ApiError) as raised:
        asking.get("/health")
    assert raised.value.kind == "unreachable"
    assert "refused" in str(raised.value)


def test_a_certificate_that_cannot_be_verified_is_said(tmp_path: Path) -> None:
    with serving(prefect({}), tls=_self_signed(tmp_path)) as server:
        url = server.api.replace("http://", "https://")
        with Client(asked(url)) as asking, pytest.raises(ApiError) as raised:
            asking.get("/health")

    assert raised.value.kind == "unreachable"
    assert "certificate cannot be verified" in str(raised.value)
    assert server.calls == []


def test_a_certificate_of_a_named_authority_is_verified(tmp_path: Path) -> None:
    with serving(prefect({}), tls=_self_signed(tmp_path)) as server:
        url = server.api.replace("http://", "https://")
        found = target(url, {"PREFECT_API_SSL_CERT_FILE": str(tmp_path / "cert.pem")})
        assert found is not None
        with Client(found) as asking:
            assert asking.get("/health").value is True


def test_plain_http_on_a_tls_port_is_said(tmp_path: Path) -> None:
    with (
        serving(prefect({}), tls=_self_signed(tmp_path)) as server,
        Client(asked(server.api)) as asking,
        pytest.raises(ApiError) as raised,
    ):
        asking.get("/health")
    assert raised.value.kind == "unreachable"


def test_all_pages_are_read() -> None:
    rows = [{"name": f"p{n}"} for n in range(450)]

    play = prefect({"/work_pools/filter": rows})
    with serving(play) as server, Client(asked(server.api)) as asking:
        assert asking.rows("/work_pools/filter") == rows
    assert [body["offset"] for _, _, _, body in server.calls] == [0, 200, 400]


def test_endless_pages_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_ROWS", 600)

    play = as_json([{"name": "p"}] * 200)
    with serving(lambda _: play) as server, Client(asked(server.api)) as asking:
        assert len(asking.rows("/work_pools/filter")) == 600


def test_more_pools_and_rows_than_are_read_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_ROWS", 250)
    monkeypatch.setattr(api, "MOST_ROWS", 250)
    monkeypatch.setattr(api, "MOST_POOLS", 3)

    def told(count: int, pools: int) -> list[str]:
        late = [{"id": f"r{n}", "name": "r", "state": {"name": "Late"}} for n in range(count)]
        answers = {
            "/work_pools/filter": [{"name": f"p{n}"} for n in range(pools)],
            "/flow_runs/filter": late,
        }
        with serving(prefect(answers)) as server:
            return [gap.line for gap in weighty(api.read(asked(server.api)).gaps)]

    assert not [line for line in told(250, 3) if "more than" in line]
    said = told(251, 4)
    assert [line for line in said if "more than 250 rows of /flow_runs/filter" in line]
    assert [line for line in said if "more than 3 work pools" in line]


def test_calls_that_hand_out_work_are_never_made() -> None:
    with serving(prefect({})) as server:
        api.read(asked(server.api))

    paths = {path for _, path, _, _ in server.calls}
    assert not [p for p in paths if "get_" in p or "heartbeat" in p]
    assert all(p.endswith(("/filter", "/health", "/version", "/settings")) for p in paths)
    assert all(headers["authorization"] == f"Bearer {KEY}" for _, _, headers, _ in server.calls)


def _self_signed(folder: Path) -> ssl.SSLContext:
    key, certificate = folder / "key.pem", folder / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl makes no certificate here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
