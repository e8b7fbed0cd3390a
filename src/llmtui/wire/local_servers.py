"""Asking servers on one's own machine what they really serve: its size, and what the model can do."""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import replace

from llmtui.chat.models import ModelFacts
from llmtui.providers.local_servers import (
    is_llamacpp,
    is_lm_studio,
    lm_studio_facts,
    loaded_sizes,
    with_props,
    with_show,
)
from llmtui.wire.inquiry import TROUBLES, Inquiry, Reply, beside, from_root

_SECONDS = 3.0
_AT_ONCE = 4
# Nobody has so many models at home that a list of them is longer, in bytes.
_LONGEST_LIST = 64 << 10


async def completed(
    inquiry: Inquiry, models: tuple[ModelFacts, ...], first_page: bytes
) -> tuple[ModelFacts, ...]:
    """The models with what their server says of them elsewhere; as they are where it says nothing in time."""
    if inquiry.card.dialect == "ollama":
        return await _shown(inquiry, models)
    if len(first_page) > _LONGEST_LIST:
        return models
    if is_llamacpp(first_page) and len(models) == 1:
        reply = await _in_time(inquiry, beside(inquiry.card, "/props"))
        return (with_props(models[0], reply.body),) if reply else models
    if is_lm_studio(inquiry.card, first_page):
        for path in ("/api/v1/models", "/api/v0/models"):
            if reply := await _in_time(inquiry, beside(inquiry.card, path)):
                known = lm_studio_facts(inquiry.card, reply.body)
                told = ((facts, known.get(facts.name.model, facts)) for facts in models)
                return tuple(facts.completed(more) for facts, more in told if more is not None)
    return models


async def _shown(inquiry: Inquiry, models: tuple[ModelFacts, ...]) -> tuple[ModelFacts, ...]:
    """Ollama tells of each model apart: the newest first, four at a time, as far as time allows."""
    address = from_root(inquiry.card, "/api/show")
    turns = asyncio.Semaphore(_AT_ONCE)
    found: dict[str, ModelFacts | None] = {}

    async def show(facts: ModelFacts) -> None:
        async with turns:
            reply = await inquiry.post(address, {"model": facts.name.model})
        if reply.status == 200:
            found[facts.name.model] = with_show(facts, reply.body)

    loaded, _ = await asyncio.gather(
        _in_time(inquiry, from_root(inquiry.card, "/api/ps")), _all_in_time([show(facts) for facts in models])
    )
    sizes = loaded_sizes(loaded.body) if loaded else {}
    told = (found.get(facts.name.model, facts) for facts in models)
    return tuple(
        replace(facts, context=sizes.get(facts.name.model) or facts.context)
        for facts in told
        if facts is not None
    )


async def _in_time(inquiry: Inquiry, url: str) -> Reply | None:
    try:
        async with asyncio.timeout(_SECONDS):
            reply = await inquiry.get(url)
    except (TimeoutError, *TROUBLES):
        return None
    return reply if reply.status == 200 else None


async def _all_in_time(work: Iterable[Coroutine[None, None, None]]) -> None:
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.wait(tasks, timeout=_SECONDS) if tasks else None
    finally:
        for task in tasks:
            task.cancel()
        # What went wrong with one model leaves what was known of it.
        await asyncio.gather(*tasks, return_exceptions=True)
