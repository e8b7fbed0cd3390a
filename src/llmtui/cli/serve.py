"""`llmtui serve`: the screen in a browser of this machine."""

import argparse
import asyncio
import ipaddress
import os
import sys
from importlib.util import find_spec

from llmtui.leaving import AFTER_A_SIGNAL, heard_signals
from llmtui.terminal import safe_text

_MISSING = "serve needs the extra `web`: pip install 'llmtui[web]'"
_OTHERS = """\
others can come to {address}. Who has the token can do whatever you can: read every conversation,
spend your keys, run commands (/pipe). And nothing is encrypted: who can read the network can read the
token. If that is what you want, say --allow-others. Better leave --host away and come through a tunnel:
ssh -L 8765:127.0.0.1:8765 THIS-MACHINE"""
_WARNING = """\
warning: others can come to {address}, and nothing is encrypted: who can read the network can read every
word and the token, and who has the token can do whatever you can."""


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl+C; the exit status."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if arguments.host == "localhost" else arguments.host)
    except ValueError:
        return _refuse("--host takes an address in numbers, such as 127.0.0.1")
    if not 0 <= arguments.port <= 65535:
        return _refuse("--port takes a number up to 65535; 0 takes a free one")
    if arguments.sessions < 1:
        return _refuse("--sessions takes 1 or more")
    if not address.is_loopback and not arguments.allow_others:
        return _refuse(_OTHERS.format(address=address))
    if find_spec("aiohttp") is None or find_spec("textual_serve") is None:
        return _refuse(_MISSING)
    if not address.is_loopback:
        _say(_WARNING.format(address=address))
    return asyncio.run(_serve(arguments, str(address)))


async def _serve(arguments: argparse.Namespace, address: str) -> int:
    from llmtui.web.server import Server
    from llmtui.web.session import surroundings
    from llmtui.web.visits import Visits

    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(number: int) -> None:
        if not ended.done():
            ended.set_result(AFTER_A_SIGNAL + number)

    def hear(number: int) -> None:
        loop.call_soon_threadsafe(end, number)

    visits = Visits(_command(arguments), surroundings(os.environ), arguments.sessions, _complain)
    server = Server(visits)
    # Until every session has ended: whoever says it twice must not cut off the words that they keep.
    with heard_signals(hear, "SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"):
        try:
            try:
                gate = await server.open(address, arguments.port)
            except OSError as error:
                why = f"cannot listen on {address}, port {arguments.port}: {error.strerror}"
                return _refuse(why, status=1)
            print(gate.url, flush=True)
            if ipaddress.ip_address(address).is_unspecified:
                _say(f"in the place of {address} put an address of this machine, in numbers")
            _say("open this address in a browser. It is for you alone: who has it can do whatever you can.")
            _say(f"pages at once: at most {visits.limit}. Ctrl+C ends them all and keeps every word")
            return await ended
        finally:
            await server.close()


def _command(arguments: argparse.Namespace) -> list[str]:
    """What is run for every page, with nothing of any request: this very program."""
    # -P: and not another of its name that lies in this directory.
    command = [sys.executable, "-P", "-m", "llmtui"]
    chosen = {"--model": arguments.model, "--theme": arguments.theme}
    return command + [f"{option}={value}" for option, value in chosen.items() if value]


def _complain(words: str) -> None:
    print(safe_text(words.rstrip("\n")), file=sys.stderr, flush=True)


def _say(words: str) -> None:
    print(f"llmtui: {words}", file=sys.stderr, flush=True)


def _refuse(why: str, status: int = 2) -> int:
    _say(why)
    return status
