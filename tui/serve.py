"""The TUI in a browser, through textual-serve: on loopback unless told otherwise, with a warning."""

from __future__ import annotations

import ipaddress
import shlex
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

HOST, PORT = "localhost", 8000


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach a host name or address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def serve(command: Sequence[str] = (), *, host: str = HOST, port: int = PORT) -> int:
    """Serve the TUI until interrupted; every browser that comes gets a process of its own.

    Args:
        command: arguments of ``diagnose tui``, such as inputs and overlays.
        host: where to listen.
        port: where to listen.

    Raises:
        UsageError: textual-serve is not installed, or it cannot listen there.
    """
    try:
        from tui.served import LocalServer  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError("serving needs the extra: pip install 'kb-diagnose[serve]'") from error
    if not 0 < port < 65536:
        raise UsageError(f"--port {port}: is not a port (1 to 65535)")
    if not is_loopback(host):
        print(  # noqa: T201
            f"diagnose: warning: {host} is not loopback: whoever reaches it can read files that you"
            " can read, through the file dialog, and nothing asks for a password",
            file=sys.stderr,
        )
    words = [sys.executable, "-m", "diagnose", "tui", *command]
    with tempfile.TemporaryDirectory(prefix="diagnose-serve-") as folder:
        server = LocalServer(shlex.join(words), host=host, port=port, folder=Path(folder))
        try:
            server.serve()
        except OSError as error:
            reason = error.strerror or error
            raise UsageError(f"{host}:{port}: cannot be served ({reason})") from error
    return 0
