"""What all documents of the base share: kinds of text, words of judgement, entity and source."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Story = Annotated[str, StringConstraints(min_length=1, max_length=800)]
Specifier = Annotated[
    str, StringConstraints(pattern=r"^(\s*(<|<=|>|>=|==|!=)\s*[0-9][0-9a-z.]*\s*,?)+$")
]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=400)]
Provenance = Literal["document", "researched", "guess"]
Strength = Literal["almost-always", "often", "sometimes", "rarely"]
Specificity = Literal["unique", "specific", "shared", "common", "generic"]
Severity = Literal["critical", "warning", "info"]
State = Literal["present", "absent"]


class Model(BaseModel):
    """Base of all documents: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Entity(Model):
    """What every entity has. ``extends``/``overrides``/``disabled`` are for overlays only."""

    id: Id
    provenance: Provenance = "researched"
    note: Text | None = None
    extends: bool = False
    overrides: bool = False
    disabled: bool = False

    @property
    def label(self) -> str:
        """What stands for the entity in lists: its title, text or name."""
        for name in ("title", "text", "name"):
            if isinstance(value := getattr(self, name, None), str):
                return value
        return self.id


class Source(Model):
    """A URL with what it says (in our words) and when it was last seen."""

    url: Url
    says: Text
    seen: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] = "2026-11-23"
