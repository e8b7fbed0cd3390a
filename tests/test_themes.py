"""Every theme of ours can be worn and read by, and a bad theme file is named and survived."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import Theme
from textual.widgets import Input, OptionList, Static

from llmtui.tui.themes import ThemeProblem, built_in_directory, read_theme, read_themes

OURS, PROBLEMS = read_themes(built_in_directory())
NAMES = [theme.name for theme in OURS]

READ = 7.0
"""The least contrast of text that is read at length (WCAG's AAA)."""
SEEN = 4.5
"""The least contrast of text that says something in passing (WCAG's AA)."""
FAINT = 3.0
"""The least contrast of what need not be read."""

BACKGROUNDS = ("background", "surface", "panel")
SPEAKING = ("primary", "secondary", "accent", "success", "warning", "error")

GOOD = 'name = "moss"\nprimary = "#9ccc65"\n'


def luminance(color: Color) -> float:
    """Relative luminance as WCAG 2.2 defines it, 0 to 1."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


def contrast(text: str, behind: str) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21, of a design colour (`#a1b2c3`, `auto 60%`) on another."""
    below = Color.parse(behind)
    word, _, share = text.partition(" ")
    if word == "auto":
        above = below + below.get_contrast_text(float(share.rstrip("%")) / 100)
    else:
        above = below + Color.parse(word)
    lights = sorted((luminance(above), luminance(below)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def design(theme: Theme) -> dict[str, str]:
    """The variables of the style sheet under this theme, as Textual makes them."""
    return {**theme.to_color_system().generate(), **theme.variables}


@pytest.fixture
def themes(tmp_path: Path) -> Path:
    directory = tmp_path / "themes"
    directory.mkdir()
    return directory


def only_problem(directory: Path, source: str) -> ThemeProblem:
    """What is said of a directory with this one file in it."""
    (directory / "moss.toml").write_text(source, encoding="utf-8")
    _, problems = read_themes(directory)
    (problem,) = problems
    return problem


def test_there_are_two_dark_and_two_light_themes_and_nothing_is_wrong_with_them() -> None:
    assert PROBLEMS == ()
    assert sorted(theme.dark for theme in OURS) == [False, False, True, True]


@pytest.mark.parametrize("theme", OURS, ids=NAMES)
def test_a_theme_is_called_like_its_file(theme: Theme) -> None:
    assert (built_in_directory() / f"{theme.name}.toml").is_file()


@pytest.mark.parametrize("theme", OURS, ids=NAMES)
def test_text_can_be_read_at_length(theme: Theme) -> None:
    colors = design(theme)
    for behind in BACKGROUNDS:
        assert contrast(colors["foreground"], colors[behind]) >= READ, behind


@pytest.mark.parametrize("name", SPEAKING)
@pytest.mark.parametrize("theme", OURS, ids=NAMES)
def test_every_colour_that_words_are_in_stands_out(theme: Theme, name: str) -> None:
    colors = design(theme)
    for behind in BACKGROUNDS:
        for text in (name, f"text-{name}"):
            assert contrast(colors[text], colors[behind]) >= SEEN, (text, behind)


@pytest.mark.parametrize("text", ["text", "text-muted", "foreground-muted"])
@pytest.mark.parametrize("theme", OURS, ids=NAMES)
def test_muted_text_can_still_be_read(theme: Theme, text: str) -> None:
    colors = design(theme)
    for behind in BACKGROUNDS:
        assert contrast(colors[text], colors[behind]) >= SEEN, behind


@pytest.mark.parametrize("theme", OURS, ids=NAMES)
def test_disabled_text_is_faint_but_there(theme: Theme) -> None:
    colors = design(theme)
    for behind in ("background", "surface"):
        assert FAINT <= contrast(colors["text-disabled"], colors[behind]) < SEEN, behind


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("block-cursor-foreground", "block-cursor-background"),
        ("input-cursor-foreground", "input-cursor-background"),
        ("input-selection-foreground", "input-selection-background"),
        ("foreground", "screen-selection-background"),
        ("footer-key-foreground", "footer-background"),
        ("footer-description-foreground", "footer-background"),
        ("markdown-h1-color", "background"),
        ("markdown-h2-color", "background"),
        ("markdown-h6-color", "background"),
    ],
)
@pytest.mark.parametrize("theme", OURS, ids=NAMES)
def test_what_is_marked_can_be_read(theme: Theme, text: str, behind: str) -> None:
    colors = design(theme)
    assert contrast(colors[text], colors[behind]) >= SEEN


@pytest.mark.parametrize("theme", OURS, ids=NAMES)
def test_a_focused_border_is_seen(theme: Theme) -> None:
    colors = design(theme)
    assert contrast(colors["border"], colors["background"]) >= FAINT


@pytest.mark.parametrize("theme", OURS, ids=NAMES)
def test_colours_that_mean_something_are_told_apart(theme: Theme) -> None:
    colors = design(theme)
    seen = [Color.parse(colors[name]) for name in SPEAKING]
    for place, one in enumerate(seen):
        for other in seen[:place]:
            assert abs(one.r - other.r) + abs(one.g - other.g) + abs(one.b - other.b) >= 50


@pytest.mark.parametrize("theme", OURS, ids=NAMES)
def test_a_dark_theme_is_dark_and_a_light_one_light(theme: Theme) -> None:
    colors = design(theme)
    for behind in BACKGROUNDS:
        assert (luminance(Color.parse(colors[behind])) < 0.1) is theme.dark
    assert (luminance(Color.parse(colors["foreground"])) > 0.5) is theme.dark


class Wearing(App[None]):
    """Ordinary widgets, to be seen in a theme."""

    def compose(self) -> ComposeResult:
        yield Static("Words")
        yield Input("typed")
        yield OptionList("one", "two")


@pytest.mark.parametrize("theme", OURS, ids=NAMES)
async def test_a_theme_is_worn_by_a_running_app(theme: Theme) -> None:
    app = Wearing()
    async with app.run_test() as pilot:
        app.register_theme(theme)
        app.theme = theme.name
        await pilot.pause()
        background = design(theme)["background"]
        assert app.screen.styles.background == Color.parse(background)
        assert app.theme_variables["text-muted"] == theme.variables["text-muted"]


def test_one_theme_is_read_without_the_others(themes: Path) -> None:
    (themes / "moss.toml").write_text(GOOD, encoding="utf-8")
    (themes / "broken.toml").write_text("][", encoding="utf-8")
    theme = read_theme(themes, "moss")
    assert theme is not None
    assert theme.primary == "#9ccc65"


def test_a_theme_is_found_by_its_name_and_not_by_that_of_its_file(themes: Path) -> None:
    (themes / "anything.toml").write_text(GOOD, encoding="utf-8")
    (themes / "moss.toml").write_text('name = "other"\nprimary = "red"\n', encoding="utf-8")
    theme = read_theme(themes, "moss")
    assert theme is not None
    assert theme.primary == "#9ccc65"
    assert read_theme(themes, "anything") is None


def test_a_directory_that_is_not_there_has_no_themes(tmp_path: Path) -> None:
    assert read_themes(tmp_path / "nowhere") == ((), ())
    assert read_theme(tmp_path / "nowhere", "moss") is None


def test_every_field_arrives_in_the_theme(themes: Path) -> None:
    source = """
name = "moss"
author = "Somebody"
description = "Green"
dark = false
primary = "#9ccc65"
secondary = "hsl(120, 50%, 50%)"
accent = "rgb(1, 2, 3)"
foreground = "black"
background = "#fff"
surface = "#eee"
panel = "#ddd"
boost = "#00000011"
success = "green"
warning = "orange"
error = "red"
luminosity_spread = 0.2
text_alpha = 1
[variables]
border = "#445544 50%"
text-muted = "auto 70%"
block-cursor-text-style = "bold not underline"
"""
    (themes / "moss.toml").write_text(source, encoding="utf-8")
    (theme,), problems = read_themes(themes)
    assert problems == ()
    assert theme == Theme(
        name="moss",
        dark=False,
        primary="#9ccc65",
        secondary="hsl(120, 50%, 50%)",
        accent="rgb(1, 2, 3)",
        foreground="black",
        background="#fff",
        surface="#eee",
        panel="#ddd",
        boost="#00000011",
        success="green",
        warning="orange",
        error="red",
        luminosity_spread=0.2,
        text_alpha=1,
        variables={
            "border": "#445544 50%",
            "text-muted": "auto 70%",
            "block-cursor-text-style": "bold not underline",
        },
    )


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ('name = "moss"\nprimary = = "red"\n', 2, "invalid value"),
        ('name = "moss"\nprimary = "red', 2, "unterminated string"),
        (GOOD + '\n\naccent = "reddish"\n', 5, "`accent` is not a colour: “reddish”"),
        (GOOD + "accent = 12\n", 3, "`accent` is not a colour: 12"),
        (GOOD + 'accent = "ansi_red"\n', 3, "`accent` is not a colour"),
        (GOOD + 'dark = "no"\n', 3, "`dark` is neither true nor false: “no”"),
        (GOOD + "text_alpha = 2\n", 3, "`text_alpha` is not a number from 0 to 1: 2"),
        (GOOD + "luminosity_spread = true\n", 3, "`luminosity_spread` is not a number"),
        (GOOD + "author = 7\n", 3, "`author` is not text: 7"),
        (GOOD + 'variables = "all"\n', 3, "`variables` is not a table"),
        (GOOD + '[variables]\n# said\nborder = "thick"\n', 5, "`border` is not a colour: “thick”"),
        (GOOD + 'variables.border = "thick"\n', 3, "`border` is not a colour"),
        (GOOD + '[variables]\nlink-style = "wavy"\n', 4, "`link-style` is not a text style: “wavy”"),
        ('primary = "red"\n', None, "a theme needs a `name`"),
        ('name = "moss"\n', None, "a theme needs a `primary` colour"),
        ('# x\nname = "../moss"\nprimary = "red"\n', 2, "`name` is not a name"),
        ("name = 3\nprimary = 'red'\n", 1, "`name` is not a name"),
        pytest.param(f"text_alpha = 1{'0' * 5000}\n", None, "exceeds the limit", id="an endless number"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(themes: Path, source: str, line: int | None, what: str) -> None:
    problem = only_problem(themes, source)
    assert problem.line == line
    assert what in problem.what.lower() if what[0] != "`" else what in problem.what
    assert read_themes(themes)[0] == ()
    place = f", line {line}" if line else ""
    assert problem.message == f"themes/moss.toml{place}: {problem.what}"


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        (GOOD + 'shadow = "red"\n', 3, "`shadow` is not a field of a theme"),
        (GOOD + '[syntax]\ncomment = "red"\n', 3, "`syntax` is not a field of a theme"),
        (GOOD + "ansi = true\n", 3, "`ansi` is not a field of a theme"),
        (GOOD + '[variables]\nborders = "red"\n', 4, "`borders` is not a variable of the design"),
    ],
)
def test_an_unknown_key_is_named_and_the_theme_is_worn_without_it(
    themes: Path, source: str, line: int, what: str
) -> None:
    problem = only_problem(themes, source)
    assert (problem.line, problem.what) == (line, what)
    (theme,), _ = read_themes(themes)
    assert theme == Theme(name="moss", primary="#9ccc65")


def test_a_bad_file_does_not_keep_the_good_ones_away(themes: Path) -> None:
    (themes / "a.toml").write_bytes(b'name = "a"\n# \xff\n')
    (themes / "b.toml").write_text(GOOD, encoding="utf-8")
    (themes / "c.toml").write_text(GOOD, encoding="utf-8")
    (themes / "d.toml").write_text("x = " + "[" * 50_000, encoding="utf-8")
    (themes / "e.toml").write_text("#" * 70_000, encoding="utf-8")
    (themes / "f.toml").mkdir()
    (themes / "notes.txt").write_text("not a theme", encoding="utf-8")
    found, problems = read_themes(themes)
    assert [theme.name for theme in found] == ["moss"]
    assert [problem.path.name for problem in problems] == ["a.toml", "c.toml", "d.toml", "e.toml", "f.toml"]
    assert problems[0].line == 2
    assert problems[1].what == "another file has a theme called moss already"


@given(st.text() | st.text(alphabet='name="moss"#0=[]\n. -'))
def test_no_file_can_break_the_reading(tmp_path_factory: pytest.TempPathFactory, source: str) -> None:
    directory = tmp_path_factory.mktemp("themes")
    (directory / "any.toml").write_text(source, encoding="utf-8", errors="replace")
    found, problems = read_themes(directory)
    assert found == () or problems == ()


def test_our_themes_are_found_in_a_checkout_and_in_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "src" / "llmtui"
    assert built_in_directory(package) == tmp_path / "themes"
    (package / "themes").mkdir(parents=True)
    assert built_in_directory(package) == package / "themes"
