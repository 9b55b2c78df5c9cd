"""The web server of `tui.serve`: textual-serve's own, without foreign hosts in between.

Two things are added. Pages of other origins must not talk to the program (a web page could
otherwise drive it through the browser of the person who looks at it), and the page fetches no
font from elsewhere.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import textual_serve
from aiohttp import web
from textual_serve.server import Server

from tui.serve import is_loopback

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

TEMPLATE = "app_index.html"
_FONT = re.compile(r"<link\b[^>]*https?://[^>]*>", re.DOTALL)


class LocalServer(Server):
    """Serves one command; the page comes from a folder of this process."""

    def __init__(self, command: str, *, host: str, port: int, folder: Path) -> None:
        packaged = Path(textual_serve.__file__).parent / "templates" / TEMPLATE
        page = _FONT.sub("", packaged.read_text(encoding="utf-8"))
        (folder / TEMPLATE).write_text(page, encoding="utf-8")
        super().__init__(command, host=host, port=port, title="diagnose", templates_path=folder)

    async def _make_app(self) -> web.Application:
        app: web.Application = await super()._make_app()
        app.middlewares.append(guard(self.host))
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say where it is."""
        del app
        print(f"diagnose: serving on {self.public_url} (ctrl+c ends)", file=sys.stderr, flush=True)  # noqa: T201


def guard(host: str) -> Middleware:
    """Return a middleware that refuses requests made by pages of other origins."""

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = urlsplit(f"//{request.host}").hostname or ""
        origin = request.headers.get("Origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.host
        if foreign or (is_loopback(host) and not is_loopback(asked)):
            raise web.HTTPForbidden(text="diagnose: this address is not served to other sites\n")
        return await handler(request)

    return refuse
