"""The probe: facts from a Prefect API, from this host and from a cluster, without Prefect itself."""

from __future__ import annotations

from diagnose.probe.probing import ProbeResult, diagnosis, probe

__all__ = ["ProbeResult", "diagnosis", "probe"]
