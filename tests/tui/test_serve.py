"""The TUI in a browser: on loopback, with a warning for anything else, and not for other sites."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from diagnose.errors import UsageError
from tui.serve import is_loopback, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("textual_serve", reason="the extra 'serve' is not installed")

ROOT = str(Path(__file__).parents[2])
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
LIMIT = 60
"""Seconds that the page may take on a busy machine."""

LISTEN = """
const Plain = window.WebSocket;
window.received = "";
window.WebSocket = function (...given) {
  const socket = new Plain(...given);
  socket.addEventListener("message", async (event) => {
    const data = event.data instanceof Blob ? await event.data.arrayBuffer() : event.data;
    window.received += typeof data === "string" ? data : new TextDecoder().decode(data);
  });
  return socket;
};
Object.assign(window.WebSocket, Plain, {CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3});
window.WebSocket.prototype = Plain.prototype;
"""
"""Keeps what the page receives: the terminal in it draws on a canvas, which holds no text."""


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"])
def test_loopback_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.com", ""])
def test_everything_else_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_port_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="port"):
        serve(port=0)


def test_another_host_is_warned_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tui.served.LocalServer.serve", lambda self: None)
    assert serve(host="0.0.0.0") == 0
    assert "not loopback" in capsys.readouterr().err
    assert serve() == 0
    assert capsys.readouterr().err == ""


@pytest.fixture
def server() -> Iterator[str]:
    """A server of its own process; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = f"from tui.serve import serve; serve(['-e', 'Agent stopped!'], host='127.0.0.1', port={port})"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": ROOT},
    )
    assert process.stderr is not None
    assert "serving on" in process.stderr.readline()
    while True:  # it says so just before it listens
        try:
            socket.create_connection(("127.0.0.1", port), timeout=LIMIT).close()
            break
        except ConnectionRefusedError:
            assert process.poll() is None
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()
    process.stderr.close()


def _status(address: str, **headers: str) -> int:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_page_comes_and_fetches_nothing_from_elsewhere(server: str) -> None:
    with urllib.request.urlopen(server) as answer:
        page = answer.read().decode()
    assert "textual.js" in page
    assert "googleapis" not in page


def test_pages_of_other_sites_are_refused(server: str) -> None:
    assert _status(server) == 200
    assert _status(server, Origin=server) == 200
    assert _status(server, Origin="http://evil.example") == 403
    assert _status(f"{server}/ws", Origin="http://evil.example") == 403
    assert _status(server, Host="evil.example") == 403


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)")
def test_a_real_browser_shows_the_diagnosis(server: str) -> None:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    waiting = pytest.importorskip("selenium.webdriver.support.ui")
    if shutil.which("chromedriver") is None:
        pytest.skip("no chromedriver here (Debian: apt-get install chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    try:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": LISTEN})
        driver.get(server)
        waiting.WebDriverWait(driver, LIMIT).until(
            lambda page: "Agent stopped!" in page.execute_script("return window.received")
        )
        assert "-first-byte" in driver.execute_script("return document.body.className")
        driver.find_element("css selector", "textarea").send_keys("zebra")
        waiting.WebDriverWait(driver, LIMIT).until(
            lambda page: "zebra" in page.execute_script("return window.received")
        )
    finally:
        driver.quit()
