"""The source form of the knowledge base: what one YAML document may say, validated by pydantic.

Every class is frozen and refuses unknown keys. Ids are kebab-case and unique over all kinds.
Lists of edges are kept on the entity that owns the judgement (an insight lists what indicates
it), so that one reviewable file holds one judgement.
"""

from __future__ import annotations

from kb.model.base import (
    Entity,
    Model,
    Provenance,
    Severity,
    Source,
    Specificity,
    State,
    Strength,
)
from kb.model.case import Case
from kb.model.command import Command, Outcome, Placeholder, Replacement
from kb.model.finding import Fact, Finding, Signature, Symptom
from kb.model.insight import (
    Causes,
    Check,
    Contradicts,
    Fix,
    Indicates,
    Insight,
    Involves,
    LookAlike,
    Versions,
)
from kb.model.lexicon import Lexicon
from kb.model.page import Interface, Metric, Page, Parameter, Reference

__all__ = [
    "KINDS",
    "Case",
    "Causes",
    "Check",
    "Command",
    "Contradicts",
    "Entity",
    "Fact",
    "Finding",
    "Fix",
    "Indicates",
    "Insight",
    "Interface",
    "Involves",
    "Lexicon",
    "LookAlike",
    "Metric",
    "Model",
    "Outcome",
    "Page",
    "Parameter",
    "Placeholder",
    "Provenance",
    "Reference",
    "Replacement",
    "Severity",
    "Signature",
    "Source",
    "Specificity",
    "State",
    "Strength",
    "Symptom",
    "Versions",
]

KINDS: dict[str, type[Entity]] = {
    "page": Page,
    "metric": Metric,
    "parameter": Parameter,
    "reference": Reference,
    "signature": Signature,
    "symptom": Symptom,
    "fact": Fact,
    "command": Command,
    "insight": Insight,
}
"""Kind of an entity -> its class; the order is the order of listings."""
