"""llmtui: a terminal chat for every LLM."""

__version__ = "0.1.0"
