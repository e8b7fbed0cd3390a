"""The app on a stage: real widgets in Textual's pilot, a scripted line, a keeper that remembers."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from textual._wait import wait_for_idle
from textual.pilot import Pilot

from llmtui.chat.models import ModelFacts, ModelName
from llmtui.config import Paths, Remembered, Settings
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.composing.composer import Composer
from llmtui.tui.needs import Opening, Surroundings
from tests.engine.scripted import RememberingKeeper, ScriptedLine, means

MODEL = "openai/gpt-4o-mini"


class FewModels:
    """Fits `tui.needs.Models`."""

    def __init__(self, *names: str) -> None:
        self.known = tuple(
            ModelFacts(ModelName(*name.split("/", 1)), context=1000, input_price=1.0, output_price=2.0)
            for name in names
        )
        self.troubles: Sequence[str] = ()
        self.servers: Sequence[str] = ()
        self.age: float | None = None
        self.looked: list[bool] = []

    async def look(self, changed: Callable[[], None], anew: bool = False) -> None:
        self.looked.append(anew)
        changed()

    async def learn(self) -> None:
        return None

    def suggestion(self) -> str:
        return str(self.known[-1].name)

    def facts(self, model: str) -> ModelFacts | None:
        return next((facts for facts in self.known if str(facts.name) == model), None)


def app(
    folder: Path,
    line: ScriptedLine | None = None,
    keeper: RememberingKeeper | None = None,
    opening: Opening | None = None,
    settings: Settings | None = None,
    environ: Mapping[str, str] | None = None,
) -> LlmtuiApp:
    """An app in a folder of its own."""
    keeper = keeper or RememberingKeeper()
    line = line or ScriptedLine()

    return LlmtuiApp(
        Surroundings(
            means=lambda start: replace(means(line, keeper), start=start),
            models=FewModels(MODEL, "groq/llama-3.3-70b"),  # type: ignore[arg-type]
            paths=Paths(folder / "config", folder / "data", folder / "state"),
            settings=settings or Settings(),
            remembered=Remembered(),
            opening=opening or Opening(model=MODEL),
            providers=("openai", "groq", "builtin"),
            environ=environ or {},
        )
    )


def screen_text(app: LlmtuiApp) -> str:
    """What is on the screen, a line each."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def shown(app: LlmtuiApp, text: str, seconds: float = 5.0) -> None:
    """Wait until the screen shows a text. Fails with the screen when it is not there in time."""
    patience = asyncio.get_running_loop().time() + seconds
    while text not in screen_text(app):
        assert asyncio.get_running_loop().time() < patience, f"{text!r} is not on:\n{screen_text(app)}"
        await wait_for_idle(0)


async def say(pilot: Pilot[None], text: str) -> None:
    """Put a text into the composer and press Enter."""
    pilot.app.query_one(Composer).put(text)
    await pilot.press("enter")


async def settled(pilot: Pilot[None]) -> None:
    """Wait until no answer streams and everything is drawn."""
    app = pilot.app
    assert isinstance(app, LlmtuiApp)
    for session in app.sessions.streaming:
        await session.idle()
    await pilot.pause()
