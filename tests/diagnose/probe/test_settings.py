"""Which API is asked, and with what: option, environment, profile; secrets go nowhere else."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from diagnose.errors import UsageError
from diagnose.probe.settings import is_loopback, target

if TYPE_CHECKING:
    from pathlib import Path

PROFILES = """
active = "cloud"

[profiles.cloud]
PREFECT_API_URL = "https://api.prefect.cloud/api/accounts/a/workspaces/w"
PREFECT_API_KEY = "pnu_profile_key_0123"

[profiles.own]
PREFECT_API_URL = "http://10.0.0.5:4200/api/"
PREFECT_API_AUTH_STRING = "admin:pass"
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "profiles.toml").write_text(PROFILES)
    return {"PREFECT_HOME": str(tmp_path)}


def test_the_active_profile_is_the_last_resort(home: dict[str, str]) -> None:
    found = target(None, home)

    assert found is not None
    assert found.base == "https://api.prefect.cloud/api/accounts/a/workspaces/w"
    assert found.headers == {"authorization": "Bearer pnu_profile_key_0123"}
    assert found.source == "profile 'cloud'"


def test_the_environment_chooses_another_profile(home: dict[str, str]) -> None:
    found = target(None, {**home, "PREFECT_PROFILE": "own"})

    assert found is not None
    assert found.base == "http://10.0.0.5:4200/api"
    pair = base64.b64encode(b"admin:pass").decode()
    assert found.headers == {"authorization": f"Basic {pair}"}
    assert "clear text" in found.notes[0]


def test_the_environment_beats_the_profile(home: dict[str, str]) -> None:
    found = target(None, {**home, "PREFECT_API_URL": "http://127.0.0.1:4200/api"})

    assert found is not None
    assert (found.base, found.source) == ("http://127.0.0.1:4200/api", "PREFECT_API_URL")


def test_the_home_of_somebody_unknown_configures_nothing() -> None:
    assert target(None, {"PREFECT_HOME": "~no-such-user-here/prefect"}) is None


def test_credentials_are_not_sent_to_another_api_than_theirs(home: dict[str, str]) -> None:
    found = target("https://elsewhere.example/api", home)

    assert found is not None
    assert found.headers == {}
    assert "not sent" in found.notes[0]


def test_credentials_are_sent_to_the_place_they_are_configured_for(home: dict[str, str]) -> None:
    found = target("https://api.prefect.cloud/api/accounts/a/workspaces/other", home)

    assert found is not None
    assert found.headers


def test_a_url_with_a_password_is_shown_without_it() -> None:
    found = target("https://user:p%40ss@prefect.example/api/", {"PREFECT_HOME": "/nowhere"})

    assert found is not None
    assert found.base == found.shown == "https://prefect.example/api"
    assert found.headers == {"authorization": "Basic " + base64.b64encode(b"user:p@ss").decode()}


def test_nothing_configured_is_nothing() -> None:
    assert target(None, {"PREFECT_HOME": "/nowhere"}) is None


@pytest.mark.parametrize(
    "url",
    ["ftp://host/api", "host:4200", "http://", "http://ho st/api", "http://host:99999999/api",
     "http://[::1/api", "http://host/\napi", "file:///etc/passwd", "http://127.0.0.1:0/api"],
)  # fmt: skip
def test_what_is_no_url_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        target(url, {"PREFECT_HOME": "/nowhere"})
    assert "--api" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_credentials_that_no_header_can_carry_are_refused_without_being_shown() -> None:
    environ = {"PREFECT_HOME": "/nowhere", "PREFECT_API_KEY": "pnu_x\r\nHost: evil"}
    with pytest.raises(UsageError) as raised:
        target("http://127.0.0.1/api", environ)
    assert "evil" not in str(raised.value)


@pytest.mark.parametrize("content", [b"\xff", b"active = ", b"a" * 20], ids=str)
def test_a_broken_profile_file_is_said(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_bytes(content)
    with pytest.raises(UsageError) as raised:
        target(None, {"PREFECT_HOME": str(tmp_path)})
    assert "no valid TOML" in str(raised.value)


@pytest.mark.parametrize("content", ["active = 3", "profiles = 1\nactive = 'x'", ""], ids=str)
def test_a_profile_file_of_another_shape_configures_nothing(content: str, tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text(content)

    assert target(None, {"PREFECT_HOME": str(tmp_path)}) is None


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.9.9.9", True),
     ("10.0.0.1", False), ("localhost.example", False)],
)  # fmt: skip
def test_loopback_is_known(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
