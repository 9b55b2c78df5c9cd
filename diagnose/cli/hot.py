"""The one-shot form read by hand: building a parser costs more than the diagnosis of one error."""

from __future__ import annotations

from diagnose.cli.options import Args, Option, blank, put, takes_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def read(words: Sequence[str], options: Sequence[Option]) -> Args | None:
    """Return the parsed words, or None when anything is unusual and the parser must look at it."""
    known = {flag: option for option in options for flag in option.flags}
    args = blank(options)
    rest = iter(words)
    for word in rest:
        flag, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        option = known.get(flag)
        takes = option is not None and takes_value(option)
        if option is None or (equals and not takes):
            return None
        if takes and not equals:
            following = next(rest, None)
            if following is None or following == "--" or following in known:
                return None
            value = following
        put(args, option, value)
    return args
