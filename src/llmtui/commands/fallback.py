"""Choose the models that are asked when one fails."""

from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk
from llmtui.commands.naming import named


class FallBack(Plain):
    """Set the models that are asked in turn when the chosen one fails; `-` for those of config.toml."""

    name = "fallback"
    takes = "[models | none | -]"

    async def run(self, desk: Desk, words: str) -> None:
        if words in ("-", "none"):
            desk.session.fall_back_on(() if words == "-" else ("none",))
        elif words:
            models = []
            for word in words.replace(",", " ").split():
                model = named(word, desk)
                if model is None:
                    return
                models.append(model)
            desk.session.fall_back_on(tuple(models))
        desk.tell(_described(desk))

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return ("none", "-", *desk.models)


def _described(desk: Desk) -> str:
    chain = [model for model in desk.session.chain if model != "none"]
    if not chain:
        return "No other model is asked when one fails: /fallback provider/model sets one"
    whose = "" if desk.session.conversation.fallbacks else " (from config.toml)"
    return f"When the model fails: {', then '.join(chain)}{whose}"
