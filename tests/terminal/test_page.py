"""`llmtui serve`, where every text means harm: what the page is sent shows them, and nothing else."""

import asyncio
import sys

import pytest
from aiohttp import ClientSession, CookieJar, WSMsgType

from tests.end_to_end.home import Home
from tests.end_to_end.served import serving
from tests.terminal.hostile import END, HostileServer
from tests.terminal.oracle import echoed, foreign_in
from tests.terminal.payloads import MARK, PAYLOADS, SURROGATES, batches

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the processes are counted in /proc"
)

TEXTS = ["\n\n".join(batch) for batch in batches([*PAYLOADS, *SURROGATES], 5_000)]
_PATIENCE = 30.0


async def test_what_a_model_says_is_only_shown_in_a_browser_too(home: Home) -> None:
    raw, told = bytearray(), list[str]()
    with HostileServer(TEXTS, ["evil"]) as server:
        home.knows(server.address)
        async with (
            asyncio.timeout(_PATIENCE),
            serving(home, "-m", "openai/evil") as served,
            ClientSession(cookie_jar=CookieJar(unsafe=True)) as client,
        ):
            async with client.get(served.url) as page:
                assert page.status == 200
            # So high that a whole text is in sight.
            where = f"{served.address}/ws?width=120&height=260"
            async with client.ws_connect(where, origin=served.address, max_msg_size=0) as socket:

                async def sees(words: str, since: int) -> None:
                    while raw.find(words.encode(), since) < 0:
                        message = await socket.receive()
                        assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), bytes(raw[-300:])
                        if message.type is WSMsgType.BINARY:
                            raw.extend(message.data)
                        else:
                            told.append(message.data)

                await sees("sk anything", 0)
                for number in range(len(TEXTS)):
                    since = len(raw)
                    await socket.send_json(["stdin", f"plain {number}"])
                    await socket.send_json(["stdin", "\r"])
                    await sees(f"{END}-plain-{number}", since)
    assert MARK.encode() in raw
    assert foreign_in(bytes(raw)) == []
    assert echoed(bytes(raw), PAYLOADS) == []
    # Nor is the page told to open anything, or to save it.
    assert told == []
