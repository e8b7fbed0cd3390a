"""The styles of a theme: they are what Textual's own CSS would make of the same rules."""

from pathlib import Path

from textual.app import App, ComposeResult
from textual.widget import Widget

from llmtui.tui.drawing.palette import Palette
from llmtui.tui.wardrobe import Wardrobe


class Probe(Widget):
    """Has each style as a rule of CSS."""

    COMPONENT_CLASSES = {f"probe--{name}" for name in Palette._fields}
    DEFAULT_CSS = """
    Probe {
        background: $background; color: $foreground;
        .probe--text { color: $foreground; }
        .probe--muted { color: $text-muted; }
        .probe--faint { color: $text-disabled; }
        .probe--you { color: $text-secondary; text-style: bold; }
        .probe--model { color: $text-primary; text-style: bold; }
        .probe--heading { color: $text-primary; text-style: bold; }
        .probe--quote { color: $text-muted; text-style: italic; }
        .probe--bar { color: $text-secondary; }
        .probe--bullet { color: $text-muted; }
        .probe--code { color: $text-accent; background: $surface; }
        .probe--link { color: $text-primary; text-style: underline; }
        .probe--spot { color: $text-accent; }
        .probe--current { color: $text-accent; }
        .probe--hit { color: $text-warning; text-style: reverse; }
        .probe--hit_here { color: $text-success; text-style: bold underline reverse; }
        .probe--hint { color: $text-accent; text-style: bold reverse; }
        .probe--mark { color: $text-accent; text-style: reverse; }
        .probe--success { color: $text-success; }
        .probe--warning { color: $text-warning; }
        .probe--error { color: $text-error; }
        .probe--fence { color: $foreground; background: $surface; }
        .probe--fence_label { color: $text-muted; background: $surface; }
        .probe--comment { color: $text-muted; background: $surface; text-style: italic; }
        .probe--keyword { color: $text-primary; background: $surface; text-style: bold; }
        .probe--string { color: $text-success; background: $surface; }
        .probe--number { color: $text-warning; background: $surface; }
        .probe--function { color: $text-accent; background: $surface; }
        .probe--type { color: $text-secondary; background: $surface; }
        .probe--deleted { color: $text-error; background: $surface; }
    }
    """


class Booth(App[None]):
    def compose(self) -> ComposeResult:
        yield Probe()


async def test_every_theme_dresses_the_transcript_as_its_rules_would(tmp_path: Path) -> None:
    booth = Booth()
    async with booth.run_test() as pilot:
        wardrobe, probe = Wardrobe(booth, tmp_path), booth.query_one(Probe)
        for theme in wardrobe.names():
            booth.theme = theme
            await pilot.pause()
            _, ground = probe.background_colors
            palette = Palette.of(booth.theme_variables, ground)
            ruled = {name: probe.get_component_rich_style(f"probe--{name}") for name in Palette._fields}
            assert {name: getattr(palette, name) for name in ruled} == ruled, theme
