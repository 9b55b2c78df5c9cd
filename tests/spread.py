"""Which tests go to one worker of pytest-xdist: those that live through one long story together.

Groups by mark (``--dist loadgroup``) are lost with pytest 9.2 and pytest-xdist 3.8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

TOGETHER = ("tests/prefect/",)


class Spread(LoadScopeScheduling):  # type: ignore[misc]  # the library has no types
    """Hands out tests one by one, those of a folder in `TOGETHER` as one and, being most, first."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spread | None:
    """Take the place of the usual way to share out tests, and of no other."""
    return Spread(config, log) if config.getvalue("dist") == "load" else None
