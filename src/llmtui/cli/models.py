"""`llmtui models`: what can be asked."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict

from llmtui.chat.models import ModelFacts
from llmtui.cli.choosing import Misconfigured
from llmtui.cli.wiring import build
from llmtui.terminal import safe_line


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each model; what a provider could not tell goes to stderr."""
    house = build()
    if isinstance(house, Misconfigured):
        print(f"llmtui: {house.message}", file=sys.stderr)
        return 2
    catalogue = house.catalogue

    async def look() -> None:
        try:
            await catalogue.learn()
            await catalogue.look(lambda: None, anew=arguments.refresh)
        finally:
            await house.close()

    asyncio.run(look())
    if arguments.json:
        print(json.dumps([_as_object(facts) for facts in catalogue.known], indent=2))
    else:
        for facts in catalogue.known:
            print(_line(facts))
    for trouble in catalogue.troubles:
        print(f"llmtui: {safe_line(trouble)}", file=sys.stderr)
    return 0


def _as_object(facts: ModelFacts) -> dict[str, object]:
    return {
        **asdict(facts),
        "name": str(facts.name),
        "provider": facts.name.provider,
        "model": facts.name.model,
    }


def _line(facts: ModelFacts) -> str:
    told = [safe_line(str(facts.name))]
    if facts.context:
        told.append(f"{facts.context:,} context")
    if facts.input_price is not None and facts.output_price is not None:
        told.append(f"${facts.input_price:g}/${facts.output_price:g} per 1M")
    return "  ".join(told)
