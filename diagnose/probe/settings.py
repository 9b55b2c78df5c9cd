"""Where the API is and what it is asked with: option, environment, active profile, in this order.

Credentials belong to the place they were configured for and are sent nowhere else.
"""

from __future__ import annotations

import base64
import ipaddress
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

from diagnose.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PROFILE_BYTES = 1_000_000


class Target(NamedTuple):
    """An API to be asked."""

    base: str
    """URL without credentials and without a slash at its end."""
    shown: str
    """The same, for messages."""
    headers: dict[str, str]
    """What authorises; never shown."""
    source: str
    """Where the URL comes from."""
    ca_file: str = ""
    notes: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """Host name of the API."""
        return urlsplit(self.base).hostname or ""

    @property
    def port(self) -> int:
        """Port of the API."""
        parts = urlsplit(self.base)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def scheme(self) -> str:
        """``http`` or ``https``."""
        return urlsplit(self.base).scheme

    @property
    def is_loopback(self) -> bool:
        """Whether the API is on this very host."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Say whether a host name means this host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def target(api: str | None, environ: Mapping[str, str] | None = None) -> Target | None:
    """Return the API to ask, or None when none is configured anywhere.

    Raises:
        UsageError: what is configured is no http or https URL, or the profile file is broken.
    """
    environ = os.environ if environ is None else environ
    profile, place = _profile(environ)
    configured = environ.get("PREFECT_API_URL", "").strip()
    source = "PREFECT_API_URL"
    if not configured:
        configured, source = profile.get("PREFECT_API_URL", ""), place
    settings = {**profile, **{k: v for k, v in environ.items() if k.startswith("PREFECT_")}}
    if api:
        notes: tuple[str, ...] = ()
        if configured and _origin(configured) != _origin(api):
            settings = {k: v for k, v in settings.items() if k not in _SECRET}
            notes = ("credentials are configured for another API and were not sent to this one",)
        return _target(api, "--api", settings, notes)
    return _target(configured, source, settings, ()) if configured else None


_SECRET = ("PREFECT_API_KEY", "PREFECT_API_AUTH_STRING")


def _target(url: str, source: str, settings: Mapping[str, str], notes: tuple[str, ...]) -> Target:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise UsageError(f"{source}: the URL of the API cannot be read") from None
    host = parts.hostname or ""
    if port == 0:
        raise UsageError(f"{source}: no API can be at port 0")
    if (
        parts.scheme not in ("http", "https")
        or not host
        or not url.isprintable()
        or " " in url.strip()
    ):
        raise UsageError(f"{source}: expected a URL such as http://127.0.0.1:4200/api")
    shown_host = f"[{host}]" if ":" in host else host
    netloc = shown_host + (f":{port}" if port else "")
    base = urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", ""))
    headers = _authorisation(parts.username, parts.password, settings)
    if headers and parts.scheme == "http" and not is_loopback(host):
        notes += ("the API is reached over plain http, so the credentials travel in clear text",)
    return Target(base, base, headers, source, settings.get("PREFECT_API_SSL_CERT_FILE", ""), notes)


def _authorisation(
    user: str | None, password: str | None, settings: Mapping[str, str]
) -> dict[str, str]:
    key, pair = settings.get("PREFECT_API_KEY", ""), settings.get("PREFECT_API_AUTH_STRING", "")
    if user is not None:
        pair, key = f"{unquote(user)}:{unquote(password or '')}", ""
    if key:
        value = f"Bearer {key}"
    elif pair:
        value = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        return {}
    if not (value.isascii() and value.isprintable()):
        raise UsageError("the configured credentials hold characters that no HTTP header can carry")
    return {"authorization": value}


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url.strip())
        default = 443 if parts.scheme == "https" else 80
        return parts.scheme, parts.hostname or "", parts.port or default
    except ValueError:
        return "", "", None


def profile_path(environ: Mapping[str, str]) -> Path:
    """Return where the profiles of the client stand."""
    named = environ.get("PREFECT_PROFILES_PATH")
    path = Path(named or Path(environ.get("PREFECT_HOME") or "~/.prefect", "profiles.toml"))
    try:
        return path.expanduser()
    except RuntimeError:  # some users have no home
        return path


def _profile(environ: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the settings of the active profile and where they stand."""
    path = profile_path(environ)
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_PROFILE_BYTES)
    except (OSError, RuntimeError):
        return {}, ""
    try:
        content: dict[str, Any] = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        raise UsageError(f"{path}: no valid TOML; give the API with --api") from None
    name = environ.get("PREFECT_PROFILE") or content.get("active")
    profiles = content.get("profiles")
    found = profiles.get(name) if isinstance(profiles, dict) and isinstance(name, str) else None
    if not isinstance(found, dict):
        return {}, ""
    return {k: str(v) for k, v in found.items() if isinstance(k, str)}, f"profile {name!r}"
