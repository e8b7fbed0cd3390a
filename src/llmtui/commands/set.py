"""Set how the model chooses its words in this conversation."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from llmtui.chat.conversation import Effort, Sampling
from llmtui.commands.command import Plain
from llmtui.commands.desk import Desk

_NAMED = r"(?s)(\w+)(?:\s*=\s*(?=.)|\s+|$)(.*)"
_WHOLE = r"[0-9]{1,9}"
_USAGE = "Write /set temperature 0.7, /set effort high, or a minus sign for the provider's own choice"
_EFFORTS: tuple[str, ...] = get_args(Effort)


class SetSampling(Plain):
    """Set temperature, top_p, top_k, max_tokens, seed, stop, effort or thinking_tokens; `-` clears one."""

    name = "set"
    takes = "[name value]"

    async def run(self, desk: Desk, words: str) -> None:
        sampling = desk.session.conversation.sampling
        if words:
            named = re.fullmatch(_NAMED, words)
            changed = _changed(sampling, named[1], named[2]) if named else _USAGE
            if isinstance(changed, str):
                desk.tell(changed, "warning")
                return
            desk.session.sample(changed)
            sampling = changed
        desk.tell(_described(sampling))

    def complete(self, desk: Desk) -> tuple[str, ...]:
        return (*(f"{name} " for name in _READERS), *(f"effort {effort}" for effort in _EFFORTS))


class _UnfitError(Exception):
    """A value that is not what the name wants; the message says what it should be."""


def _changed(sampling: Sampling, name: str, value: str) -> Sampling | str:
    if name not in _READERS:
        return f"There is {', '.join(_READERS)}. {_USAGE}"
    if not value:
        return _USAGE
    try:
        found = getattr(Sampling(), name) if value == "-" else _READERS[name](value)
    except _UnfitError as unfit:
        return f"{name} {unfit}"
    changes: dict[str, Any] = {name: found}
    return replace(sampling, **changes)


def _number(lowest: float, highest: float) -> Callable[[str], float]:
    def read(value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = highest + 1
        if not lowest <= number <= highest:
            raise _UnfitError(f"is a number from {lowest:g} to {highest:g}, not {value}")
        return number

    return read


def _count(lowest: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not re.fullmatch(_WHOLE, value) or int(value) < lowest:
            raise _UnfitError(f"is a whole number of at least {lowest}, not {value}")
        return int(value)

    return read


def _effort(value: str) -> str:
    if value not in _EFFORTS:
        raise _UnfitError(f"is {', '.join(_EFFORTS[:-1])} or {_EFFORTS[-1]}, not {value}")
    return value


def _stop(value: str) -> tuple[str, ...]:
    """Words that end an answer, separated by `|`; a written `\\n` is a new line."""
    return tuple(word.replace("\\n", "\n") for word in value.split("|") if word)


_READERS: Mapping[str, Callable[[str], object]] = {
    "temperature": _number(0, 2),
    "top_p": _number(0, 1),
    "top_k": _count(1),
    "max_tokens": _count(1),
    "seed": _count(0),
    "stop": _stop,
    "effort": _effort,
    "thinking_tokens": _count(0),
}


def _described(sampling: Sampling) -> str:
    """What is set; all else is as the provider likes."""
    said = []
    for name in _READERS:
        value = getattr(sampling, name)
        match value:
            case None | ():
                continue
            case tuple():
                said.append(f"{name}: {' | '.join(value).replace(chr(10), chr(92) + 'n')}")
            case float():
                said.append(f"{name}: {value:g}")
            case _:
                said.append(f"{name}: {value}")
    return " · ".join(said) or "Everything is as the provider likes"
