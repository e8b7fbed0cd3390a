"""Choose the model that is asked next."""

from collections.abc import Sequence

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk


class ChooseModel(Plain):
    """Choose the model that is asked next."""

    name = "model"
    keys = "ctrl+o"
    takes = "[provider/model]"

    async def run(self, desk: Desk, words: str) -> None:
        if not words:
            desk.open("models")
            return
        matches = [model for model in desk.models if model == words] or _like(words, desk.models)
        if len(matches) == 1:
            desk.use_model(matches[0])
        elif not matches and words.partition("/")[2] and words.partition("/")[0] in desk.providers:
            # A provider may serve more than it lists.
            desk.use_model(words)
        elif not matches:
            desk.tell(f"No model is called {words}: /model opens the list", "warning")
        else:
            desk.tell(f"{len(matches)} models match {words}: {', '.join(matches[:4])} …", "warning")

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return tuple(desk.models)


def _like(words: str, models: Sequence[str]) -> list[str]:
    wanted = words.lower()
    exact = [model for model in models if model.partition("/")[2].lower() == wanted]
    return exact or [model for model in models if wanted in model.lower()]
