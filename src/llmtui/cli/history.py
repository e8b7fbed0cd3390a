"""`llmtui history`: what is kept, listed, shown, exported, imported, backed up, deleted."""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

from llmtui.chat.archive import Unreadable, from_json, to_json, to_markdown
from llmtui.chat.local_time import local_time
from llmtui.cli.choosing import Misconfigured
from llmtui.cli.finding import find_conversation
from llmtui.cli.shown import as_it_is
from llmtui.cli.wiring import build
from llmtui.config import find_paths
from llmtui.redaction import redacted
from llmtui.store.history import History
from llmtui.terminal import safe_line, safe_text


def run(arguments: argparse.Namespace) -> int:
    """0 done, 1 it could not be done, 2 wrong usage."""
    house = build()
    if isinstance(house, Misconfigured):
        return _refuse(house.message)

    async def act() -> int:
        try:
            await house.history.opened()
            house.notices.narrate()
            return await _act(arguments, house.history)
        finally:
            await house.close()
            house.notices.narrate()

    return asyncio.run(act())


async def _act(arguments: argparse.Namespace, history: History) -> int:
    match arguments.action:
        case "list":
            return await _list(history, arguments.json)
        case "import":
            return await _import(history, arguments.file, arguments.json)
        case "backup":
            return await _back_up(history, Path(arguments.file), arguments.force, arguments.json)
        case "export" if arguments.all:
            ids = [summary.id for summary in await history.summaries()]
            return await _export(history, ids, "json" if arguments.json else arguments.format)
        case "export" if not arguments.id:
            return _refuse("give the id of a conversation, or --all")
    found = await find_conversation(history, arguments.id)
    if isinstance(found, Misconfigured):
        return _refuse(found.message)
    match arguments.action:
        case "show":
            return await _show(history, found, arguments.json)
        case "export":
            return await _export(history, [found], "json" if arguments.json else arguments.format)
        case _:
            return await _delete(history, found, arguments.json)


async def _list(history: History, as_json: bool) -> int:
    summaries = await history.summaries()
    if as_json:
        listed = [
            {
                "id": summary.id,
                "title": summary.title,
                "updated": summary.updated,
                "messages": summary.messages,
                "model": summary.model,
            }
            for summary in summaries
        ]
        print(json.dumps(listed, indent=2, ensure_ascii=False))
        return 0
    for summary in summaries:
        when = local_time(summary.updated).strftime("%Y-%m-%d %H:%M")
        print(f"{summary.id}  {when}  {summary.messages:>4}  {safe_line(summary.title) or 'untitled'}")
    return 0


async def _show(history: History, conversation_id: str, as_json: bool) -> int:
    conversation = await history.load(conversation_id)
    if conversation is None:
        return _fail("the conversation could not be read")
    whole = to_json((conversation,), redacted) if as_json else to_markdown(conversation, redacted)
    # To a terminal only what can be read; to a file or a pipe the words as they are.
    print(safe_text(whole) if sys.stdout.isatty() else whole)
    return 0


async def _export(history: History, ids: list[str], form: str) -> int:
    loaded = [await history.load(conversation_id) for conversation_id in ids]
    conversations = [conversation for conversation in loaded if conversation is not None]
    if form == "json":
        whole = to_json(tuple(conversations), redacted)
    else:
        whole = "\n\n".join(to_markdown(conversation, redacted) for conversation in conversations)
    print(safe_text(whole) if sys.stdout.isatty() else whole)
    return 0


def _source(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


async def _import(history: History, name: str, as_json: bool) -> int:
    try:
        source = await asyncio.to_thread(_source, name)
    except OSError as error:
        return _fail(f"{name} cannot be read: {error.strerror}")
    read = from_json(source)
    if isinstance(read, Unreadable):
        return _fail(f"{name}: {read.what}")
    kept = await history.insert_all(read)
    if kept is not None:
        return _fail(f"nothing was imported: {kept.what}. {kept.hint}")
    if as_json:
        print(json.dumps([conversation.id for conversation in read]))
    else:
        messages = sum(len(conversation.messages) for conversation in read)
        print(f"imported {len(read)} conversations, {messages} messages")
    return 0


async def _back_up(history: History, target: Path, force: bool, as_json: bool) -> int:
    name = safe_line(str(target))
    if obstacle := _obstacle(target, force):
        return _fail(f"{name} is {obstacle}")
    drawn, narration = sys.stderr.isatty(), as_it_is(sys.stderr)

    def tell(done: int, of: int) -> None:
        if drawn:
            print(f"\r{100 * done // max(1, of):3} %", end="", file=narration, flush=True)

    kept = await history.back_up(target, tell)
    if drawn:
        print("\r     \r", end="", file=narration, flush=True)
    if kept is not None:
        return _fail(f"there is no backup: {kept.what}. {kept.hint}".rstrip())
    print(json.dumps({"file": str(target)}) if as_json else f"backed up to {name}")
    return 0


def _obstacle(target: Path, force: bool) -> str:
    """What is in the way of a backup; empty if nothing is."""
    history = find_paths(os.environ).history
    if target.is_dir():
        return "a directory"
    if target.exists() and history.exists() and target.samefile(history):
        return "the history itself"
    return "there already: --force writes over it" if target.exists() and not force else ""


async def _delete(history: History, conversation_id: str, as_json: bool) -> int:
    kept = await history.delete(conversation_id)
    if kept is not None:
        return _fail(f"it could not be deleted: {kept.what}. {kept.hint}")
    print(json.dumps(conversation_id) if as_json else f"deleted {conversation_id}")
    return 0


def _refuse(why: str) -> int:
    print(f"llmtui: {safe_line(why)}", file=sys.stderr)
    return 2


def _fail(why: str) -> int:
    print(f"llmtui: {safe_line(why)}", file=sys.stderr)
    return 1
