"""Secrets stay: no key that looks like one is left, and what is no secret is left alone."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

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
    # command lines, as typed and as a list of words
    "--password '{}'", '--password "{}"', "--auth-string admin:{}", "--api-key '{}'", "--pass {}",
    "['prefect', '--password', '{}']", "curl -u admin:{} https://h", "curl -s --user 'admin:{}' h",
    "['curl', '-u', 'admin:{}']", "docker login -u me -p {}", "sshpass -p {} ssh h", "mysql -u root -p{}",
    "machine h login u password {}",
    # addresses
    "https://{}@host/x", "postgresql://u:ab/{}@db/x", "u://us@er:{}@h", "u://u:a@{}@h", "tcp://u:{}@h:1",
    "https://h/x?sv=1&sig={}", "SharedAccessSignature=sig={}", "https://h/x?X-Amz-Signature={}&a=1",
    "https://h/x?key={}", "https://hooks.slack.com/services/T000/B000/{}",
    # headers
    "Authorization: {}", "Authorization: {} and more", "Cookie: session={}", "Set-Cookie: sid={}; path=/", "{{'Cookie': 'a=b; session={}'}}",
    "x-api-key {}", "X-Auth-Token: {}", "(b'x-api-key', b'{}')", "[(b'Authorization', b'Bearer {}')]",
    'Authorization: Digest username="u", response="{}"',
    "Authorization: AWS4-HMAC-SHA256 Credential=u/x, SignedHeaders=host, Signature={}",
    # names with a value
    "auth=('admin', '{}')", "HTTPBasicAuth('admin', '{}')", 'PREFECT_API_KEY="{}', "'api_key': b'{}'",
    'password="abc\\"{}"', "password='abc\\'{}'", "password=abc,{}", "password=abc;{}", "password=a&{}",
    "password=(abc){}", "password=ab'{}", "PASS={}", "DB_PASS={}", '"pass": "{}"', "passphrase={}",
    "signing_key={}", "encryption_key={}", "AccountKey={}==;EndpointSuffix=x", "API Key = {}",
    "SecretStr('{}')", "Secret(value='{}')", "password=SecretStr('{}')", '{{\\"password\\": \\"a b {}\\"}}',
    # keys that are known by how they begin
    "npm_0123456789{}", "sk_live_{}", "AIza0123456789{}",
]  # fmt: skip
AROUND = st.sampled_from(
    ["{}", "10:11:12.345 | ERROR | x - failed: {} (1)", "say {} twice", "\n{}\nnext line", "({})"]
)


@given(st.sampled_from(FORMS), KEY, AROUND)
def test_no_key_is_left(form: str, key: str, around: str) -> None:
    shown = redact(around.format(form.format(key)))

    assert key not in shown
    assert MASK in shown


@given(
    st.sampled_from([("prefect", "--password"), ("prefect", "worker", "--api-key"), ("sshpass", "-p"),
                     ("docker", "login", "-p"), ("x", "--auth-string")]),
    KEY, st.sampled_from(["{}", "a b {}", "it's {}", "$x {}", 'say "{}"']),
)  # fmt: skip
def test_no_key_is_left_in_a_command_line(words: tuple[str, ...], key: str, around: str) -> None:
    shown = redact(shlex.join([*words, around.format(key), "--pool", "default"]))

    assert key not in shown
    assert shown.endswith("--pool default")


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
        "KeyError: 'customer_id'",
        "key error while reading, retrying",
        "token bucket is empty, 3 tokens left",
        "Created flow run 'bold-signing-key' for flow 'pass-the-salt'",
        "docker run -p 8080:80 --user 1000:1000 -u 1000:1000 prefect",
        "prefect worker start -p default-pool --type process",
        "mongo: connection refused (port 27017)",
        "tests: pass=12 fail=0, pass: 3 of 4",
        "bypass=on, compass: north",
        "http://127.0.0.1:4200/api/x?email=me@example.com",
        "ssh://git@github.com/org/repo",
        "git+https://github.com/PrefectHQ/prefect@main",
        "pip install prefect@git+https://github.com/PrefectHQ/prefect.git@3.1.8",
        "docker://registry:5000/prefect@sha256:4f89",
        "postgresql://prefect@db/prefect",
        "cookie jar is full; cookies: off",
        "got signal sig=15 (SIGTERM), response=200",
        "def connect(auth, timeout=5): raise AuthError('expired', 'later')",
        "/home/me/.ssh/authorized_keys: permission denied",
        "x-request-id 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "the wrapper has the signature=(self, name)",
        "worker 'npm_lifecycle_event' sk_learn hf_hub",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert redact(text) == text


@given(st.text(max_size=400))
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(redact(text), str)


QUIET = Path(__file__).parents[2] / "kb" / "data" / "prefect" / "quiet"


@pytest.mark.parametrize("log", sorted(QUIET.glob("*.log")), ids=lambda path: path.stem)
def test_nothing_in_an_ordinary_log_is_masked(log: Path) -> None:
    text = log.read_text(encoding="utf-8")

    assert redact(text) == text


HOSTILE = [
    "password", "api_key=", "://a:", "://a:b/", "://a@", "bearer ", "a-", "'secret", "token ", "password='",
    'password=\\"', "password=a,", "password=a'b", "pass=(", "secret(b'", "pwd=f('", "curl -u ", "docker login ",
    "mysql -p", "--a-", "--token '", "cookie: ", "cookie=a=", "digest response=", "authorization: ", "x-a-",
    "auth('a',", "login a password ", "?key=a1", "https://a1", "eyJaaaaaaaaa.", "password=<", "\\", "\\'",
]  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
@pytest.mark.parametrize(
    "before", ["", "password='", 'password=\\"', "https://curl digest -p key "]
)
def test_the_time_to_mask_grows_with_the_length_alone(before: str, part: str) -> None:
    """With its square these would take minutes; in proportion they take a part of a second."""
    text = before + part * (100_000 // len(part))
    start = time.process_time()

    redact(text)

    assert time.process_time() - start < 5.0
