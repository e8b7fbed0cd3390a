"""How Gemini is asked to think, which differs from model to model."""

import re

from llmtui.chat.conversation import Effort, Sampling

_VERSION = re.compile(r"gemini-(\d+)(?:\.(\d+))?")
_ALIAS = re.compile(r"gemini-(?:pro|flash|flash-lite)-latest")
_SPEECHLESS = ("-tts", "-live", "-audio", "embedding")

# What Google itself makes of these words on its OpenAI-compatible address.
_BUDGETS: dict[Effort, int] = {
    "none": 0,
    "minimal": 1024,
    "low": 1024,
    "medium": 8192,
    "high": 24576,
    "xhigh": 24576,
    "max": 24576,
}
_PRO_BUDGETS: dict[Effort, int] = {"none": 128, "xhigh": 32768, "max": 32768}

_LEVELS: dict[Effort, str] = {
    "none": "minimal",
    "minimal": "minimal",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}


def thinking_config(model: str, sampling: Sampling) -> dict[str, object]:
    """The `thinkingConfig` for a model; empty where it must not be sent, because it does not think.

    Thoughts are asked for wherever there can be any. Models up to 2.5 take a number of tokens, those from 3
    on a level; a number of tokens is understood by the latter too. Of a model with a strange name nothing is
    asked unless its user wishes it.
    """
    tokens, effort = sampling.thinking_tokens, sampling.effort
    version = version_of(model)
    if any(kind in model for kind in _SPEECHLESS) or (version and version < (2, 5)):
        return {}
    if version == (2, 5):
        if "-image" in model:
            return {}
        if tokens is None and effort is not None:
            tokens = _budget(model, effort)
        # The smallest does not think unless told to, and then thoughts may not be asked for either.
        if tokens is None and "flash-lite" in model:
            return {}
    elif version is None and tokens is None and effort is None:
        return {}
    config: dict[str, object] = {} if tokens == 0 else {"includeThoughts": True}
    if version != (2, 5) and effort is not None:
        config["thinkingLevel"] = _level(model, effort)
    elif tokens is not None:
        config["thinkingBudget"] = tokens
    return config


def version_of(model: str) -> tuple[int, int] | None:
    """The version in a model's name; for the names that mean the newest one, 3 at least; None if none."""
    if found := _VERSION.search(model):
        return int(found[1]), int(found[2] or 0)
    return (3, 0) if _ALIAS.search(model) else None


def _budget(model: str, effort: Effort) -> int:
    return _PRO_BUDGETS.get(effort, _BUDGETS[effort]) if "-pro" in model else _BUDGETS[effort]


def _level(model: str, effort: Effort) -> str:
    level = _LEVELS[effort]
    if level == "minimal" and not ("flash-lite" in model or "gemini-3-flash" in model):
        return "low"
    # The first of its kind knew two levels only.
    return "high" if level == "medium" and "gemini-3-pro" in model else level
