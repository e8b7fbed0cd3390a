"""Follows what is typed: the list of what could be meant is made at the first slash."""

from typing import TYPE_CHECKING

from textual.widget import Widget

from llmtui.commands.desk import Desk
from llmtui.tui.composing.composer import Composer

if TYPE_CHECKING:
    from llmtui.tui.composing.suggestions import Suggestions


class Suggesting:
    """Shows above the composer what a half-typed command could become."""

    def __init__(self, composer: Composer, desk: Desk) -> None:
        self._composer, self._desk = composer, desk
        self._list: Suggestions | None = None

    @property
    def open(self) -> bool:
        """Whether anything is suggested now."""
        return self._list is not None and self._list.open

    def follow(self, typed: str) -> None:
        """Suggest what could be meant by what is typed, or nothing."""
        if self._list is None and typed.startswith("/"):
            from llmtui.tui.composing.suggestions import Suggestions

            self._list = Suggestions()
            above = self._composer.parent
            assert isinstance(above, Widget)
            above.mount(self._list, before=self._composer)
        if self._list is not None:
            self._list.follow(typed, self._desk)
        self._composer.suggesting = self.open

    def close(self) -> bool:
        """Suggest nothing more; whether anything was suggested."""
        was_open = self.open
        self.follow("")
        return was_open

    def choose(self, step: str) -> None:
        """Move through the list, or take what is marked."""
        if self._list is not None:
            self._list.choose(step)
