"""What a model is called and what is known of it."""

from dataclasses import dataclass, fields, replace
from sys import intern

GUIDE = "builtin/guide"
"""The built-in guide, which is named as a model is and is none."""


@dataclass(frozen=True, slots=True)
class ModelName:
    """`provider/model`; the model's own name may hold slashes: `openrouter/anthropic/claude-sonnet-4.5`."""

    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


def parse_model(name: str) -> ModelName | None:
    """`provider/model` read, or None if it does not have both halves."""
    provider, slash, model = name.strip().partition("/")
    # Every message has them: thousands share one.
    return ModelName(intern(provider), intern(model)) if slash and provider and model else None


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model; None where nobody knows.

    `context` and `output_limit` are tokens; prices are US dollars per million tokens. `canonical` is the
    provider's lasting name for a model that also has others.
    """

    name: ModelName
    title: str = ""
    context: int | None = None
    output_limit: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    reasoning: bool | None = None
    tools: bool | None = None
    images: bool | None = None
    files: bool | None = None
    audio: bool | None = None
    streaming: bool | None = None
    cached_price: float | None = None
    cache_write_price: float | None = None
    canonical: str = ""

    def completed(self, other: "ModelFacts | None") -> "ModelFacts":
        """These facts, and where they are silent what the other ones say."""
        if other is None:
            return self
        blanks = {
            field.name: getattr(other, field.name)
            for field in fields(ModelFacts)
            if getattr(self, field.name) in (None, "") and getattr(other, field.name) not in (None, "")
        }
        return replace(self, **blanks) if blanks else self
