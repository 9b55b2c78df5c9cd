"""Secrets stay: no key that looks like one is left, and what is no secret is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.redact import MASK, redact

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
KEY = st.text(LETTERS, min_size=12, max_size=40).filter(
    lambda s: any(c.isdigit() for c in s) and any(c.isalpha() for c in s)
)
FORMS = [
    "pnu_{}", "pnb_{}", "ghp_{}", "xoxb-{}", "sk-{}", "hf_{}", "glpat-{}", "github_pat_{}",
    "PREFECT_API_KEY={}", "PREFECT_API_KEY='{}'", 'PREFECT_API_KEY="{}"', "export PREFECT_API_KEY={}",
    "prefect_api_key: {}", '"api_key": "{}"', "'api-key': '{}'", '{{\\"api_key\\": \\"{}\\"}}',
    "Authorization: Bearer {}", "authorization: Basic {}", "{{'Authorization': 'Bearer {}'}}",
    "bearer {}", "https://me:{}@host/api", "postgresql+asyncpg://prefect:{}@db:5432/prefect",
    "redis://:{}@cache:6379/0", "password={}", "PASSWORD = {}", "passwd: {}", "pwd={};", "secret={}",
    "client_secret={}", "DB_PASSWORD={}", "AWS_SECRET_ACCESS_KEY={}", "aws_session_token={}",
    "--api-key {}", "--password={}", "prefect cloud login --key {}", "PREFECT_SERVER_API_AUTH_STRING=admin:{}",
    "token: {}", "access_token={}&x=1", "credential={}",
]  # fmt: skip
AROUND = st.sampled_from(
    ["{}", "10:11:12.345 | ERROR | x - failed: {} (1)", "say {} twice", "\n{}\nnext line", "({})"]
)


@given(st.sampled_from(FORMS), KEY, AROUND)
def test_no_key_is_left(form: str, key: str, around: str) -> None:
    shown = redact(around.format(form.format(key)))

    assert key not in shown
    assert MASK in shown


@given(st.sampled_from(FORMS), KEY, st.text(max_size=60))
def test_masking_twice_is_masking_once(form: str, key: str, text: str) -> None:
    for said in (text, form.format(key) + text, text + form.format(key)):
        once = redact(said)
        assert redact(once) == once


@pytest.mark.parametrize("prefix", ["AKIA", "ASIA"])
def test_key_ids_of_amazon_are_masked(prefix: str) -> None:
    assert redact(f"using {prefix}IOSFODNN7EXAMPLE now") == f"using {MASK} now"


def test_json_web_tokens_are_masked() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlX29r"

    assert redact(f"got {token}.") == f"got {MASK}."


def test_private_keys_are_masked_whole() -> None:
    body = "MIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC"
    for text in (
        f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\nafter",
        f"-----BEGIN PRIVATE KEY-----\n{body}",
    ):
        assert "MIIE" not in redact(text)
        assert "hkiG9" not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "cannot find a heartbeat",
        "Invalid input ConnectionInputs.SEND_HEADERS in state ConnectionState.CLOSED",
        "FileNotFoundError: [Errno 2] No such file or directory: 'prefect'",
        "prefect agent start --pool default-agent-pool --work-queue default",
        "run 3f2504e0-4f89-11d3-9a0c-0305e82c3301 is Late",
        "https://docs.prefect.io/v3/api-ref/cli/worker",
        "http://127.0.0.1:4200/api",
        "sqlite+aiosqlite:////root/.prefect/prefect.db",
        "PREFECT_API_KEY=None",
        "PREFECT_API_KEY=$PREFECT_API_KEY",
        "api_key: <your key>",
        "password=***",
        "basic checks were done",
        "the token is wrong",
        "2023-02-01 10:11:12,345 | WARNING | prefect.server - slow",
        "sha256:4f8911d39a0c0305e82c33014f8911d39a0c0305e82c33014f8911d39a0c0305",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert redact(text) == text


@given(st.text(max_size=400))
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(redact(text), str)


def test_a_hostile_text_is_masked_in_reasonable_time() -> None:
    """Nothing here grows with the square of the length in a way that a log could abuse."""
    for part in ("password", "api_key=", "://a:", "bearer ", "a-", "'secret", "token " * 2):
        redact(part * (20_000 // len(part)))
