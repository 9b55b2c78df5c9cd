"""The entities of large bases, in the shape of the shipped one; they follow from the seed alone."""

from __future__ import annotations

import random
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from benchmarks.messages import HOLE, filled, messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.sizes import Size

SHARES = {"symptom": 0.2, "command": 0.4, "reference": 0.3, "fact": 0.1}
"""What the entities are that are neither signatures nor insights."""

MOST_EVIDENCE = 12
"""Signatures that indicate one insight; the rest only explain themselves."""

HUBS = 20
"""Symptoms that, together, every insight has."""

PATTERN_OF_VERSIONS = 20
"""Every so many insights, one is possible on some versions only."""

_WORD = re.compile(r"[A-Za-z]{3,}")


Documents = dict[str, list[dict[str, Any]]]
"""Kind -> entities as they stand in YAML."""


class _Generator:
    def __init__(self, size: Size, seed: int) -> None:
        self.size = size
        self.chance = random.Random(seed)
        self.messages = messages(size.signatures, seed)
        self.words = sorted({w for text in self.messages for w in _WORD.findall(text.lower())})
        rest = max(size.entities - size.signatures - size.insights, 0)
        self.counts = {kind: max(int(rest * share), 1) for kind, share in SHARES.items()}

    def said(self, count: int) -> str:
        return " ".join(self.chance.choices(self.words, k=count))

    def documents(self) -> Documents:
        found: Documents = {"signature": [self.signature(n) for n in range(self.size.signatures)]}
        for kind, count in self.counts.items():
            make = getattr(self, kind)
            found[kind] = [make(n) for n in range(count)]
        found["insight"] = [self.insight(n, found) for n in range(self.size.insights)]
        return found

    def signature(self, number: int) -> dict[str, Any]:
        message = self.messages[number]
        found = {
            "id": f"g-signature-{number}",
            "text": filled(message, self.chance),
            "kind": self.chance.choice(("exception", "log pattern")),
            "specificity": self.chance.choice(("unique", "specific", "specific", "shared")),
            "means": f"Something went wrong with {self.said(3)}.",
        }
        return {**found, "template": message} if HOLE in message else found

    def symptom(self, number: int) -> dict[str, Any]:
        text = f"{self.said(3)} {number}"
        return {
            "id": f"g-symptom-{number}",
            "specificity": self.chance.choice(("shared", "common")),
            "question": f"Do you see that {text}?",
            "text": text,
            "phrasings": [self.said(self.chance.randint(3, 7)) for _ in range(4)],
        }

    def fact(self, number: int) -> dict[str, Any]:
        return {
            "id": f"g-fact-{number}",
            "name": f"g_value_{number}",
            "op": ">",
            "value": "60",
            "text": f"{self.said(2)} {number} is old",
            "question": f"Is {self.said(2)} older than a minute?",
            "specificity": "common",
        }

    def command(self, number: int) -> dict[str, Any]:
        words = self.said(2)
        found: dict[str, Any] = {
            "id": f"g-command-{number}",
            "kind": "diagnostic" if number % 2 else "remediation",
            "text": f"service {words} {number}",
            "argv": ["service", *words.split(), str(number)],
            "purpose": f"looks at {words}" if number % 2 else f"restarts {words}",
            "effect": "reads" if number % 2 else "changes",
            "risk": "none" if number % 2 else "low",
        }
        if number % 2 == 0:
            return {**found, "verify": "It lives again.", "rollback": "Stop it again."}
        if number % 4 == 3 or number // 4 >= self.counts["fact"]:
            return {**found, "leaves_open": "Only somebody who knows it can tell."}
        told = {"finding": f"g-fact-{number // 4}", "pattern": "^old"}
        found["outcomes"] = [
            {**told, "answer": "it is old", "means": "It waits."},
            {**told, "answer": "it is new", "absent": True, "state": "absent", "means": "It is."},
        ]
        return found

    def reference(self, number: int) -> dict[str, Any]:
        return {
            "id": f"g-reference-{number}",
            "text": f"{self.said(1)} {number}",
            "kind": "component",
        }

    def insight(self, number: int, known: Documents) -> dict[str, Any]:
        step = self.size.insights
        own = {
            kind: [entity["id"] for entity in islice(entities, number, None, step)]
            for kind, entities in known.items()
            if kind != "insight"
        }
        reads, changes = self._commands(own["command"])
        shared = [
            known["symptom"][n % self.counts["symptom"]]["id"] for n in (number // 2, number % HUBS)
        ]
        found: dict[str, Any] = {
            "id": f"g-insight-{number}",
            "title": f"{self.said(4)} {number}",
            "severity": self.chance.choice(("critical", "warning", "info")),
            "prior": self.chance.choice(("common", "occasional", "rare", "very-rare")),
            "because": f"The {self.said(4)} has ended.",
            "what": f"The {self.said(12)}. Then the {self.said(12)}.",
            "phrasings": [self.said(self.chance.randint(6, 20)) for _ in range(4)],
            "indicates": self._indicates(own, shared),
            "involves": [{"reference": name} for name in own["reference"]],
            "checks": [{"command": name, "why": "It shows whether it lives."} for name in reads],
            "fixes": [{"command": name, "why": "It brings it back."} for name in changes],
            "escalate": f"When {self.said(4)} stays as it is.",
            "sources": [{"url": f"https://example.org/{number}", "says": self.said(10)}],
        }
        for name, listed in (("checks", reads), ("fixes", changes)):
            if not listed:
                found[f"no_{name}"] = "None is known."
        if number % PATTERN_OF_VERSIONS == 0:
            found["versions"] = {"possible": "<3", "reason": "It came to an end with Prefect 2."}
        if number and own["signature"]:
            twin = {"insight": f"g-insight-{number - 1}", "finding": own["signature"][0]}
            found["look_alikes"] = [{**twin, "how": "There it is something else."}]
        return found

    def _indicates(
        self, own: Mapping[str, Sequence[str]], shared: Sequence[str]
    ) -> list[dict[str, str]]:
        findings = [*own["signature"][:MOST_EVIDENCE], *own["symptom"], *own["fact"], *shared]
        strengths = ("almost-always", "often", "sometimes", "rarely")
        return [
            {"finding": name, "strength": self.chance.choice(strengths)}
            for name in dict.fromkeys(findings)
        ]

    @staticmethod
    def _commands(names: Sequence[str]) -> tuple[list[str], list[str]]:
        odd = [name for name in names if int(name.rpartition("-")[2]) % 2]
        return odd, [name for name in names if name not in odd]


def documents(size: Size, seed: int = 7) -> Documents:
    """Return the entities of a generated base, by kind."""
    return _Generator(size, seed).documents()


def cases(found: Documents) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield insight -> the two cases that every insight must have."""
    texts = {entity["id"]: entity["text"] for entity in found["signature"]}
    for insight in found["insight"]:
        name = insight["id"]
        own = next((texts[e["finding"]] for e in insight["indicates"] if e["finding"] in texts), "")
        yield (
            name,
            [
                {"id": f"{name}-1", "kind": "positive", "form": "error", "text": own or "it"},
                {"id": f"{name}-2", "kind": "near-miss", "form": "words", "text": "all is well"},
            ],
        )
