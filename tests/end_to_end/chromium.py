"""A headless Chromium, spoken to in its own protocol."""

import asyncio
import base64
import itertools
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_PATIENCE = 30.0


class Page:
    """One page, and everything that it asked the network for."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.requested: list[str] = []
        self.complaints: list[str] = []
        # What came over its websocket: what its terminal was told to show.
        self._heard = b""
        self._hearing = asyncio.Condition()
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._socket:
            said = message.json()
            match said:
                case {"id": number}:
                    self._waiting.pop(number).set_result(said)
                case {"method": "Network.requestWillBeSent", "params": {"request": {"url": url}}}:
                    self.requested.append(url)
                case {"method": "Network.webSocketCreated", "params": {"url": url}}:
                    self.requested.append(url)
                case {
                    "method": "Network.webSocketFrameReceived",
                    "params": {"response": {"opcode": 2, "payloadData": data}},
                }:
                    async with self._hearing:
                        self._heard += base64.b64decode(data)
                        self._hearing.notify_all()
                case {"method": "Log.entryAdded", "params": {"entry": {"text": text}}}:
                    self.complaints.append(text)

    async def do(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        answered = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        said = await asyncio.wait_for(answered, _PATIENCE)
        assert "error" not in said, said
        result: dict[str, Any] = said["result"]
        return result

    async def open(self, url: str) -> None:
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self.do(f"{domain}.enable")
        await self.do("Page.navigate", url=url)

    async def evaluate(self, script: str) -> Any:
        answer = await self.do("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    async def wait_until(self, condition: str) -> None:
        """Wait in the page, frame by frame, until this is so."""
        holds = f"() => {{ try {{ return {condition}; }} catch {{ return false; }} }}"
        look = "() => holds() ? done(true) : requestAnimationFrame(look)"
        script = f"new Promise(done => {{ const holds = {holds}; const look = {look}; look(); }})"
        assert await self.evaluate(script), condition

    async def wait_to_hear(self, words: str) -> None:
        """Wait until the server sends these words to be shown."""
        async with asyncio.timeout(_PATIENCE), self._hearing:
            await self._hearing.wait_for(lambda: words.encode() in self._heard)

    async def type(self, text: str) -> None:
        await self.do("Input.insertText", text=text)

    async def press(self, key: str, number: int, text: str = "") -> None:
        """Press a key, which browsers know by a number too."""
        for kind in ("keyDown", "keyUp"):
            pressed = {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": number, "text": text}
            await self.do("Input.dispatchKeyEvent", **pressed)

    async def screenshot(self) -> bytes:
        """How it looks, when all that was heard has been drawn."""
        await self.evaluate("new Promise(done => setTimeout(() => requestAnimationFrame(() => done()), 200))")
        return base64.b64decode((await self.do("Page.captureScreenshot"))["data"])

    async def close(self) -> None:
        self._reading.cancel()
        await self._socket.close()


@asynccontextmanager
async def new_page(profile: Path) -> AsyncIterator[Page]:
    """A browser with nothing in it, and its only page."""
    assert PROGRAM is not None
    flags: tuple[str, ...] = (
        "--headless=new",
        "--remote-debugging-port=0",
        "--no-first-run",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--window-size=1100,700",
        f"--user-data-dir={profile}",
    )
    # As root, as in many containers, Chromium only starts so.
    flags += ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *flags, "about:blank", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    draining: asyncio.Task[bytes] | None = None
    try:
        async with asyncio.timeout(_PATIENCE):
            line = b""
            while b"DevTools listening on ws://" not in line:
                line = await process.stderr.readline()
                assert line, "Chromium ended at once"
        draining = asyncio.create_task(process.stderr.read())
        host = line.split(b"ws://")[1].split(b"/")[0].decode()
        async with ClientSession() as client:
            async with client.get(f"http://{host}/json/list") as answer:
                targets = await answer.json()
            address = next(one["webSocketDebuggerUrl"] for one in targets if one["type"] == "page")
            async with client.ws_connect(address, max_msg_size=0) as socket:
                page = Page(socket)
                try:
                    yield page
                finally:
                    await page.close()
    finally:
        process.terminate()
        await process.wait()
        if draining is not None:
            await draining
