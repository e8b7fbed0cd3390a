"""A chain of models: which is asked, and which next when one fails before its first word."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace

from llmtui.chat.detour import Detour
from llmtui.chat.events import (
    Detoured,
    Event,
    Failed,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    ToolCallDelta,
)
from llmtui.chat.failure import Failure, FailureKind
from llmtui.chat.models import ModelName, parse_model
from llmtui.chat.request import Request
from llmtui.engine.cooling import Cooling
from llmtui.engine.going_on import in_words
from llmtui.engine.needs import Line

# OpenRouter takes no more models than this in one request.
_MOST_ROUTED = 3

# What the next model would most likely say too: the request itself is at fault, or what it asks for.
_INCURABLE: frozenset[FailureKind] = frozenset({"bad_request", "refused", "bug"})


def chain_of(model: str, fallbacks: Iterable[str]) -> tuple[ModelName, ...]:
    """The models to ask in turn, each once; what is no model's name is none."""
    names = dict.fromkeys((model, *fallbacks))
    return tuple(name for name in map(parse_model, names) if name is not None)


def requests_of(
    request: Request, chain: Sequence[ModelName], routes: Callable[[str], bool]
) -> tuple[Request, ...]:
    """The same request to each model in turn; a provider that falls back by itself is told its models."""
    providers = {name.provider for name in chain}
    if len(chain) > 1 and len(providers) == 1 and routes(*providers):
        return tuple(
            replace(
                request,
                model=chain[first],
                fallbacks=tuple(name.model for name in chain[first + 1 : first + _MOST_ROUTED]),
            )
            for first in range(0, len(chain), _MOST_ROUTED)
        )
    return tuple(replace(request, model=name) for name in chain)


def another_may_cure(failure: Failure) -> bool:
    """Whether another model may answer where one failed so."""
    return failure.kind not in _INCURABLE


async def asked_in_turn(
    requests: Sequence[Request], line: Line, cooling: Cooling, watched: asyncio.Event
) -> AsyncGenerator[Event, None]:
    """The events of the first model that answers, and of the turns to it.

    As long as nothing was said a failure that another may cure leads to the next; a provider that cools down
    is passed over if one that does not comes later.
    """
    waiting = list(requests)
    while waiting:
        request = waiting.pop(0)
        provider = request.model.provider
        cooled = cooling.of(provider)
        if cooled and any(cooling.of(later.model.provider) is None for later in waiting):
            yield Detoured(_fallback(request, cooled, waiting[0]))
            continue
        said, turn = False, None
        async with aclosing(line.stream(request, watched)) as events:
            async for event in events:
                match event:
                    case TextDelta() | RefusalDelta() | ReasoningDelta() | ToolCallDelta() if not said:
                        said = True
                        cooling.warm(provider)
                    case Failed(failure) if not said:
                        cooling.failed(provider, failure)
                        if request.continuing and failure.kind == "bad_request":
                            turn = Detour("without", str(request.model), failure, "prefill")
                            waiting.insert(0, in_words(request))
                        elif waiting and another_may_cure(failure):
                            turn = _fallback(request, failure, waiting[0])
                    case _:
                        pass
                if turn is not None:
                    break
                yield event
        if turn is None:
            return
        yield Detoured(turn)


def _fallback(request: Request, failure: Failure, following: Request) -> Detour:
    return Detour("fallback", str(request.model), failure, str(following.model))
