"""Runs the command line: ``python -m diagnose``."""

from __future__ import annotations

from diagnose.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
