"""The completion script for bash, 3.2 (macOS) and newer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.cli import shells
from diagnose.cli.options import takes_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.cli.options import Argument, Command, Option

_HEAD = """\
# bash completion for diagnose; made by 'diagnose completion bash'
_diagnose() {
    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" command="" word i=1
    COMPREPLY=()
    if [[ $cur == "=" ]]; then
        cur=""
    elif [[ $prev == "=" ]]; then
        prev="${COMP_WORDS[COMP_CWORD-2]}"
    fi
    while (( i < COMP_CWORD )); do
        word="${COMP_WORDS[i]}"
        case "$word" in
            @VALUES@)
                [[ "${COMP_WORDS[i+1]}" == "=" ]] && (( i += 1 ))
                (( i += 1 ))
                ;;
            -*) ;;
            *)
                if [[ -z $command ]]; then
                    command="$word"
                elif [[ @GROUPS@ ]]; then
                    command="$command $word"
                fi
                ;;
        esac
        (( i += 1 ))
    done
    local IFS=$'\\n'
    case "$command:$prev" in"""

_MIDDLE = """\
    esac
    case "$command" in"""

_FOOT = """\
    esac
}
complete -F _diagnose diagnose"""


def script(commands: Sequence[Command]) -> str:
    """Return the script."""
    groups = " || ".join(f'$command == "{name}"' for name in shells.groups(commands))
    head = _HEAD.replace("@VALUES@", "|".join(shells.value_flags(commands)))
    lines = [head.replace("@GROUPS@", groups)]
    for command in commands:
        for option in command.options:
            if takes_value(option):
                name = " ".join(command.words)
                patterns = "|".join(f'"{name}:{flag}"' for flag in option.flags)
                lines.append(f"        {patterns}) {_values(option)}return ;;")
    lines.append(_MIDDLE)
    for group in shells.groups(commands):
        words = [word for word, _ in shells.second_words(commands, group)]
        lines.append(f'        "{group}") {_words([*words, "--help"])};;')
    for command in commands:
        lines += _command(command, commands)
    return shells.joined([*lines, _FOOT])


def _command(command: Command, commands: Sequence[Command]) -> list[str]:
    """Return the branch that completes options and arguments of a command."""
    flags = [*(flag for option in command.options for flag in option.flags), "-h", "--help"]
    lines = [f'        "{" ".join(command.words)}")']
    if not command.words:
        names = [word for word, _ in shells.first_words(commands)]
        lines.append(f"            [[ $cur == -* ]] || {{ {_words(names)}return; }}")
    for argument in command.arguments[:1]:
        if values := _values(argument):
            lines.append(f"            [[ $cur == -* ]] || {{ {values}return; }}")
    return [*lines, f"            {_words(flags)};;"]


def _words(words: Sequence[str]) -> str:
    listed = "\\n".join(words)
    return f"COMPREPLY=($(compgen -W $'{listed}' -- \"$cur\")); "


def _values(taker: Option | Argument) -> str:
    if taker.choices:
        return _words(taker.choices)
    if ids := shells.ids_command(taker):
        return f'COMPREPLY=($(compgen -W "$({ids} 2>/dev/null)" -- "$cur")); '
    if taker.completes:
        which = "-d" if taker.completes == "folder" else "-f"
        return f'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen {which} -- "$cur")); '
    return ""
