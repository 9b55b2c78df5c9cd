"""What a metric page names: the metric, the page itself, parameters and technical references."""

from __future__ import annotations

from kb.model.base import Entity, Id, Model, Provenance, Text, Url, Words


class Interface(Model):
    """How a metric is read: native, Prometheus, Datadog; with the description, if known."""

    name: Words
    description: Text | None = None
    dimensions: tuple[str, ...] = ()
    provenance: Provenance = "document"


class Metric(Entity):
    """The metric a page is about."""

    name: Words
    title: Words
    dimensions: tuple[str, ...] = ()
    interfaces: tuple[Interface, ...]


class Page(Entity):
    """A view: the metric it is about and the entities it lists, by id, in the page's order."""

    title: Words
    url: Url | None = None
    metric: Id
    parameters: tuple[Id, ...] = ()
    signatures: tuple[Id, ...] = ()
    commands: tuple[Id, ...] = ()
    references: tuple[Id, ...] = ()
    insights: tuple[Id, ...] = ()


class Parameter(Entity):
    """A configuration parameter; ``recommended`` is free text."""

    name: Words
    recommended: Text | None = None
    description: Text | None = None
    configures: tuple[Id, ...] = ()
    """Insights whose remedy this parameter is."""


class Reference(Entity):
    """A technical reference: component, concept, protocol, file path or a kind not yet known."""

    text: Words
    kind: Words
    description: Text | None = None
    alias_of: Id | None = None
