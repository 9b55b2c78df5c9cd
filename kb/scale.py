"""The one table that turns the words of the knowledge base into numbers.

Strengths follow the frequency scale of QMR (Miller, Masarie and Myers 1986; read as
probabilities by Shwe et al. 1991, Methods of Information in Medicine 30:241-255): five steps from
"rarely" to "essentially always", here named by the words that stand in the YAML files. Leaks and
priors are frequencies among people who report a problem about Prefect and are of the same kind;
their values were set once from the report counts in the sources of the insights, then left alone.
"""

from __future__ import annotations

STRENGTH = {
    "almost-always": 0.95,
    "often": 0.70,
    "sometimes": 0.35,
    "rarely": 0.08,
}
"""Strength word of an ``indicates`` edge -> P(this cause alone produces the finding)."""

SPECIFICITY = {
    "unique": 0.0005,
    "specific": 0.005,
    "shared": 0.03,
    "common": 0.12,
    "generic": 0.35,
}
"""Specificity word of a finding -> leak: P(finding seen | none of the base's causes holds)."""

CONTRADICTION = {
    "excludes": 0.01,
    "strongly": 0.1,
    "moderately": 0.35,
    "slightly": 0.65,
}
"""Word of a ``contradicts`` edge -> factor on the odds of the cause when the finding is present."""

PRIOR = {
    "very-common": 0.06,
    "common": 0.035,
    "occasional": 0.02,
    "rare": 0.01,
    "very-rare": 0.004,
}
"""Prior word of an insight -> P(cause holds) before any finding is known."""

GUESS_FACTOR = 0.5
"""Strengths of edges with provenance ``guess`` are multiplied by this."""
