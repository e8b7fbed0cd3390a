"""Looking whether a provider can be reached and lists its models, with the times that it took."""

import asyncio
from dataclasses import dataclass

from llmtui.chat.failure import Failure
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.wire.client import new_client
from llmtui.wire.keys import without_key
from llmtui.wire.models import list_models


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it: seconds until the connection stood (None if it never did) and until the list was
    there, how many models it has, and what went wrong."""

    connected: float | None
    listed: float
    models: int
    failure: Failure | None = None


async def check(card: Card, key: str, connect_seconds: float, seconds: float) -> Checked:
    """Ask a provider for its list over a connection of its own. Raises nothing."""
    loop = asyncio.get_running_loop()
    connected: float | None = None

    asked = False

    def trace(step: str) -> None:
        nonlocal connected, asked
        asked = asked or step.endswith("send_request_headers.started")
        if not asked and step in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            connected = loop.time() - began

    try:
        client = await asyncio.to_thread(new_client, connect_seconds, card.ca_file)
    except (ValueError, ImportError, OSError) as trouble:
        hint = "Check the proxy and certificate settings above."
        what = "a proxy or certificate setting cannot be used"
        failure = Failure("configuration", what, hint=hint, detail=str(trouble))
        return Checked(None, 0.0, 0, without_key(failure, card, key))
    began = loop.time()
    async with client:
        try:
            async with asyncio.timeout(seconds):
                found = await list_models(card, key, client, trace)
        except TimeoutError:
            hint = "Is its base_url right? Try again later."
            found = Failure(
                "timeout", f"its list did not come within {seconds:g} s", host_of(card.base_url), hint
            )
    took = loop.time() - began
    if isinstance(found, Failure):
        return Checked(connected, took, 0, found)
    return Checked(connected, took, len(found))
