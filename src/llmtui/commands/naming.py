"""A model as somebody writes it: its name, or enough of it."""

from collections.abc import Sequence

from llmtui.commands.desk import Desk


def named(words: str, desk: Desk) -> str | None:
    """The one `provider/model` that is meant; None once it has been told why it is not clear."""
    matches = [model for model in desk.models if model == words] or _like(words, desk.models)
    if len(matches) == 1:
        return matches[0]
    if not matches and words.partition("/")[2] and words.partition("/")[0] in desk.providers:
        # A provider may serve more than it lists.
        return words
    if not matches:
        desk.tell(f"No model is called {words}: /model opens the list", "warning")
    else:
        desk.tell(f"{len(matches)} models match {words}: {', '.join(matches[:4])} …", "warning")
    return None


def _like(words: str, models: Sequence[str]) -> list[str]:
    wanted = words.lower()
    exact = [model for model in models if model.partition("/")[2].lower() == wanted]
    return exact or [model for model in models if wanted in model.lower()]
