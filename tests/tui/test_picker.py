"""The panel to choose a model in: what it says of each, how old it is, and that it finds one of thousands."""

import asyncio
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input, OptionList

from llmtui.chat.models import ModelFacts, ModelName
from llmtui.config import Remembered
from llmtui.tui.panels.choices import age_told, model_choices
from llmtui.tui.panels.picker import SOON_SECONDS, Choice, Picker
from tests.tui.stage import MODEL, FewModels, app, screen_text, shown

SIZE = (110, 40)


def rows(*known: ModelFacts, servers: tuple[str, ...] = ()) -> list[str]:
    return [choice.label().plain for choice in model_choices(known, Remembered(), "", servers)]


def test_a_row_says_what_is_known_and_what_is_not() -> None:
    name = ModelName("openai", "m")
    full = ModelFacts(
        name, "", 128_000, None, 2.5, 10.0, reasoning=True, tools=True, images=True, files=True, audio=True
    )
    bare = ModelFacts(name)
    free = ModelFacts(name, context=8192, input_price=0.0, output_price=0.0, tools=False, streaming=False)
    assert rows(full) == [
        "  openai/m  128k context · $2.5 in, $10 out per 1M · reasons · tools · sees · hears · reads files"
    ]
    assert rows(bare) == ["  openai/m  context unknown · price unknown"]
    assert rows(bare, servers=("openai",)) == ["  openai/m  context unknown"]
    assert rows(free) == ["  openai/m  8.2k context · free · does not stream"]
    assert rows(ModelFacts(ModelName("builtin", "guide"))) == ["  builtin/guide"]


def test_an_age_is_told_in_words() -> None:
    ages = (5, 300, 3 * 3600, 5 * 86_400)
    assert [age_told(age) for age in ages] == ["just now", "5 min old", "3 h old", "5 days old"]


async def test_the_lists_are_asked_for_anew_by_a_key_and_their_age_is_said(tmp_path: Path) -> None:
    stage = app(tmp_path)
    models = stage.around.models
    assert isinstance(models, FewModels)
    models.age = 7200.0
    async with stage.run_test(size=SIZE) as pilot:
        assert not models.looked
        await pilot.press("ctrl+o")
        await shown(stage, "lists 2 h old · F5 asks anew")
        # Whoever opens it sees which servers are there now; lists that are young are not asked for.
        assert models.looked
        assert not any(models.looked)
        models.known = (*models.known, ModelFacts(ModelName("new", "model")))
        await pilot.press("f5")
        await shown(stage, "new/model")
        assert models.looked[-1]
        models.looked.clear()
        models.troubles = ("Groq: the key was refused",)
        await pilot.press("f5")
        await shown(stage, "Groq: the key was refused")


async def test_one_of_thousands_is_found_and_those_not_shown_are_counted() -> None:
    known = tuple(ModelFacts(ModelName("x", f"model-{number}")) for number in range(5000))
    made: list[str] = []

    def choices() -> list[object]:
        made.append("anew")
        return list(model_choices(known, Remembered(), ""))

    stage, picker = App[None](), Picker("Models", choices)  # type: ignore[arg-type]
    async with stage.run_test(size=SIZE) as pilot:
        await stage.push_screen(picker)
        await pilot.pause()
        options = picker.query_one(OptionList)
        assert "4,900 more" in str(options.options[-1].prompt)
        picker.query_one(Input).value = "4321"
        await pilot.pause()
        assert [option.id for option in options.options] == ["x/model-4321"]
        assert "model-4321" in "\n".join(strip.text for strip in stage.screen._compositor.render_strips())
        # Typing searches what is there: it does not make the list again.
        assert made == ["anew"]
        await pilot.press("enter")
        await pilot.pause()
        assert not isinstance(stage.screen, Picker)


async def test_an_unknown_size_is_said_on_the_screen(tmp_path: Path) -> None:
    stage = app(tmp_path)
    models = stage.around.models
    assert isinstance(models, FewModels)
    models.known = (*models.known, ModelFacts(ModelName("new", "model")))
    async with stage.run_test(size=SIZE) as pilot:
        await pilot.press("ctrl+o")
        await shown(stage, "context unknown")
        assert "1k context" in screen_text(stage)


async def test_lists_that_come_in_one_after_the_other_are_shown_at_once_and_together(tmp_path: Path) -> None:
    made = 0

    def choices() -> list[Choice]:
        nonlocal made
        made += 1
        return model_choices([ModelFacts(ModelName("p", f"model-{made}"))], Remembered(), "")

    stage = App[None]()
    picker = Picker("Models", choices)
    async with stage.run_test(size=SIZE) as pilot:
        await stage.push_screen(picker)
        await pilot.pause()
        before = made
        for _ in range(30):
            picker.refresh_soon()
        while made == before:
            await pilot.pause()
        # Another one is due after all of those, and is the next.
        picker.refresh_soon()
        due = asyncio.Event()
        picker.set_timer(SOON_SECONDS, due.set)
        await due.wait()
        await pilot.pause()
        assert made == before + 2
        assert picker.query_one(OptionList).get_option_at_index(1).id == f"p/model-{made}"


KEYS = ("F5 asks anew", "Enter chooses", "Ctrl+S stars", "Esc leaves")


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (60, 18)])
async def test_what_could_not_be_listed_is_said_whole_and_hides_no_key(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    stage = app(tmp_path)
    models = stage.around.models
    assert isinstance(models, FewModels)
    models.age = 7200.0
    models.troubles = ("badkey: the key in BAD_KEY was refused by the provider at its own address today",)
    async with stage.run_test(size=size) as pilot:
        await pilot.press("ctrl+o")
        await shown(stage, "badkey: ")
        told = " ".join(" ".join(row.strip(" │") for row in screen_text(stage).splitlines()).split())
        assert models.troubles[0] in told
        for key in KEYS:
            assert key in told
        assert MODEL in told
        models.troubles = tuple(f"p{number}: it cannot be reached" for number in range(5))
        await pilot.press("f5")
        await shown(stage, "… and 3 more: `llmtui doctor` tells all")
        assert "Enter chooses" in screen_text(stage)
        models.troubles = ()
        await pilot.press("f5")
        while "cannot be reached" in screen_text(stage):
            await pilot.pause()
        assert not stage.screen.query_one(".troubles").display


async def test_what_is_told_while_a_list_is_open_covers_none_of_it(tmp_path: Path) -> None:
    stage = app(tmp_path)
    async with stage.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("ctrl+o")
        await shown(stage, MODEL)
        panel = stage.screen.query_one("Picker > Vertical").region
        stage.desk.tell("The key for groq is kept: Ctrl+O shows its models")
        await shown(stage, "The key for groq is kept")
        toast = stage.screen.query_one("Toast").region
        assert toast.height == 1
        assert not toast.overlaps(panel)
