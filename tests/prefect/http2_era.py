# mypy: disable-error-code="import-not-found"
"""A real HTTP/2 connection that its server closes in order, and a client of 2022 that goes on using it.

Run by `test_http2` with the interpreter of an environment that holds httpx 0.23, httpcore 0.16 and
h2 4.1; it imports nothing of this project. Prints what an agent of that time would have logged.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import traceback

import h2.config
import h2.connection
import h2.events
import httpx
import trustme
from hyperframe.frame import GoAwayFrame

ANSWERED = 3
"""Requests that are answered before the connection is closed."""

REQUESTS = 6


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a few requests, then say GOAWAY in front of the answer, in one write."""
    config = h2.config.H2Configuration(client_side=False)
    connection = h2.connection.H2Connection(config=config)
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    count = 0
    while data := await reader.read(65536):
        closing = b""
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                count += 1
                connection.send_headers(event.stream_id, [(":status", "200")])
                connection.send_data(event.stream_id, b"{}", end_stream=True)
                if count > ANSWERED:
                    closing = GoAwayFrame(last_stream_id=event.stream_id, error_code=0).serialize()
        writer.write(closing + connection.data_to_send())
        await writer.drain()


async def poll(url: str, trusted: ssl.SSLContext) -> None:
    """Ask as the agent did: one client for a whole life, a traceback for each failure."""
    limits = httpx.Limits(keepalive_expiry=25)
    async with httpx.AsyncClient(http2=True, verify=trusted, limits=limits) as client:
        for _ in range(REQUESTS):
            try:
                answer = await client.get(url)
                sys.stdout.write(f"{answer.http_version} {answer.status_code}\n")
            except httpx.HTTPError:
                traceback.print_exc(file=sys.stdout)
            await asyncio.sleep(0.1)


async def main() -> None:
    """Serve and poll on loopback."""
    authority = trustme.CA()
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.set_alpn_protocols(["h2"])
    authority.issue_cert("127.0.0.1").configure_cert(own)
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(trusted)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=own)
    port = server.sockets[0].getsockname()[1]
    await poll(f"https://127.0.0.1:{port}/api/health", trusted)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
