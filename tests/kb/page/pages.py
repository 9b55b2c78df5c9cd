"""The pages that the tests read, and what they do with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import KbError
from kb.page import PageText, parse_page
from kb.page.importer import Plan, plan_import

if TYPE_CHECKING:
    from kb.base import Base

DATA = Path(__file__).parents[2] / "data"
COMPACT = (DATA / "prefect.agent.heartbeat.txt").read_text(encoding="utf-8")
LONG = (DATA / "prefect.agent.heartbeat.long.txt").read_text(encoding="utf-8")

SMALL = """\
redis.connections
Open connectionsDimensions:None
Available on:PrometheusPrometheus (1)DatadogDatadog (1)Native (1)
Interface Metrics (3)
Technical Annotations (6)
Configuration Parameters (2)
maxclients
recommended: 10000 (default)
Base Job Manifest
Error Signatures (2)
redis.exceptions.ConnectionErrorexceptionmax number of clients reachedlog patternCLI Commands (1)
redis-cli infodiagnosticTechnical References (1)
redis protocolprotocolRelated Insights (1)
Connection exhaustioncritical
\u25b8
"""

BEAT = """\
agent.beat
Beat freshnessDimensions:None
Available on:Native (1)
Interface Metrics (1)
Technical Annotations (5)
Configuration Parameters (1)
beat_interval
recommended: 7
Error Signatures (1)
Agent 'a1' sent no beat for 30 slog patternCLI Commands (1)
agent startremediationTechnical References (2)
agentconceptAgent poolcomponentRelated Insights (2)
The agent is deadinfoThe pool is emptywarning"""


def parsed(text: str) -> tuple[PageText | None, str]:
    try:
        return parse_page(text, "page.txt"), ""
    except KbError as error:
        return None, str(error)


def without_lines(page: PageText) -> list[list[tuple[object, ...]]]:
    lists = (page.signatures, page.commands, page.references, page.insights)
    return [[tuple(record)[:-1] for record in records] for records in lists]


def planned(base: Base, text: str = BEAT) -> Plan:
    return plan_import(parse_page(text, "beat.txt"), base)
