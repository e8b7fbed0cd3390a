"""Set how the model chooses its words in this conversation."""

import re
from dataclasses import replace

from llmtui.chat.conversation import Sampling
from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk

_COUNT = re.compile(r"[0-9]{1,9}")
_USAGE = "Write /set temperature 0.7, /set max_tokens 500, or a minus sign for the provider's own choice"


class SetSampling(Plain):
    """Set temperature or max_tokens for this conversation; `-` leaves it to the provider."""

    name = "set"
    takes = "[temperature N | max_tokens N]"

    async def run(self, desk: Desk, words: str) -> None:
        if not words:
            desk.tell(_described(desk.session.conversation.sampling))
            return
        changed = _changed(desk.session.conversation.sampling, *words.replace("=", " ").split())
        if isinstance(changed, str):
            desk.tell(changed, "warning")
            return
        desk.session.sample(changed)
        desk.tell(_described(changed))

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return ("temperature ", "max_tokens ")


def _changed(sampling: Sampling, *words: str) -> Sampling | str:
    match words:
        case ("temperature", "-"):
            return replace(sampling, temperature=None)
        case ("max_tokens", "-"):
            return replace(sampling, max_tokens=None)
        case ("temperature", number):
            try:
                temperature = float(number)
            except ValueError:
                return f"{number} is not a number. {_USAGE}"
            if not 0 <= temperature <= 2:
                return "The temperature is a number from 0 to 2"
            return replace(sampling, temperature=temperature)
        case ("max_tokens", number):
            if not _COUNT.fullmatch(number) or int(number) < 1:
                return f"max_tokens is a whole number of at least 1, not {number}"
            return replace(sampling, max_tokens=int(number))
        case _:
            return _USAGE


def _described(sampling: Sampling) -> str:
    def shown(value: float | None) -> str:
        return "as the provider likes" if value is None else f"{value:g}"

    limit = "as the provider likes" if sampling.max_tokens is None else str(sampling.max_tokens)
    return f"temperature: {shown(sampling.temperature)} · max_tokens: {limit}"
