"""Who has a connection but was not let in yet: a few at a time, and none of them for long."""

import asyncio
from collections.abc import Hashable
from typing import Protocol

# A browser opens half a dozen at once, some of them before it has anything to ask.
MOST = 32
# A browser on this machine asks at once.
SECONDS = 10.0


class Connection(Hashable, Protocol):
    """What aiohttp has for each."""

    def force_close(self) -> None: ...


class Strangers:
    """Shows them the door, so that who has come to stay finds room: each connection is one of the few files
    that a process may have open."""

    def __init__(self) -> None:
        self._leaving: dict[Connection, asyncio.TimerHandle] = {}

    def meet(self, stranger: Connection) -> None:
        """Somebody has come. Who came first goes when there are too many: they had their time to ask."""
        if len(self._leaving) >= MOST:
            self._show_out(next(iter(self._leaving)))
        loop = asyncio.get_running_loop()
        self._leaving[stranger] = loop.call_later(SECONDS, self._show_out, stranger)

    def let_in(self, known: Connection) -> None:
        """This one may stay."""
        if leaving := self._leaving.pop(known, None):
            leaving.cancel()

    def _show_out(self, stranger: Connection) -> None:
        self._leaving.pop(stranger).cancel()
        # Of many that come in one turn of the loop the first are not connected before its end.
        asyncio.get_running_loop().call_soon(stranger.force_close)
