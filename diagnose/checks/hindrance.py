"""Whether a check could be run at all: what a shell, the system or the tool says where it could not.

That the program is missing, may not read or refuses its arguments says nothing of what the check
looks for, whatever words stand in the message. Only messages about the check's own program count:
the output of a check may be a log in which others fail.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_STARTER = r"(?:-?(?:\S*[/\\])?(?:\w{0,4}sh|env|sudo|doas|nohup|timeout|xargs))(?:\[\d+\])?:"
"""Shells and programs that start another one, as they introduce their messages."""

_MISSING = r"(?:command )?not found|unknown command|no such file or directory"
_UNFIT = r"cannot execute.*|bad interpreter.*|.*exec format error"
_DENIED = r"permission denied|operation not permitted|access (?:is )?denied"
_ARGUMENT = r"(?:option|argument|flag|command|subcommand|operation)"
_REFUSED = (
    rf"(?:unrecogni[sz]ed|unknown|unsupported|invalid|illegal|no such)(?: \w+)?? {_ARGUMENT}\b"
)

_FRAME = " \t\u2500\u2502\u256d\u256e\u2570\u256f\u2501\u2503\u250f\u2513\u2517\u251b|+"
"""What some tools draw around their errors."""


LONGEST = 500
"""Characters of a line that are looked at; messages are shorter."""


class _Forms(NamedTuple):
    """Expressions for one program; a line that is matched from its start tells of a hindrance."""

    missing: re.Pattern[str]
    denied: re.Pattern[str]
    refused: re.Pattern[str]
    goes_on: re.Pattern[str]
    """What follows such a line belongs to it."""
    beside: re.Pattern[str]
    """Tells nothing: the command as it was typed, hints."""


class Hindrance(NamedTuple):
    """How much of an output tells that something could not be done."""

    line: str
    """The first line that says so; empty when none does."""
    entirely: bool
    """Whether nothing else is there: the check could not be run."""
    denied: bool
    """Whether it is for want of a right."""


NONE = Hindrance("", entirely=False, denied=False)


def hindrance(text: str, program: str) -> Hindrance:
    """Return what in an output says that its check could not be run.

    Args:
        text: the output, cleaned.
        program: first word of the command; one that is filled in later may be any.
    """
    forms = _forms("" if "{" in program else re.split(r"[/\\]", program)[-1])
    found, others = NONE, False
    for line in filter(None, (raw[:LONGEST].strip(_FRAME) for raw in text.split("\n"))):
        denied = forms.denied.match(line) is not None
        if denied or forms.missing.match(line) or forms.refused.match(line):
            found = found if found.line else Hindrance(line, entirely=True, denied=denied)
            if forms.goes_on.match(line):
                break
        elif not forms.beside.match(line):
            others = True
    return found._replace(entirely=bool(found.line) and not others)


@lru_cache(maxsize=8)
def _forms(name: str) -> _Forms:
    named = re.escape(name) if name else r"[\w.-]+"
    program = rf"['\"`\u2018]?(?:[^\s'\"]*[/\\])?{named}(?:\.exe)?['\"\u2019]?"
    place = r"(?:(?: line)? \d+:)?"
    missing = (
        rf"{_STARTER}{place} {program}: (?:{_MISSING}|{_DENIED}|{_UNFIT})",
        rf"{_STARTER} (?:{_MISSING}|{_DENIED}):? {program}$",
        rf"{program}: (?:command )?not found\.?$",
        rf"command {program} (?:was )?not found",
        rf"{program} is not recogni[sz]ed as ",
        rf".*\bthe term {program} is not recogni[sz]ed ",
        rf".*\bexec:? {program}: (?:executable file not found|{_MISSING}|{_DENIED})",
        r"(?:sudo|doas): .*\b(?:password|terminal|not allowed)\b",
        r".* is not in the sudoers file",
    )
    denied = (
        rf"{program}: (?:.*: )?(?:{_DENIED})",
        rf"(?:error: |got |failed to .*: )?(?:{_DENIED})",
        r"no journal files were opened due to insufficient permissions",
    )
    refused = (
        rf"{program}: (?:.*?{_REFUSED}|option .* (?:is unknown|requires))",
        rf"(?:error: )?{_REFUSED}",
        rf"usage:\s*(?:{program}\b|$)",
    )
    goes_on = (r"usage:", r"command .* not found", r".*\bthe term ")
    beside = (
        rf"(?:\S*[$#%>] )?{program}(?: |$)",
        r"\S*[$#%>]$",
        rf"(?:{program}: )?(?:try|see|run) .*--?h(?:elp)?\b",
        r"operable program or batch file",
        r"command terminated with exit code ",
        r"error$",
    )
    return _Forms(*map(_any, (missing, denied, refused, goes_on, beside)))


def _any(forms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(forms), re.IGNORECASE)
