"""Error messages that look real, and what happens to a message on its way to a user.

The messages are the literals of ``raise`` and of calls that log, mined from the Python files
that are installed here, in an order that depends on nothing but their paths and the seed. More
than there are come from exchanging words between them.
"""

from __future__ import annotations

import ast
import random
import re
import string
import sysconfig
import uuid
import zlib
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kb.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHORTEST, LONGEST = 24, 300
"""Characters of a message."""

EXCHANGED = 0.4
"""Share of the words that a made-up message has from other messages."""

HOLE = "{}"
"""What stands for a part that varies."""

_PIECE = r"""[rbfuRBFU]{0,2}(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_PIECES = re.compile(_PIECE)
_CALL = re.compile(
    rf"(?:raise [\w.]+|\.(?:error|warning|exception|critical))\(\s*((?:{_PIECE}\s*)+)[,)]"
)
_FIELD = re.compile(r"\{[^{}\n]*\}|%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[sdrifgxeo]")
_WORD = re.compile(r"[A-Za-z]{4,}")


class Level(NamedTuple):
    """What happens to a message besides other values in its holes."""

    typos: float
    """Share of the characters."""
    dropped: float
    """Share of the words."""
    truncated: float
    """Share of the messages that lose their end."""


LEVELS = {
    "light": Level(0.0, 0.0, 0.0),
    "medium": Level(0.02, 0.10, 0.2),
    "heavy": Level(0.06, 0.25, 0.4),
}


def messages(count: int, seed: int = 7) -> list[str]:
    """Return so many messages with ``{}`` for what varies; no two have the same normal form."""
    chance = random.Random(seed)
    found: dict[str, str] = {}
    for message in chain(_mined(1), _mined(LONGEST)):
        if len(found) == count:
            break
        normal = normalise(message.replace(HOLE, " "))
        if len(normal) >= SHORTEST:
            found.setdefault(normal, message)
    real = list(found.values())
    words = [word for message in real for word in _WORD.findall(message)]
    while len(found) < count:
        message = _WORD.sub(
            lambda match: chance.choice(words) if chance.random() < EXCHANGED else match[0],
            chance.choice(real),
        )
        found.setdefault(normalise(message.replace(HOLE, " ")), message)
    made = list(found.values())
    chance.shuffle(made)
    return made


def _mined(most: int) -> Iterator[str]:
    """Yield up to so many messages of each installed file; one package's do not come together.

    Files are full of messages that differ by one word, which tells little about bases.
    """
    roots = {Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")}
    paths = [
        (path.relative_to(root).as_posix(), path) for root in roots for path in root.rglob("*.py")
    ]
    for _, path in sorted(paths, key=lambda pair: (zlib.crc32(pair[0].encode()), pair[0])):
        try:
            source = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        for call in islice(_CALL.finditer(source), most):
            message = " ".join(_FIELD.sub(HOLE, _said(call[1])).split())
            if SHORTEST <= len(message) <= LONGEST and message.isascii() and message.isprintable():
                yield message


def _said(pieces: str) -> str:
    """Return the text of neighbouring string literals."""
    said = []
    for piece in _PIECES.findall(pieces):
        literal = piece.lstrip("rbfuRBFU")
        try:
            said.append(ast.literal_eval(literal))
        except (SyntaxError, ValueError):
            return ""
    return "".join(said)


def filled(message: str, chance: random.Random) -> str:
    """Return a message with values in its holes."""
    return re.sub(re.escape(HOLE), lambda _: _value(chance), message)


def corrupted(message: str, level: Level, chance: random.Random) -> str:
    """Return a message as it reaches a user: other values, and what the level adds."""
    text = re.sub(r"\d+(\.\d+)*", lambda _: str(chance.randrange(1, 1000)), filled(message, chance))
    text = re.sub(
        r"'([^' ]+)'", lambda m: f"'{_value(chance)}'" if chance.random() < 0.5 else m[0], text
    )
    words = text.split(" ")
    if len(words) > 3:
        words = [word for word in words if chance.random() >= level.dropped] or words
    if len(words) > 4 and chance.random() < level.truncated:
        words = words[: max(3, int(len(words) * chance.uniform(0.5, 0.9)))]
    text = "".join(_typed(letter, level.typos, chance) for letter in " ".join(words))
    return f"{_prefix(chance)}{text}" if chance.random() < 0.5 else text


def _typed(letter: str, typos: float, chance: random.Random) -> str:
    """Return a letter, or in its place nothing, another letter, or two."""
    if chance.random() >= typos:
        return letter
    wrong = chance.choice(string.ascii_lowercase)
    return chance.choice(("", wrong, letter + wrong))


def _prefix(chance: random.Random) -> str:
    hour, minute, second = chance.randrange(24), chance.randrange(60), chance.randrange(60)
    thousandth = chance.randrange(1000)
    return f"{hour:02d}:{minute:02d}:{second:02d}.{thousandth:03d} | ERROR   | prefect.flow_runs - "


def _value(chance: random.Random) -> str:
    def word(least: int, most: int) -> str:
        return "".join(chance.choices(string.ascii_lowercase, k=chance.randint(least, most)))

    kind = chance.randrange(6)
    if kind == 0:
        return str(uuid.UUID(int=chance.getrandbits(128)))
    if kind == 1:
        return str(chance.randrange(10**6))
    if kind == 2:
        return "".join(f"/{word(3, 9)}" for _ in range(chance.randint(2, 5)))
    if kind == 3:
        return f"{word(4, 10)}-{word(3, 8)}"
    if kind == 4:
        return f"0x{chance.getrandbits(48):012x}"
    return f"10.{chance.randrange(256)}.{chance.randrange(256)}.1:{chance.randrange(1024, 65535)}"


def asked(texts: Sequence[str], level: str, count: int, seed: int = 11) -> list[tuple[int, str]]:
    """Return (number of the message, how it reaches the user) for so many messages."""
    chance = random.Random(f"{seed} {level}")
    numbers = [chance.randrange(len(texts)) for _ in range(count)]
    return [(number, corrupted(texts[number], LEVELS[level], chance)) for number in numbers]
