"""A command of yours that prints a key."""

import asyncio
import os
import shlex
from collections.abc import Mapping

from llmtui.chat.failure import Failure
from llmtui.providers.card import Card

_COMMAND_SECONDS = 20.0


async def run_command(card: Card, environ: Mapping[str, str]) -> str | Failure:
    """The first line of what the card's `api_key_cmd` prints; it inherits `environ`."""
    try:
        words = shlex.split(card.key_cmd, posix=os.name == "posix")
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # it would be written over the screen
            env=environ,
        )
    except (OSError, ValueError) as error:
        return _refusal(card, str(error))
    try:
        output, _ = await asyncio.wait_for(process.communicate(), _COMMAND_SECONDS)
    except TimeoutError:
        return _refusal(card, f"it took longer than {_COMMAND_SECONDS:.0f} s")
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        return _refusal(card, f"it ended with status {process.returncode}")
    key = output.decode(errors="replace").strip().partition("\n")[0].strip()
    return key or _refusal(card, "it printed nothing")


def _refusal(card: Card, why: str) -> Failure:
    return Failure(
        "configuration",
        f"the key command of {card.title} did not work: {why}",
        hint=f"See api_key_cmd of [providers.{card.name}] in config.toml",
    )
