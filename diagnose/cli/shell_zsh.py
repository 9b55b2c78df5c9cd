"""The completion script for zsh."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from diagnose.cli import shells
from diagnose.cli.options import takes_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnose.cli.options import Argument, Command, Option

_HEAD = """\
#compdef diagnose
# zsh completion for diagnose; made by 'diagnose completion zsh'

_diagnose_lines() {
    local -a found
    found=("${(@f)$("$@" 2>/dev/null)}")
    compadd -a found
}
"""
_FOOT = """\
if [[ ${funcstack[1]} == _diagnose ]]; then
    _diagnose "$@"
else
    compdef _diagnose diagnose
fi"""


def script(commands: Sequence[Command]) -> str:
    """Return the script."""
    parts = [_HEAD]
    for command in commands:
        if command.words:
            parts.append(_function(_name(command.words), _specs(command)))
    for group in shells.groups(commands):
        parts.append(_branching(f"_diagnose_{group}", [group], commands, []))
    one_shot = next(command for command in commands if not command.words)
    parts.append(_branching("_diagnose", [], commands, _specs(one_shot)))
    return shells.joined([*parts, _FOOT])


def _name(words: Sequence[str]) -> str:
    return "_".join(("_diagnose", *(word.replace("-", "_") for word in words)))


def _function(name: str, specs: Sequence[str]) -> str:
    body = " \\\n".join(f"        {spec}" for spec in specs)
    return f"{name}() {{\n    _arguments -s -S \\\n{body}\n}}\n"


def _branching(
    name: str, words: list[str], commands: Sequence[Command], specs: Sequence[str]
) -> str:
    """Return a function that completes the next word and hands the rest on."""
    known = shells.second_words(commands, words[0]) if words else shells.first_words(commands)
    described = "\n".join(
        f"        {shells.quoted(f'{word}:{_plain(summary)}')}" for word, summary in known
    )
    branches = "\n".join(f"        {word}) {_name([*words, word])} ;;" for word, _ in known)
    body = " \\\n".join(
        f"        {spec}" for spec in (*specs, "'1:command:->command'", "'*::argument:->rest'")
    )
    return (
        f"{name}() {{\n"
        '    local curcontext="$curcontext" state state_descr line\n'
        "    local -a commands\n"
        "    typeset -A opt_args\n"
        f"    commands=(\n{described}\n    )\n"
        f"    _arguments -C -s -S \\\n{body} && return 0\n"
        "    case $state in\n"
        "    command) _describe -t commands command commands ;;\n"
        "    rest) case $words[1] in\n"
        f"{branches}\n"
        "        esac ;;\n"
        "    esac\n"
        "}\n"
    )


def _specs(command: Command) -> list[str]:
    specs = [spec for option in command.options for spec in _option(option)]
    specs += [f"'(- *){flag}[{shells.HELP_TEXT}]'" for flag in ("-h", "--help")]
    for number, argument in enumerate(command.arguments, 1):
        place = (
            "*"
            if argument.many in ("*", "+")
            else f"{number}:"
            if argument.many == "?"
            else str(number)
        )
        specs.append(shells.quoted(f"{place}:{_plain(argument.metavar)}:{_action(argument)}"))
    return specs


def _option(option: Option) -> list[str]:
    many = "*" if option.kind in ("values", "count") else ""
    others = "" if many or len(option.flags) < 2 else f"({' '.join(option.flags)})"
    specs = []
    for flag in option.flags:
        spec = f"{many}{others}{flag}"
        if takes_value(option):
            spec += "=" if flag.startswith("--") else "+"
        spec += f"[{_plain(option.help)}]"
        if takes_value(option):
            spec += f":{_plain(option.metavar)}:{_action(option)}"
        specs.append(shells.quoted(spec))
    return specs


def _action(taker: Option | Argument) -> str:
    if taker.choices:
        return f"({' '.join(taker.choices)})"
    if ids := shells.ids_command(taker):
        return f" _diagnose_lines {ids}"  # the space: no arguments are added to it
    return {"file": "_files", "folder": "_files -/"}.get(taker.completes, " ")


def _plain(text: str) -> str:
    """Return a text without the characters that end or part a specification."""
    return re.sub(r"\s+", " ", re.sub(r"[\[\]:\\'\"`$]", " ", text)).strip()
