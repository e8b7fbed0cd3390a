"""Where a provider's key comes from: a variable, a command, the file of keys, the system's keyring."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llmtui.chat.failure import Failure
from llmtui.keys import ring
from llmtui.keys.children import without_keys
from llmtui.keys.cleaning import cleaned
from llmtui.keys.command import run_command
from llmtui.keys.kept import KeptKey, KeyFile
from llmtui.providers.addresses import host_of, origin_of
from llmtui.providers.card import Card
from llmtui.redaction import learn


@dataclass(frozen=True, slots=True)
class Source:
    """One place that has a key for a provider.

    `place` names it for a person; `origin` is where the key may be sent, empty if it is bound to none;
    `trouble` says why it is not sent, if it is not.
    """

    kind: Literal["environment", "command", "file", "keyring"]
    place: str
    origin: str = ""
    trouble: str = ""


class Keys:
    """Finds and keeps keys. A command is run, and the keyring asked, once: when a provider is first used."""

    def __init__(
        self,
        environ: Mapping[str, str],
        file: Path | None = None,
        inherited: Mapping[str, str] | None = None,
    ) -> None:
        """`file` is where keys are kept; without one none is. `inherited` is the environment of commands."""
        self._environ = environ
        self._inherited = without_keys(environ) if inherited is None else inherited
        self._file = KeyFile(file) if file else None
        self._told: dict[tuple[str, str], str] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    def __repr__(self) -> str:
        return "Keys(…)"

    @property
    def names(self) -> frozenset[str]:
        """The providers whose keys llmtui keeps."""
        return self._file.names() if self._file else frozenset()

    async def of(self, card: Card) -> str | Failure:
        """The key, empty where the card needs none; what to do where it is missing."""
        if card.auth == "none":
            return ""
        if card.key_env and (key := self._environ.get(card.key_env, "").strip()):
            return key
        if card.key_cmd:
            return await self._asked_once(card, card.key_cmd, lambda: run_command(card, self._inherited))
        kept = self._kept(card)
        if isinstance(kept, Failure):
            return kept
        if kept is not None:
            if kept.in_keyring:
                return await self._asked_once(card, kept.origin, lambda: _from_ring(card))
            return cleaned(kept.key, f"the key file for {card.name}")
        if card.local or not card.key_env:
            return ""
        return Failure(
            "auth",
            f"there is no key for {card.title}",
            hint=f"Keep one with /keys {card.name} or `llmtui keys set {card.name}`, "
            f"or set {card.key_env} and start anew.",
        )

    def sources(self, card: Card) -> tuple[Source, ...]:
        """Every place that has a key for this card, the one that is used first. Runs and asks nothing."""
        found = []
        if card.auth == "none":
            return ()
        if card.key_env and self._environ.get(card.key_env, "").strip():
            found.append(Source("environment", card.key_env))
        if card.key_cmd:
            found.append(Source("command", "api_key_cmd"))
        if self._file and card.name in self.names:
            kept = self._file.read()
            if isinstance(kept, Failure):
                found.append(Source("file", str(self._file.path), trouble=kept.what))
            else:
                entry = kept[card.name]
                strayed = _strayed(card, entry)
                trouble = strayed.what if strayed else ""
                if entry.in_keyring:
                    found.append(Source("keyring", "the system's keyring", entry.origin, trouble))
                else:
                    found.append(Source("file", str(self._file.path), entry.origin, trouble))
        return tuple(found)

    def keep(self, card: Card, text: str, in_keyring: bool = False) -> Failure | None:
        """Keep a key for the card's origin, in place of an earlier one. The keyring may take its time."""
        key = cleaned(text)
        if isinstance(key, Failure):
            return key
        learn((key,))
        origin = origin_of(card.base_url)
        if not origin:
            return Failure("configuration", f"the base_url of {card.title} is no address of a server")
        if self._file is None:
            return Failure("configuration", "there is no file for keys")
        kept = self._for_writing()
        if isinstance(kept, Failure):
            return kept
        try:
            before = kept.get(card.name)
            if in_keyring:
                ring.write(card.name, key)
            elif before and before.in_keyring:
                ring.forget(card.name)
            self._file.write({**kept, card.name: KeptKey(origin, "" if in_keyring else key, in_keyring)})
        except ring.NoKeyringError as trouble:
            return Failure("configuration", str(trouble), hint="Nothing was kept.")
        except OSError as error:
            return _unwritable(self._file, error)
        self._told.clear()
        return None

    def forget(self, name: str) -> Failure | None:
        """Forget the key that is kept for a provider. `KeyError` if there is none."""
        kept = self._for_writing()
        if isinstance(kept, Failure):
            return kept
        entry = kept[name]
        assert self._file is not None
        try:
            if entry.in_keyring:
                ring.forget(name)
            self._file.write({other: key for other, key in kept.items() if other != name})
        except ring.NoKeyringError as trouble:
            return Failure("configuration", str(trouble), hint="The key is still there.")
        except OSError as error:
            return _unwritable(self._file, error)
        self._told.clear()
        return None

    def mend(self) -> str:
        """Close a file that others could read; a sentence about it, if there is one. Raises OSError."""
        opened = self._file.open_to_others() if self._file else ""
        if not self._file or not opened:
            return ""
        self._file.path.chmod(0o600)
        return f"{self._file.path} could be read or changed by others ({opened}): now it is yours alone."

    def _for_writing(self) -> Mapping[str, KeptKey] | Failure:
        """The keys there are, however open the file was: it is closed by being written."""
        if self._file is None:
            return {}
        try:
            self.mend()
        except OSError as error:
            return _unwritable(self._file, error)
        return self._file.read()

    def _kept(self, card: Card) -> KeptKey | Failure | None:
        kept = self._file.read() if self._file else {}
        if isinstance(kept, Failure):
            # Whoever keeps no key for this provider is not kept from it by the file.
            return kept if card.name in self.names else None
        entry = kept.get(card.name)
        return (_strayed(card, entry) or entry) if entry else None

    async def _asked_once(
        self, card: Card, about: str, ask: Callable[[], Awaitable[str | Failure]]
    ) -> str | Failure:
        # Two who ask at once are told by one run: it may be asking a person.
        async with self._asking.setdefault(card.name, asyncio.Lock()):
            if (card.name, about) in self._told:
                return self._told[card.name, about]
            key = await ask()
            if isinstance(key, str):
                self._told[card.name, about] = key
            return key


async def _from_ring(card: Card) -> str | Failure:
    try:
        key = await asyncio.to_thread(ring.read, card.name)
    except ring.NoKeyringError as trouble:
        hint = f"Unlock it and try again, or keep the key in a file with `llmtui keys set {card.name}`."
        return Failure("configuration", f"the key for {card.title} cannot be had: {trouble}", hint=hint)
    return cleaned(key, f"the keyring for {card.name}")


def _strayed(card: Card, kept: KeptKey) -> Failure | None:
    """What to say where the card's address is no longer the one that the key was given for."""
    origin = origin_of(card.base_url)
    if kept.origin == origin:
        return None
    elsewhere = origin or "this address"
    return Failure(
        "auth",
        f"the key kept for {card.title} belongs to {kept.origin} and is not sent to {elsewhere}",
        host_of(card.base_url),
        f"If the new address is right, bind a key to it with `llmtui keys set {card.name}`.",
    )


def _unwritable(file: KeyFile, error: OSError) -> Failure:
    return Failure("configuration", f"{file.path} could not be written: {error.strerror or error}")
