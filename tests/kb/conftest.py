"""A tiny base that is valid, and a way to write it with something changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from kb.check import check
from kb.errors import KbError
from kb.load import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kb.base import Base

# A busy machine is not a failure, and a checkout stays as it is.
settings.register_profile("kb", deadline=None, database=None)
settings.load_profile("kb")

LEXICON = "{synonyms: {}, stop: [], negations: [], contrasts: [], ours: [], foreign: {}}\n"

TINY = {
    "lexicon.yaml": LEXICON,
    "pages/beat.yaml": """\
id: beat
title: Beat freshness
metric: agent-beat
provenance: document
parameters: [interval]
signatures: [no-beat]
commands: [start-agent]
references: [agent]
insights: [agent-dead, network-down]
""",
    "metrics.yaml": """\
- id: agent-beat
  provenance: document
  name: agent.beat
  title: Beat freshness
  interfaces: [{name: Native}]
""",
    "parameters.yaml": """\
- id: interval
  provenance: document
  name: beat_interval
  recommended: "5"
  configures: [agent-dead]
""",
    "references.yaml": """\
- {id: agent, provenance: document, text: agent, kind: component}
- {id: agent-class, text: Agent, kind: component, alias_of: agent}
""",
    "signatures.yaml": """\
- id: no-beat
  provenance: document
  text: "Agent 'a1' sent no beat for 30 s"
  template: "Agent '{}' sent no beat for {} s"
  must: ["no beat"]
  kind: log pattern
  specificity: specific
- {id: reset, text: Connection reset by peer, kind: exception, specificity: common}
""",
    "symptoms.yaml": """\
- id: runs-wait
  question: Do runs wait?
  text: runs wait
  phrasings: [nothing starts, all runs wait, jobs are late]
  specificity: common
""",
    "facts.yaml": """\
- id: poll-old
  name: poll_age_s
  op: ">"
  value: "60"
  text: the last poll is old
  question: Is the last poll old?
  specificity: common
""",
    "commands.yaml": """\
- id: look
  kind: diagnostic
  text: systemctl status {unit}
  argv: [systemctl, status, "{unit}"]
  purpose: shows whether it runs
  placeholders: [{name: unit, type: unit, describes: the unit, example: agent.service}]
  effect: reads
  risk: none
  outcomes:
    - answer: it runs
      pattern: '(?m)^\\s+Active: active'
      means: It lives.
      finding: poll-old
      state: absent
    - {answer: it does not, pattern: 'Active: active', absent: true, finding: poll-old, means: It is dead.}
- id: start-agent
  provenance: document
  kind: remediation
  text: agent start
  purpose: starts it
  effect: changes
  risk: low
  verify: It polls.
  rollback: Stop it.
  versions: "<3"
  replaced_by: [{command: start-worker, versions: ">=3"}]
- id: start-worker
  kind: remediation
  text: worker start
  purpose: starts it
  effect: changes
  risk: low
""",
    "insights/agent-dead.yaml": """\
id: agent-dead
provenance: document
title: The agent is dead
severity: critical
prior: common
because: Its process ended.
what: It was killed.
phrasings: [it is gone, nothing polls, it died]
indicates:
  - {finding: no-beat, strength: often, why: A dead agent sends nothing.}
  - {finding: runs-wait, strength: almost-always, provenance: guess}
contradicts: [{finding: reset, strength: slightly, why: Only a living one sees it.}]
involves: [{reference: agent}]
checks: [{command: look, why: looks}]
fixes: [{command: start-agent, why: starts it, versions: "<3"}]
escalate: When it dies again.
look_alikes: [{insight: network-down, finding: reset, how: The network logs a reset.}]
versions: {possible: ">=2", reason: There was no agent before.}
sources: [{url: "https://example.org/1", says: It dies.}]
""",
    "insights/network-down.yaml": """\
id: network-down
provenance: document
title: The network is down
severity: warning
prior: rare
because: A cable is out.
what: Nothing gets through.
phrasings: [no network, cable out, unreachable]
indicates: [{finding: reset, strength: often}]
causes: [{insight: agent-dead, why: It gives up.}]
checks: [{command: look, why: looks}]
no_fixes: Somebody has to plug it in.
escalate: At once.
sources: [{url: "https://example.org/2", says: Cables.}]
""",
    "cases/agent-dead.yaml": """\
- id: dead-1
  kind: positive
  form: words
  text: it died
  given: ["symptom=runs-wait", "fact poll_age_s=90"]
- {id: dead-2, kind: near-miss, form: words, text: cable out, instead: network-down}
""",
    "cases/network-down.yaml": """\
- {id: net-1, kind: positive, form: words, text: cable out}
- {id: net-2, kind: near-miss, form: words, text: it died}
""",
}
"""Files of a base in which every kind of entity and of edge stands."""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the tiny base with files replaced, added or (None) left out; return its folder."""

    def written(changes: Mapping[str, str | None] | None = None, name: str = "tiny") -> Path:
        return write_files(tmp_path / name, {**TINY, **(changes or {})})

    return written


def write_files(folder: Path, files: Mapping[str, str | None]) -> Path:
    for path, text in files.items():
        if text is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return folder


def problems(*bases: Path) -> str:
    """Load bases that are not valid; return what is said of them."""
    with pytest.raises(KbError) as caught:
        load(bases, shipped=False)
    return str(caught.value)


@pytest.fixture
def tiny(write: Callable[..., Path]) -> Base:
    """Return the tiny base, loaded."""
    return load([write()], shipped=False)


@pytest.fixture
def changed(write: Callable[..., Path]) -> Callable[[str, str, str], list[str]]:
    """Check the tiny base with a piece of one file replaced; return the problems as text."""

    def found(path: str, old: str, new: str) -> list[str]:
        assert old in TINY[path]
        folder = write({path: TINY[path].replace(old, new, 1)})
        return [str(problem) for problem in check(load([folder], shipped=False))]

    return found
