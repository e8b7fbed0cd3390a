"""The themes: the one worn before the first paint, and all the others when somebody asks."""

from pathlib import Path

from textual.app import App

from llmtui.tui.themes import ThemeProblem, built_in_directory, read_theme, read_themes

DEFAULT_THEME = "ink"


class Wardrobe:
    """Registers themes with the app. Reads one file at start, and the rest once they are wanted."""

    def __init__(self, app: App[None], own: Path) -> None:
        """`own` is the directory of the user's themes."""
        self._app = app
        self._own = own
        self._names: tuple[str, ...] = ()
        self.problems: tuple[ThemeProblem, ...] = ()

    def wear(self, name: str) -> str | None:
        """Wear a theme now; a sentence if it can not be worn."""
        if name not in self._app.available_themes:
            for directory in (self._own, built_in_directory()):
                theme = read_theme(directory, name)
                if theme is not None:
                    self._app.register_theme(theme)
                    break
        if name in self._app.available_themes:
            self._app.theme = name
            return None
        self.fill()
        if self.problems:
            return f"No theme called {name} can be worn. {self.problems[0].message}"
        return f"No theme is called {name}: /theme opens the list"

    def fill(self) -> None:
        """Read every theme there is anew; `problems` is then what is wrong with those of the user."""
        built_in, _ = read_themes(built_in_directory())
        own, self.problems = read_themes(self._own)
        for theme in (*built_in, *own):
            self._app.register_theme(theme)
        first = dict.fromkeys(theme.name for theme in (*own, *built_in))
        others = sorted(name for name in self._app.available_themes if name not in first)
        self._names = (*first, *others)

    def names(self) -> tuple[str, ...]:
        """Every theme: the user's, ours, Textual's."""
        if not self._names:
            self.fill()
        return self._names
