"""What can be reached: refusals, failures and silence are told apart and are no evidence."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from diagnose.errors import UsageError
from diagnose.probe import client, probe
from diagnose.probe.records import KNOWN

from .looking import NOBODY, known, one_pool, probed
from .rows import pool, queue
from .stand_in import as_json, closed_port, prefect, serving

if TYPE_CHECKING:
    from .stand_in import Handler, Reply


def refusing(status: int, *, health: bool) -> Any:
    plain = prefect(one_pool())

    def play(handler: Handler) -> Reply:
        if handler.path == "/api/health" and health:
            return plain(handler)  # type: ignore[no-any-return]
        return as_json({"detail": "no"}, status)

    return play


@pytest.mark.parametrize("health", [True, False])
@pytest.mark.parametrize("status", [401, 403])
def test_forbidden_is_neither_present_nor_absent(status: int, health: bool) -> None:
    result = probed(None, refusing(status, health=health))

    values = {value.name: value for value in result.facts}
    assert values["late_runs"].status == values["queue_last_poll_age_s"].status == "forbidden"
    assert values["api_reachable"].status == (KNOWN if health else "forbidden")
    assert known(result).get("api_status") in (None, "200")  # no credentials were refused


def test_refused_credentials_are_a_fact() -> None:
    with serving(refusing(401, health=True)) as server:
        environ = {**NOBODY, "PREFECT_API_AUTH_STRING": "admin:s3cret"}
        result = probe(server.api, host=False, environ=environ)

    assert known(result)["api_status"] == "401"
    assert "s3cret" not in repr(result)


def test_a_server_in_trouble_is_not_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BUSY_S", 0.0)

    result = probed(None, refusing(500, health=False))

    assert known(result)["api_status"] == "500"
    assert "api_reachable" not in known(result)


def test_a_page_of_something_else_is_no_api() -> None:
    result = probed(None, lambda _: (200, {}, b"<html>hello</html>"))

    assert "api_reachable" not in known(result)
    assert "web page" in result.gaps[0].line


def test_nobody_there_is_unreachable_and_nothing_more() -> None:
    result = probe(f"http://127.0.0.1:{closed_port()}/api", host=False, environ=NOBODY)

    assert known(result) == {"api_reachable": "false", "api_scheme": "http"}
    assert {value.status for value in result.facts} == {KNOWN, "unreachable"}


def test_an_api_that_dies_in_the_middle_is_not_asked_further() -> None:
    plain = prefect(one_pool())

    def play(handler: Handler) -> Reply | None:
        if handler.path == "/api/health":
            return plain(handler)  # type: ignore[no-any-return]
        handler.connection.shutdown(socket.SHUT_RDWR)
        return None

    result = probed(None, play)

    assert result.api is not None
    assert result.api.calls < 5
    assert "late_runs" not in known(result)


@pytest.mark.parametrize(
    "bad", [None, 7, "x", [], [[]], {"a": 1}, [{"name": 3}, {"name": None}]], ids=str
)
def test_rows_of_another_shape_do_no_harm(bad: Any) -> None:
    answers = dict.fromkeys(
        ("/work_pools/filter", "/deployments/filter", "/flow_runs/filter", "/flows/filter",
                     "/automations/filter", "/events/filter", "/concurrency_limits/filter",
                     "/v2/concurrency_limits/filter", "/admin/version", "/admin/settings"),
        bad,
    )  # fmt: skip

    assert probed(answers).about.label == "nothing"


def test_control_codes_in_names_are_taken_out() -> None:
    result = probed(
        {
            "/work_pools/filter": [pool("p\x1b[2J\n")],
            "/work_pools/p%1B%5B2J%0A/queues/filter": [queue(900)],
        }
    )

    assert "\x1b" not in repr(result.api)


def test_a_workspace_of_the_cloud_is_asked_at_its_own_paths() -> None:
    place = "/api/accounts/a/workspaces/w"
    paths: list[str] = []

    def play(handler: Handler) -> Reply:
        paths.append(handler.path)
        if handler.path == "/api/health":
            return as_json(True)
        rows = {
            f"{place}/work_pools/filter": [pool()],
            f"{place}/work_pools/p/queues/filter": [queue(900)],
        }
        return as_json(rows.get(handler.path, []))

    with serving(play) as server:
        result = probe(f"{server.api.removesuffix('/api')}{place}/", host=False, environ=NOBODY)

    assert float(known(result)["queue_last_poll_age_s"]) >= 900
    assert not [path for path in paths if "version" in path or path == f"{place}/health"]


def test_a_proxy_is_used_for_hosts_elsewhere_and_not_for_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def play(handler: Handler) -> Reply:
        return as_json(True if handler.path.endswith("/health") else [])

    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(play) as proxy, serving(prefect({})) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.api.removesuffix("/api"))
        probe(server.api, host=False, environ=NOBODY)
        assert proxy.calls == []

        result = probe("http://prefect.example/api", host=False, environ=NOBODY)
        assert {path.partition("/api")[0] for _, path, _, _ in proxy.calls} == {
            "http://prefect.example"
        }
    assert known(result)["api_reachable"] == "true"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "PREFECT_API_SSL_CERT_FILE"])
def test_a_setting_that_cannot_be_used_is_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://x" if name == "HTTPS_PROXY" else "")
    environ = (
        {**NOBODY, "PREFECT_API_SSL_CERT_FILE": "/nowhere/ca.pem"} if "CERT" in name else NOBODY
    )

    with pytest.raises(UsageError) as raised:
        probe("https://prefect.example/api", host=False, environ=environ)

    assert "cannot be used" in str(raised.value)
    assert "\n" not in str(raised.value)
