"""`llmtui doctor`: what works, what does not, and what to do about it. Never prints a key."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from llmtui.chat.failure import Failure
from llmtui.chat.nearest import did_you_mean
from llmtui.cli.choosing import Misconfigured
from llmtui.cli.examining import Place, places, terminal, versions
from llmtui.cli.wiring import House, build
from llmtui.config import find_paths
from llmtui.redaction import TAKEN_OUT, redacted
from llmtui.terminal import safe_line

if TYPE_CHECKING:
    from llmtui.providers.card import Card

_PROBE_SECONDS = 0.5
_CHECK_SECONDS = 15.0
_PATIENCE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """How a provider is: where its key comes from, the way to it, times in seconds, and what is wrong."""

    name: str
    address: str
    key: str
    way: str = ""
    connected: float | None = None
    listed: float | None = None
    models: int = 0
    trouble: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()


def run(arguments: argparse.Namespace) -> int:
    """The exit status: 0 all is well, 1 something is not, 2 there is no such provider."""
    return asyncio.run(_examine(arguments))


async def _examine(arguments: argparse.Namespace) -> int:
    from llmtui.wire.proxies import certificates_trouble, proxies_set

    house = build()
    where = places(find_paths(os.environ) if isinstance(house, Misconfigured) else house.paths)
    troubles = [house.message] if isinstance(house, Misconfigured) else []
    proxies = proxies_set(os.environ)
    certificates = {
        name: os.environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)
    }
    if untrusted := certificates_trouble("", os.environ):
        troubles.append(untrusted)
    if not isinstance(house, Misconfigured) and (unknown := set(arguments.names) - house.cards.keys()):
        known = ", ".join(sorted(house.cards))
        meant = did_you_mean(min(unknown), house.cards)
        what = f"there is no provider called {safe_line(min(unknown))}.{meant} There are: {known}"
        print(f"llmtui: {what}", file=sys.stderr)
        return 2
    if not arguments.json:
        _print_machine(where, proxies, certificates, troubles)
    findings: list[Finding] = []
    if not isinstance(house, Misconfigured):
        try:
            findings = await _providers(house, arguments.names, aloud=not arguments.json)
        finally:
            await house.close()
        if not findings:
            nobody = "no provider is active: keep a key with `llmtui keys set NAME`, or start a local server"
            troubles.append(nobody)
            if not arguments.json:
                print(_line("!!", "", nobody))
    well = (
        not troubles
        and not any(place.trouble for place in where)
        and not any(one.trouble for one in findings)
    )
    if arguments.json:
        print(json.dumps(_as_object(well, where, proxies, certificates, troubles, findings), indent=2))
    return 0 if well else 1


async def _providers(house: House, names: Sequence[str], aloud: bool) -> list[Finding]:
    """Every provider that is meant, looked at all at once; each is printed when it is done."""
    cards = [house.cards[name] for name in names] if names else await _active(house)
    waiting = {asyncio.create_task(_look_at(house, card), name=card.name) for card in cards}
    findings = []
    if aloud and cards:
        print("\nProviders")
    while waiting:
        done, waiting = await asyncio.wait(
            waiting, timeout=_PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            slow = ", ".join(sorted(task.get_name() for task in waiting))
            print(f"llmtui: still waiting for {slow}", file=sys.stderr, flush=True)
        for task in done:
            findings.append(task.result())
            if aloud:
                _print_finding(task.result())
    return sorted(findings, key=lambda finding: finding.name)


async def _active(house: House) -> "list[Card]":
    """The providers that somebody means to use, and the servers on this machine that are there."""
    from llmtui.providers.cards import is_active

    kept = house.keys.names
    meant = [card for card in house.cards.values() if is_active(card, house.environ, kept)]
    rest = [card for card in house.cards.values() if card.local and card not in meant]
    there = await asyncio.gather(*(house.line.probe(card, _PROBE_SECONDS) for card in rest))
    return meant + [card for card, is_there in zip(rest, there, strict=True) if is_there]


async def _look_at(house: House, card: "Card") -> Finding:
    from llmtui.providers.addresses import origin_of
    from llmtui.wire.checking import check
    from llmtui.wire.keys import naming
    from llmtui.wire.proxies import certificates_trouble, way_to

    sources = house.keys.sources(card)
    needless = card.local or card.auth == "none" or not card.key_env
    place = sources[0].place if sources else "none needed" if needless else "missing"
    way = way_to(card.base_url, house.environ)
    told = (
        f"through {way.proxy} ({way.why})"
        if way.proxy
        else f"directly ({way.why})"
        if way.why
        else "directly"
    )
    notes = []
    if way.proxy and card.base_url.startswith("http://"):
        notes.append("the proxy can read all that is said, the key too: base_url is plain http")
    if card.ca_file:
        notes.append(f"trusts the authorities in {card.ca_file} only")
    base = Finding(card.name, origin_of(card.base_url) or "no address", place, told, notes=tuple(notes))
    if trouble := certificates_trouble(card.ca_file, {}):
        return replace(base, trouble=trouble, hint=f"Correct ca_file of [providers.{card.name}].")
    key = await house.keys.of(card)
    secrets = _secrets(card, key if isinstance(key, str) else "")
    if isinstance(key, Failure):
        return replace(base, trouble=_scrubbed(key.what, secrets), hint=_scrubbed(key.hint, secrets))
    checked = await check(card, key, house.settings.timeouts.connect, _CHECK_SECONDS)
    failure = checked.failure and naming(checked.failure, card, place if sources else "")
    if failure and failure.kind == "connection" and way.proxy:
        base = replace(base, notes=(*notes, f"perhaps it is the proxy that cannot be reached: see {way.why}"))
    return replace(
        base,
        connected=checked.connected,
        listed=None if failure else checked.listed,
        models=checked.models,
        trouble=_scrubbed(failure.what, secrets) if failure else "",
        hint=_scrubbed(failure.hint, secrets) if failure else "",
    )


def _secrets(card: "Card", key: str) -> list[str]:
    """What may stand in a message and must not: what is secret, and whatever else is put on the card."""
    from llmtui.wire.keys import secrets_of

    found = {*secrets_of(card, key), *card.headers.values(), *card.query.values()}
    return sorted((secret for secret in found if len(secret) > 3), key=len, reverse=True)


def _scrubbed(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, TAKEN_OUT)
    return redacted(text)


def _print_machine(
    where: Sequence[Place], proxies: dict[str, str], certificates: dict[str, str], troubles: Sequence[str]
) -> None:
    print(", ".join(f"{name} {number}" for name, number in versions().items()))
    print("\nPlaces")
    for place in where:
        mode = f"  ({place.mode})" if place.mode else ""
        print(_line("!!" if place.trouble else "ok", place.name, f"{place.path}{mode}"))
        for more in (place.trouble, place.note):
            if more:
                print(_line("", " ", more))
    print("\nTerminal")
    print(_line("", "", ", ".join(f"{name} {said}" for name, said in terminal(os.environ).items())))
    print("\nNetwork")
    for name, said in {**proxies, **certificates}.items():
        print(_line("", "", f"{name} = {said}"))
    if not proxies:
        print(_line("", "", "no proxy"))
    if not certificates:
        print(_line("", "", "certificates: those that come with httpx"))
    for trouble in troubles:
        print(_line("!!", "", trouble), flush=True)


def _print_finding(finding: Finding) -> None:
    told = [finding.address, f"key: {finding.key}"]
    if finding.way != "directly":
        told.append(finding.way)
    if finding.connected is not None:
        told.append(f"connected in {finding.connected * 1000:.0f} ms")
    if finding.listed is not None:
        models = "1 model" if finding.models == 1 else f"{finding.models} models"
        told.append(f"{models} in {finding.listed:.2f} s")
    print(_line("!!" if finding.trouble else "ok", finding.name, " · ".join(told)))
    for more in (finding.trouble, finding.hint, *finding.notes):
        if more:
            print(_line("", " ", more))
    sys.stdout.flush()


def _line(mark: str, name: str, said: str) -> str:
    said = safe_line(redacted(said))
    return f"{mark:<2} {name:<12} {said}" if name else f"{mark:<2} {said}"


def _as_object(
    well: bool,
    where: Sequence[Place],
    proxies: dict[str, str],
    certificates: dict[str, str],
    troubles: Sequence[str],
    findings: Sequence[Finding],
) -> dict[str, object]:
    return {
        "well": well,
        "versions": versions(),
        "places": [{**asdict(place), "path": str(place.path)} for place in where],
        "terminal": terminal(os.environ),
        "proxies": proxies,
        "certificates": certificates,
        "troubles": list(troubles),
        "providers": [asdict(finding) for finding in findings],
    }
