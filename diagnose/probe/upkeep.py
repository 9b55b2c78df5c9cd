"""What a server does by itself about runs and pollers: services that watch, automations that act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.probe.rowtools import at, number, texts

if TYPE_CHECKING:
    from diagnose.probe.client import Client

HEARTBEAT_EVENT = "prefect.flow-run.heartbeat"

SERVICES = ("late_runs", "foreman")
"""Services of the server that watch runs and pollers, as its settings call them."""


def off(client: Client) -> tuple[str, ...]:
    """Return which of `SERVICES` are off; 2.x and 3.x name the setting differently.

    Raises:
        ApiError: there is no usable answer.
    """
    settings = client.get("/admin/settings").value
    return tuple(
        service
        for service in SERVICES
        if at(settings, f"PREFECT_API_SERVICES_{service.upper()}_ENABLED") is False
        or at(settings, "server", "services", service, "enabled") is False
    )


def within(client: Client) -> tuple[float, ...]:
    """Return how long automations on heartbeats wait for the next, in seconds.

    Raises:
        ApiError: there is no usable answer.
    """
    triggers = [row.get("trigger") for row in client.rows("/automations/filter")]
    return tuple(
        sorted(
            seconds
            for trigger in triggers
            if HEARTBEAT_EVENT in texts(trigger, "after")
            and (seconds := number(trigger, "within")) is not None
        )
    )
