"""The body of an answer, fetched: all that is here at a time, and from a quick server a little later."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator

import httpx

from llmtui.wire.timeouts import Patience

# A server that says something more often than this, in seconds, is listened to at this pace: waking up for
# every word costs many times what reading it does, and the screen is drawn as seldom. Its first words, for so
# long, are heard as they come.
_PACE, _FIRST_WORDS = 0.04, 0.25
# Whoever sends this much at a time need not be waited for, in bytes.
_PLENTY = 16 << 10
# So much is held, in bytes, for a reader who is busy.
_MOST = 1 << 20


async def fetched(response: httpx.Response, patience: Patience) -> AsyncGenerator[bytes, None]:
    """The body as it comes, pieces that are here together in one. Raises TimeoutError when the patience
    ends, and what httpx raises, after all that came before it."""
    basket = _Basket()
    picking = asyncio.create_task(basket.fill(response), name="fetching an answer")
    try:
        while True:
            if not basket.pieces and not picking.done():
                with patience:
                    await basket.filled.wait()
            if piece := basket.empty():
                patience.byte()
                yield piece
            elif picking.done():
                picking.result()
                return
    finally:
        picking.cancel()
        await asyncio.wait((picking,))


class _Basket:
    """What has come of an answer and was not taken yet."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._size = 0

    def empty(self) -> bytes:
        """All that is in it."""
        taken = b"".join(self.pieces)
        self.pieces.clear()
        self._size = 0
        self.filled.clear()
        self._emptied.set()
        return taken

    async def fill(self, response: httpx.Response) -> None:
        """Put the whole body in, as it comes."""
        try:
            await self._fill(response)
        finally:
            self.filled.set()

    async def _fill(self, response: httpx.Response) -> None:
        now = asyncio.get_running_loop().time
        waited, since, began = -math.inf, 0, math.inf
        async for piece in _body(response):
            hurried = False
            if not self.pieces:
                # All before it was taken: this one was waited for.
                before, waited = waited, now()
                began = min(began, waited)
                hurried = waited - before < _PACE and since < _PLENTY and waited - began > _FIRST_WORDS
                since = 0
                self.filled.set()
            self.pieces.append(piece)
            since += len(piece)
            self._size += len(piece)
            if self._size > _MOST:
                self._emptied.clear()
                await self._emptied.wait()
            elif hurried:
                await asyncio.sleep(_PACE)


def _body(response: httpx.Response) -> AsyncIterator[bytes]:
    # Looking for packings costs something at every piece.
    return response.aiter_bytes() if "content-encoding" in response.headers else response.aiter_raw()
