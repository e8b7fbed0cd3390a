"""A panel with one field, which gets what is typed right behind the key that opened it."""

from typing import TypeVar

from textual import events
from textual.screen import ModalScreen
from textual.widgets import Input

Result = TypeVar("Result")


class FieldPanel(ModalScreen[Result]):
    """What is typed before the field has the keys comes to the panel itself, and is not lost."""

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character:
            field = self.query_one(Input)
            self.set_focus(field)
            field.insert_text_at_cursor(event.character)
            event.stop()
