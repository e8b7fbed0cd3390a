"""`llmtui keys`: keep keys, say where they come from, forget them. No part of a key is ever printed."""

import argparse
import json
import sys
import warnings
from dataclasses import asdict
from typing import TYPE_CHECKING, TextIO

from llmtui.chat.failure import Failure
from llmtui.chat.nearest import did_you_mean
from llmtui.cli.choosing import Misconfigured
from llmtui.cli.wiring import House, build
from llmtui.providers.addresses import host_of
from llmtui.terminal import safe_line

if TYPE_CHECKING:
    from llmtui.keys.finding import Source
    from llmtui.providers.card import Card

# A key is some hundred letters at most; a whole file was piped in by mistake.
_LONGEST = 65_536


def run(arguments: argparse.Namespace) -> int:
    """The exit status: 0 done, 1 not done, 2 wrong usage or settings."""
    house = build()
    if isinstance(house, Misconfigured):
        return _refuse(house.message)
    try:
        if mended := house.keys.mend():
            print(f"llmtui: {mended}", file=sys.stderr)
            print("llmtui: if others may have looked into it, make new keys", file=sys.stderr)
    except OSError as error:
        return _refuse(f"{house.paths.keys_file} is open to others: {error.strerror}", 1)
    match arguments.action:
        case "set":
            return _set(house, arguments)
        case "remove":
            return _remove(house, arguments.name)
        case _:
            return _list(house, arguments.json)


def _set(house: House, arguments: argparse.Namespace) -> int:
    if arguments.value:
        return _refuse(
            "a key is never given on the command line: other programs can see it there, and the shell"
            "\nwrites it down. Give only the provider's name, then paste the key or pipe it in. If this was"
            "\na real key, make a new one."
        )
    card = house.cards.get(arguments.name)
    if card is None:
        # What was given may be the key itself: it is not repeated.
        meant, known = did_you_mean(arguments.name, house.cards), ", ".join(sorted(house.cards))
        return _refuse(f"there is no provider of this name.{meant} There are: {known}")
    if card.auth == "none":
        return _refuse(f'{card.title} takes no key (auth = "none")')
    if (host_of(card.base_url).partition(":")[0]).endswith(".invalid"):
        # Everybody has an address of their own there: a key bound to none would go nowhere.
        return _refuse(f"set {card.url_env} first: the key is kept for the address in it")
    text = _read(card, sys.stdin)
    if isinstance(text, Misconfigured):
        return _refuse(text.message, 1)
    failure = house.keys.keep(card, text, arguments.keyring)
    if failure is not None:
        return _refuse(sentence_of(failure), 1)
    first, *others = house.keys.sources(card)
    ours = next((source for source in (first, *others) if source.kind in ("file", "keyring")), first)
    print(f"The key for {card.title} is kept in {ours.place} and sent to {ours.origin} only.")
    if first is not ours:
        print(f"{first.place} goes first as long as it is set.")
    return 0


def _read(card: "Card", stdin: TextIO | None) -> str | Misconfigured:
    """What was piped in, or pasted into a prompt that shows nothing."""
    if stdin is None:
        return Misconfigured("there is nothing to read a key from")
    if not stdin.isatty():
        return stdin.buffer.read(_LONGEST).decode("utf-8", "replace")
    from getpass import GetPassWarning, getpass

    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            # It goes to the terminal by a way of its own.
            wanted = f"Key for {safe_line(card.title)} (nothing is shown while you paste): "
            return getpass(wanted, stream=sys.stderr)
        except GetPassWarning:
            return Misconfigured("this terminal would show the key: pipe it in instead")
        except (EOFError, KeyboardInterrupt):
            print(file=sys.stderr)
            return Misconfigured("no key was given")


def _remove(house: House, name: str) -> int:
    try:
        failure = house.keys.forget(name)
    except KeyError:
        meant, kept = did_you_mean(name, house.keys.names), ", ".join(sorted(house.keys.names))
        return _refuse(f"no key is kept under this name.{meant} There are: {kept or 'none at all'}", 1)
    if failure is not None:
        return _refuse(sentence_of(failure), 1)
    print(f"The key for {safe_line(name)} is no longer kept.")
    card = house.cards.get(name)
    for source in house.keys.sources(card) if card else ():
        print(f"{source.place} still holds one.")
    return 0


def _list(house: House, as_json: bool) -> int:
    found = {name: sources for name, card in house.cards.items() if (sources := house.keys.sources(card))}
    # A key may outlive the provider's table in config.toml.
    strays = sorted(house.keys.names - house.cards.keys())
    if as_json:
        table = {name: [asdict(source) for source in sources] for name, sources in found.items()}
        print(json.dumps({**table, **{name: [] for name in strays}}, indent=2))
        return 0
    width = max(map(len, (*found, *strays)), default=0)
    for name, sources in found.items():
        for source in sources:
            print(f"{name:<{width}}  {told(source)}")
    for name in strays:
        print(f"{safe_line(name):<{width}}  kept, but there is no such provider")
    if not found and not strays:
        print("There is no key: `llmtui keys set NAME` keeps one.")
    return 0


def told(source: "Source") -> str:
    """Where a key comes from, on a line."""
    if source.trouble:
        return safe_line(f"{source.place}: {source.trouble}")
    return safe_line(f"{source.place}, for {source.origin} only" if source.origin else source.place)


def sentence_of(failure: Failure) -> str:
    """What went wrong with a key, and the next step."""
    return safe_line(f"{failure.what}. {failure.hint}" if failure.hint else failure.what)


def _refuse(why: str, status: int = 2) -> int:
    print(f"llmtui: {why}", file=sys.stderr)
    return status
