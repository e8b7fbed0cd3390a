"""The door to the screen."""

import argparse
import asyncio
import gc
import os
import sys

from llmtui import redaction
from llmtui.chat.models import GUIDE, parse_model
from llmtui.cli.choosing import Misconfigured, opening_model
from llmtui.cli.wiring import House, build
from llmtui.tui.terminal.as_found import AsFound


def run(arguments: argparse.Namespace) -> int:
    """Open the screen; the exit status."""
    if not _is_shown():
        return _refuse("the screen needs a terminal: in a pipe, use llmtui ask")
    if os.environ.get("TERM") == "dumb":
        return _refuse("the screen needs a terminal that is more than dumb (TERM): use llmtui ask")
    found = AsFound()
    found.hear_enter()
    try:
        return _opened(arguments, found)
    finally:
        found.read_lines()


def _opened(arguments: argparse.Namespace, found: AsFound) -> int:
    house = build()
    if isinstance(house, Misconfigured):
        return _refuse(house.message)
    model = opening_model(house, arguments.model)
    if isinstance(model, Misconfigured):
        return _refuse(model.message)
    resume = ""
    if arguments.resume:
        from llmtui.cli.finding import find_conversation

        meant = asyncio.run(find_conversation(house.history, arguments.resume))
        if isinstance(meant, Misconfigured):
            house.notices.narrate()
            return _refuse(meant.message)
        resume = meant
    return _open(arguments, house, model, resume, found)


def _open(arguments: argparse.Namespace, house: House, model: str, resume: str, found: AsFound) -> int:
    from llmtui.cli.key_desk import KeyDesk
    from llmtui.tui.app import LlmtuiApp
    from llmtui.tui.needs import Opening, Surroundings
    from llmtui.tui.terminal.ending import live

    async def warm(model: str) -> None:
        # Started: what is there now stays, and what comes may be garbage one day.
        gc.freeze()
        gc.enable()
        if name := parse_model(model):
            await house.line.warm(name.provider)

    app = LlmtuiApp(
        Surroundings(
            means=house.means,
            models=house.catalogue,
            paths=house.paths,
            settings=house.settings,
            remembered=house.remembered,
            opening=Opening(
                prompt=" ".join(arguments.prompt),
                resume=resume,
                newest=arguments.newest,
                model=model or GUIDE,
                model_wanted=bool(arguments.model),
                model_open=not model,
                system=arguments.system,
                theme=arguments.theme,
            ),
            providers=house.provider_names,
            keys=KeyDesk(house),
            warm=warm,
            notices=house.notices,
            close=house.close,
            environ=house.outside,
        )
    )
    redaction.look_into(house.environ)
    for name in house.environ.keys() - house.outside.keys():
        # Whatever is started from here on, by a library too, inherits no key.
        os.environ.pop(name, None)
    return live(app, house.settings.mouse, found)


def _is_shown() -> bool:
    """Whether somebody sees the screen: in a terminal, or in a page of `llmtui serve`, which says so."""
    if os.environ.get("TEXTUAL_DRIVER") == "llmtui.tui.terminal.browser:BrowserDriver":
        return True
    return bool(sys.stdin and sys.stdin.isatty() and sys.stdout.isatty())


def _refuse(why: str) -> int:
    print(f"llmtui: {why}", file=sys.stderr)
    return 2
