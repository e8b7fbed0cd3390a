"""Choose the model that is asked next."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk
from llmtui.commands.naming import named


class ChooseModel(Plain):
    """Choose the model that is asked next."""

    name = "model"
    keys = "ctrl+o"
    takes = "[provider/model]"

    async def run(self, desk: Desk, words: str) -> None:
        if not words:
            desk.open("models")
        elif model := named(words, desk):
            desk.use_model(model)

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return tuple(desk.models)
