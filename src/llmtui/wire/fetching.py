"""The body of an answer, fetched: all that is here at a time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import httpx

from llmtui.wire.beat import Beat
from llmtui.wire.timeouts import Patience

# So much is held, in bytes, for a reader who is busy.
_MOST = 1 << 20


async def fetched(
    response: httpx.Response, patience: Patience, watched: asyncio.Event
) -> AsyncGenerator[bytes, None]:
    """The body as it comes, pieces that are here together in one, and more of them while nobody watches.
    Raises TimeoutError when the patience ends, and what httpx raises, after all that came before it."""
    basket = _Basket(Beat(watched))
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

    def __init__(self, beat: Beat) -> None:
        self.pieces: list[bytes] = []
        self._beat = beat
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
        self._beat.keep()
        async for piece in _body(response):
            self.pieces.append(piece)
            self.filled.set()
            self._size += len(piece)
            if self._size > _MOST:
                self._emptied.clear()
                await self._emptied.wait()


def _body(response: httpx.Response) -> AsyncIterator[bytes]:
    # Looking for packings costs something at every piece.
    return response.aiter_bytes() if "content-encoding" in response.headers else response.aiter_raw()
