"""What can go wrong on the way to a diagnosis, and the exit status of each."""

from __future__ import annotations


class Exit:
    """Exit statuses of the command line, part of the public contract."""

    FOUND = 0
    NOT_FOUND = 1
    USAGE = 2
    KNOWLEDGE = 3
    HUNG_UP = 129
    INTERRUPTED = 130
    CLOSED_PIPE = 141
    TERMINATED = 143


class UsageError(Exception):
    """Wrong use or unreadable input: one line that says what, where and what to do."""


class CutError(UsageError):
    """A source is broken after a part that could be read."""
