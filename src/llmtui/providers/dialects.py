"""The dialects by name; each is imported when it is first spoken."""

from importlib import import_module

from llmtui.providers.dialect import Dialect

MODULES = {
    "anthropic": "llmtui.providers.anthropic",
    "openai-chat": "llmtui.providers.openai_chat",
    "openai-responses": "llmtui.providers.openai_responses",
    "openai-completions": "llmtui.providers.openai_completions",
    "gemini": "llmtui.providers.gemini",
    "ollama": "llmtui.providers.ollama",
    "ollama-generate": "llmtui.providers.ollama_generate",
}


def dialect_named(name: str) -> Dialect | None:
    """The dialect with this name, or None if nobody here speaks it."""
    module = MODULES.get(name)
    if module is None:
        return None
    found: Dialect = import_module(module).DIALECT
    return found
