"""The themes: the one worn before the first paint, and all the others when somebody asks."""

from pathlib import Path

from textual.app import App

from llmtui.tui.themes import built_in_directory, read_theme, read_themes

DEFAULT_THEME = "ink"


class Wardrobe:
    """Registers themes with the app. Reads one file at start, and the rest once they are wanted."""

    def __init__(self, app: App[None], own: Path) -> None:
        """`own` is the directory of the user's themes."""
        self._app = app
        self._own = own
        self._complete = False

    def wear(self, name: str) -> str | None:
        """Wear a theme now; a sentence if it can not be worn."""
        if name not in self._app.available_themes:
            for directory in (self._own, built_in_directory()):
                theme = read_theme(directory, name)
                if theme is not None:
                    self._app.register_theme(theme)
                    break
        if name not in self._app.available_themes:
            return f"No theme is called {name}: /theme opens the list"
        self._app.theme = name
        return None

    def fill(self) -> tuple[str, ...]:
        """Register every theme there is; what is wrong with those that could not be read, a line each."""
        problems: list[str] = []
        for directory in (built_in_directory(), self._own):
            themes, troubles = read_themes(directory)
            for theme in themes:
                self._app.register_theme(theme)
            problems += [trouble.message for trouble in troubles]
        self._complete = True
        return tuple(problems)

    def names(self) -> tuple[str, ...]:
        """Every theme, our own first."""
        if not self._complete:
            self.fill()
        own = [theme.name for theme in read_themes(built_in_directory())[0]]
        return (*own, *sorted(name for name in self._app.available_themes if name not in own))
