"""The completion script for fish, 3.1 and newer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.cli import shells
from diagnose.cli.options import takes_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.cli.options import Argument, Command, Option

_HEAD = """\
# fish completion for diagnose; made by 'diagnose completion fish'

function __diagnose_command
    set -l found
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip -eq 1
            set skip 0
            continue
        end
        switch $word
            case @VALUES@
                set skip 1
            case '-*'
            case '*'
                if test (count $found) -eq 0; or contains -- "$found" @GROUPS@
                    set -a found $word
                end
        end
    end
    echo "$found"
end

function __diagnose_is
    test (__diagnose_command) = "$argv"
end

complete -c diagnose -f"""


def script(commands: Sequence[Command]) -> str:
    """Return the script."""
    head = _HEAD.replace("@VALUES@", " ".join(shells.value_flags(commands)))
    lines = [head.replace("@GROUPS@", " ".join(shells.groups(commands)))]
    for word, summary in shells.first_words(commands):
        lines.append(f"complete -c diagnose -n __diagnose_is -a {word} -d {_quoted(summary)}")
    for group in shells.groups(commands):
        for word, summary in shells.second_words(commands, group):
            lines.append(f"{_start([group])} -a {word} -d {_quoted(summary)}")
    for command in commands:
        lines += [f"{_start(command.words)} {_option(option)}" for option in command.options]
        lines.append(f"{_start(command.words)} -s h -l help -d {_quoted(shells.HELP_TEXT)}")
        lines += [
            f"{_start(command.words)}{values}"
            for argument in command.arguments
            if (values := _values(argument))
        ]
    return shells.joined(lines)


def _start(words: Sequence[str]) -> str:
    test = " ".join(("__diagnose_is", *words))
    return f"complete -c diagnose -n {_quoted(test)}"


def _option(option: Option) -> str:
    flags = " ".join(f"-l {f[2:]}" if f.startswith("--") else f"-s {f[1:]}" for f in option.flags)
    takes = ""
    if takes_value(option):
        takes = _values(option) or " -x"
        takes = f" -r{takes}" if takes == " -F" else takes if takes == " -x" else f" -x{takes}"
    return f"{flags}{takes} -d {_quoted(option.help)}"


def _values(taker: Option | Argument) -> str:
    if taker.choices:
        return f" -a {_quoted(' '.join(taker.choices))}"
    if ids := shells.ids_command(taker):
        return f" -a {_quoted(f'({ids} 2>/dev/null)')}"
    if taker.completes == "folder":
        return f" -a {_quoted('(__fish_complete_directories (commandline -ct))')}"
    return " -F" if taker.completes else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
