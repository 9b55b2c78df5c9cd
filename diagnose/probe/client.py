"""The HTTP client of the probe: read-only, bounded in time and size, never elsewhere than asked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from diagnose.errors import UsageError
from diagnose.probe.answers import Answer, ApiError, clock_offset, parsed, read_body, why
from diagnose.probe.wire import Wire
from diagnose.redact import redact

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from types import TracebackType

    import httpx

    from diagnose.probe.settings import Target

CONNECT_S = 5.0
"""Seconds to connect, and between two pieces of an answer."""

ANSWER_S = 10.0
"""Seconds for a whole answer; a server that drips is given up after it."""

PROBE_S = 60.0
"""Seconds for all calls of one probe together."""

MOST_REDIRECTS = 3
BUSY = (429, 502, 503, 504)
"""Statuses after which a server is asked once more."""

BUSY_S = 1.0
PAGE = 200
"""Rows asked for at once: the most that servers allow by default."""

MOST_ROWS = 2_000
"""Rows read of one list."""


class Client:
    """Calls one API; use it as a context manager.

    ``counted`` says how many calls were made.

    Raises:
        UsageError: the certificate file or a proxy that the environment names cannot be used.
    """

    def __init__(self, target: Target) -> None:
        import httpx  # noqa: PLC0415 (only a probe pays for it)

        self.target = target
        self.counted = 0
        self._ends = time.monotonic() + PROBE_S
        self._wire = Wire()
        self.cut: list[str] = []
        """Paths of filters that had more than `MOST_ROWS` rows."""
        try:
            self._client = httpx.Client(
                verify=_verification(target),
                trust_env=not target.is_loopback,
                timeout=httpx.Timeout(CONNECT_S),
                follow_redirects=False,
                headers={
                    "accept": "application/json",
                    "accept-encoding": "identity",
                    **target.headers,
                },
            )
        except (OSError, ValueError, ImportError) as error:
            what = redact(" ".join(str(error).split())[:200])
            raise UsageError(
                f"the certificate file or proxy in the environment cannot be used: {what}"
            ) from None

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, path: str) -> Answer:
        """GET a path below the base URL.

        Raises:
            ApiError: there is no usable answer.
        """
        return self._call("GET", self.target.base + path, None)

    def get_url(self, url: str) -> Answer:
        """GET a URL on the same server.

        Raises:
            ApiError: there is no usable answer.
        """
        return self._call("GET", url, None)

    def query(self, path: str, body: dict[str, Any]) -> Answer:
        """POST a filter, which reads and changes nothing.

        Raises:
            ApiError: there is no usable answer.
        """
        return self._call("POST", self.target.base + path, body)

    def rows(self, path: str, body: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return all rows that a filter gives, page by page, at most `MOST_ROWS`.

        Raises:
            ApiError: there is no usable answer.
        """
        found: list[dict[str, Any]] = []
        for page in self._pages(path, body or {}):
            found += page
            if len(found) > MOST_ROWS:
                self.cut.append(path)
                return found[:MOST_ROWS]
            if len(page) < PAGE:
                break
        return found

    def _pages(self, path: str, body: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
        offset = 0
        while True:
            answer = self.query(path, {**body, "limit": PAGE, "offset": offset})
            if not isinstance(answer.value, list):
                raise ApiError("unknown", f"{path} answers with something that is no list")
            yield [row for row in answer.value if isinstance(row, dict)]
            offset += PAGE

    def _call(self, method: str, url: str, body: dict[str, Any] | None) -> Answer:
        """Call, and once more after a moment when the server is busy."""
        try:
            return self._followed(method, url, body)
        except ApiError as error:
            if error.status not in BUSY:
                raise
        time.sleep(BUSY_S)
        return self._followed(method, url, body)

    def _followed(self, method: str, url: str, body: dict[str, Any] | None) -> Answer:
        for _ in range(MOST_REDIRECTS):
            answer, onward = self._once(method, url, body)
            if answer is not None:
                return answer
            url = self._same_place(url, onward)
        raise ApiError("unknown", f"{self._short(url)} redirects again and again")

    def _same_place(self, url: str, onward: str) -> str:
        there = urljoin(url, onward)
        old, new = urlsplit(url), urlsplit(there)
        if (old.scheme, old.netloc) != (new.scheme, new.netloc):
            other = new.scheme + "://" + new.netloc.rpartition("@")[2]
            raise ApiError(
                "unknown",
                f"{self._short(url)} redirects to another place, {other[:100]}, which is not followed; "
                "give that URL with --api if it is right",
            )
        return there

    def _once(
        self, method: str, url: str, body: dict[str, Any] | None
    ) -> tuple[Answer | None, str]:
        import httpx  # noqa: PLC0415

        if time.monotonic() > self._ends:
            raise ApiError("unreachable", f"not asked: {PROBE_S:.0f} s were used up before")
        self.counted += 1
        try:
            with self._wire.within(ANSWER_S):
                return self._exchange(method, url, body)
        except httpx.HTTPError as error:
            raise ApiError("unreachable", self._silence(error, url)) from None
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            line = f"{self.target.shown} is no usable URL: {error}"
            raise ApiError("unreachable", line) from None

    def _exchange(
        self, method: str, url: str, body: dict[str, Any] | None
    ) -> tuple[Answer | None, str]:
        """Call once; return the answer, or where it redirects to."""
        began, wall = time.monotonic(), time.time()
        trace = {"trace": self._wire.trace}
        with self._client.stream(method, url, json=body, extensions=trace) as response:
            data = read_body(response, self._short(url))
            if self._wire.is_cut:
                raise ApiError("unreachable", self._too_slow(url))
            seconds = time.monotonic() - began
            if response.is_redirect:
                return None, response.headers.get("location", "")
            self._check(response.status_code, url)
            offset = clock_offset(response, wall + seconds / 2)
            value = parsed(data, self._short(url))
            return Answer(value, response.status_code, seconds, offset), ""

    def _silence(self, error: httpx.HTTPError, url: str) -> str:
        """Say why nothing was answered."""
        import httpx  # noqa: PLC0415

        if self._wire.is_cut:
            return self._too_slow(url)
        if isinstance(error, httpx.TimeoutException):
            what = "no connection" if isinstance(error, httpx.ConnectTimeout) else "no answer"
            return f"{self.target.shown}: {what} within {CONNECT_S:.0f} s"
        return f"{self.target.shown}: {why(error)}"

    def _too_slow(self, url: str) -> str:
        return f"{self._short(url)}: no whole answer within {ANSWER_S:.0f} s"

    def _check(self, status: int, url: str) -> None:
        where = self._short(url)
        if status in (401, 403):
            refused = "no credentials are configured for it"
            if self.target.headers:
                refused = "the credentials are refused" if status == 401 else "it forbids this"
            raise ApiError("forbidden", f"{where} answers {status}: {refused}", status)
        if status == 404:
            raise ApiError("unknown", f"{where} answers 404: this server does not offer it", status)
        if status == 429:
            raise ApiError("unknown", f"{where} answers 429: too many requests", status)
        if status >= 500:
            raise ApiError("unknown", f"{where} answers {status}: a failure of the server", status)
        if not 200 <= status < 300:
            raise ApiError("unknown", f"{where} answers {status}", status)

    def _short(self, url: str) -> str:
        base = self.target.base
        return (
            url[len(base) :] if url.startswith(base) and len(url) > len(base) else self.target.shown
        )


def _verification(target: Target) -> ssl.SSLContext | bool:
    """Certificates are always verified, against the file that the settings name or the usual ones."""
    if not target.ca_file:
        return True
    import ssl  # noqa: PLC0415 (only where a file is named)

    return ssl.create_default_context(cafile=target.ca_file)
