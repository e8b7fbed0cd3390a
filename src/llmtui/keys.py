"""Where a provider's key comes from: an environment variable, or a command of yours."""

import asyncio
import os
import shlex
from collections.abc import Mapping

from llmtui.chat.failure import Failure
from llmtui.providers.card import Card

_COMMAND_SECONDS = 20.0


class Keys:
    """Finds the key of a card. A command is run once, when its provider is first used."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._from_commands: dict[str, str] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    def __repr__(self) -> str:
        return "Keys(…)"

    async def of(self, card: Card) -> str | Failure:
        """The key, empty where the card needs none; what to do where it is missing."""
        if card.auth == "none":
            return ""
        if card.key_env and (key := self._environ.get(card.key_env, "").strip()):
            return key
        if card.key_cmd:
            # Two who ask at once are told by one run: it may be asking a person.
            async with self._asking.setdefault(card.name, asyncio.Lock()):
                return await self._run(card)
        if card.local or not card.key_env:
            return ""
        return Failure(
            "auth",
            f"there is no key for {card.title}",
            hint=f"Set {card.key_env} and start llmtui again, or choose another model",
        )

    async def _run(self, card: Card) -> str | Failure:
        if card.name in self._from_commands:
            return self._from_commands[card.name]
        try:
            words = shlex.split(card.key_cmd, posix=os.name == "posix")
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # it would be written over the screen
            )
        except (OSError, ValueError) as error:
            return self._refusal(card, str(error))
        try:
            output, _ = await asyncio.wait_for(process.communicate(), _COMMAND_SECONDS)
        except TimeoutError:
            return self._refusal(card, f"it took longer than {_COMMAND_SECONDS:.0f} s")
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            return self._refusal(card, f"it ended with status {process.returncode}")
        key = output.decode(errors="replace").strip().partition("\n")[0].strip()
        if not key:
            return self._refusal(card, "it printed nothing")
        self._from_commands[card.name] = key
        return key

    @staticmethod
    def _refusal(card: Card, why: str) -> Failure:
        return Failure(
            "configuration",
            f"the key command of {card.title} did not work: {why}",
            hint=f"See api_key_cmd of [providers.{card.name}] in config.toml",
        )
