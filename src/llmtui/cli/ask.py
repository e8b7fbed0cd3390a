"""`llmtui ask`: ask once, print the answer."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TextIO

from llmtui.chat.conversation import Conversation
from llmtui.chat.message import Message
from llmtui.chat.models import GUIDE
from llmtui.cli.choosing import Misconfigured, fallbacks_from, opening_model, suggested_model
from llmtui.cli.finding import find_conversation, newest_conversation
from llmtui.cli.interruption import Interruption
from llmtui.cli.printing import Printer
from llmtui.cli.wiring import House, build
from llmtui.engine.changes import Change
from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions
from llmtui.engine.unkept import Unkept

if TYPE_CHECKING:
    from llmtui.cli.progress import Progress
    from llmtui.cli.streaming import Streamer
    from llmtui.store.history import History

_LOOK_AGAIN_SECONDS = 0.25


def run(arguments: argparse.Namespace) -> int:
    """Ask, print, keep; the exit status."""
    prompt = _prompt(arguments.prompt, sys.stdin)
    if not prompt.strip():
        return _refuse("there is nothing to ask: give a prompt, or pipe one in")
    house = build()
    if isinstance(house, Misconfigured):
        return _refuse(house.message)
    return asyncio.run(_asked(arguments, house, prompt))


def _prompt(words: list[str], stdin: TextIO | None) -> str:
    """The prompt, and after it what comes through a pipe."""
    said = " ".join(words)
    if stdin is None or stdin.isatty():
        return said
    piped = stdin.buffer.read().decode("utf-8", "replace")
    return f"{said}\n\n{piped}" if said and piped.strip() else said or piped


def _refuse(why: str) -> int:
    print(f"llmtui: {why}", file=sys.stderr)
    return 2


async def _asked(arguments: argparse.Namespace, house: House, prompt: str) -> int:
    interruption = Interruption()
    with interruption.heard():
        try:
            return await _ask(arguments, house, prompt, interruption)
        except asyncio.CancelledError:
            return interruption.status or 1


async def _ask(arguments: argparse.Namespace, house: House, prompt: str, interruption: Interruption) -> int:
    try:
        session = await _session(arguments, house)
        if isinstance(session, Misconfigured):
            return _refuse(session.message)
        printer = Printer(
            sys.stdout,
            sys.stderr,
            stream=arguments.stream,
            reasoning=arguments.reasoning,
            usage=arguments.usage,
            as_json=arguments.json or arguments.events,
        )
        streamer = _streamer(printer) if arguments.events else None
        progress = _progress(arguments) if arguments.progress else None

        def hear(change: Change) -> None:
            if progress is not None:
                progress.hear(change)
            if streamer is not None:
                streamer.hear(change)
            printer.hear(change)
            if printer.broken:
                session.stop()

        session.listen(hear)
        session.streaming_allowed = arguments.stream
        session.ask(prompt)
        interruption.session = session
        await session.idle()
        answer = session.conversation.path[-1]
        priced = arguments.usage or arguments.json or arguments.events
        cost = await _cost(house, answer) if priced else None
        if progress is not None:
            progress.clear()
        told = streamer.ending(session.id, answer, cost) if streamer is not None else None
        printer.finish(session.id, answer, told, cost, await _lasting_name(house, answer))
        if progress is not None:
            progress.finish(answer)
        if interruption.status:
            return interruption.status
        return 0 if answer.answer and answer.answer.outcome == "complete" else 1
    finally:
        await house.close()
        house.notices.narrate()


def _streamer(printer: Printer) -> "Streamer":
    from llmtui.cli.streaming import Streamer

    return Streamer(printer)


def _progress(arguments: argparse.Namespace) -> "Progress":
    from llmtui.cli.progress import Progress
    from llmtui.cli.shown import as_it_is

    words = arguments.stream and not (arguments.json or arguments.events)
    return Progress(as_it_is(sys.stderr), spoken=words and sys.stdout.isatty())


async def _cost(house: House, message: Message) -> float | None:
    """What the answer cost; prices are looked up only where its provider does not tell."""
    from llmtui.chat.costs import cost_of, payee

    answer = message.answer
    if answer is None or answer.usage is None or answer.provider == "builtin":
        return None
    if answer.usage.cost is not None:
        return answer.usage.cost
    await house.catalogue.recall()
    return cost_of(answer.usage, payee(answer, house.catalogue.facts))


async def _lasting_name(house: House, message: Message) -> str:
    """The other name of the model that was asked, looked up only where the one that answered has another:
    it may be this one."""
    from llmtui.chat.way import another_answered

    answer = message.answer
    if answer is None or not another_answered(answer):
        return ""
    await house.catalogue.recall()
    facts = house.catalogue.facts(answer.asked)
    return facts.canonical if facts else ""


async def _session(arguments: argparse.Namespace, house: House) -> Session | Misconfigured:
    means = house.means(_start)
    if not arguments.save:
        means = replace(means, keeper=Unkept())
    if not (arguments.newest or arguments.resume):
        return await _as_told(arguments, house, Sessions(means).new())
    found = await (
        find_conversation(house.history, arguments.resume)
        if arguments.resume
        else newest_conversation(house.history)
    )
    if isinstance(found, Misconfigured):
        return found
    # What is continued is read from the history even where nothing is to be kept.
    conversation = await at_rest(house.history, found)
    if conversation is None:
        return Misconfigured("the conversation could not be read")
    session = Session(conversation, means, kept=True)
    return await _as_told(arguments, house, session)


async def at_rest(history: "History", conversation_id: str) -> Conversation | None:
    """The conversation once no answer is arriving in it in another llmtui: what follows it needs its end."""
    conversation, told = await history.load(conversation_id), False
    while conversation is not None and conversation.path and conversation.path[-1].streaming:
        if not told:
            print("llmtui: an answer is arriving there: waiting for its end", file=sys.stderr)
            told = True
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        if not await _arrives(history, conversation_id, conversation.path[-1].id):
            conversation = await history.load(conversation_id)
    return conversation


async def _arrives(history: "History", conversation_id: str, answer_id: str) -> bool:
    """Whether this answer is still arriving, as far as its writer lives; only the end of the conversation is
    read for it."""
    news = await history.news(conversation_id, streaming=True)
    return news is not None and any(
        message.id == answer_id and message.streaming for message in news.messages
    )


async def _suggestion(house: House) -> str:
    """The model where nobody chose one: what a key is known for, else the first that its provider lists."""
    from llmtui.providers.cards import is_active

    kept = house.keys.names
    suggested = suggested_model(house.cards, house.environ, kept)
    if suggested == GUIDE and any(is_active(card, house.environ, kept) for card in house.cards.values()):
        await house.catalogue.look(lambda: None)
        return house.catalogue.suggestion()
    return suggested


async def _as_told(arguments: argparse.Namespace, house: House, session: Session) -> Session | Misconfigured:
    if arguments.model or not session.conversation.model:
        model = opening_model(house, arguments.model)
        if isinstance(model, Misconfigured):
            return model
        session.choose_model(model or await _suggestion(house))
    fallbacks = fallbacks_from(house, arguments.fallback, "--fallback")
    if isinstance(fallbacks, Misconfigured):
        return fallbacks
    if fallbacks:
        session.fall_back_on(fallbacks)
    if arguments.system:
        session.instruct(arguments.system)
    if arguments.effort:
        session.sample(replace(session.conversation.sampling, effort=arguments.effort))
    return session


def _start(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    task = asyncio.create_task(work, name=name)
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)
    return task


# asyncio holds its tasks only weakly.
_RUNNING: set[asyncio.Task[None]] = set()
