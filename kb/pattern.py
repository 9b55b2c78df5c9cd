"""Regular expressions that are compiled when they are first used.

A short answer needs few of the expressions for logs, secrets and descriptions; to compile them
all, and to load `re` for them, takes longer than to find the answer.
"""

from __future__ import annotations

TYPE_CHECKING = False
IGNORECASE = 2
DOTALL = 16
"""The flags of these names in `re`."""

if TYPE_CHECKING:
    from re import compile as lazy
else:

    class lazy:  # noqa: N801 (it stands for a function)
        """An expression with the methods of `re.Pattern`."""

        def __init__(self, pattern, flags=0):
            self._given = pattern, flags

        def __getattr__(self, name):
            import re  # noqa: PLC0415 (see above)

            compiled = re.compile(*self._given)
            for method in ("match", "fullmatch", "search", "sub", "findall", "finditer", "split"):
                setattr(self, method, getattr(compiled, method))
            return getattr(compiled, name)


__all__ = ["lazy"]
