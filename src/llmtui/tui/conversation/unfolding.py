"""The sheet whose messages fold: what they hold is opened, scrolled inside of, or seen as it was written."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from textual import events
from textual.binding import Binding
from textual.message import Message as Posted

from llmtui.chat.message import Message
from llmtui.tui.conversation.sheet import Sheet
from llmtui.tui.drawing.anchors import TITLE, Anchor
from llmtui.tui.drawing.page import Page

if TYPE_CHECKING:
    from llmtui.tui.drawing.message_view import MessageView
    from llmtui.tui.drawing.panel import Panel
    from llmtui.tui.drawing.thought import Folding

# As many rows as a key moves what is inside of a panel; the wheel moves it as it moves all else.
_STEP = 4


class Beside(Protocol):
    """What shows the reasoning beside the transcript."""

    @property
    def read(self) -> str | None:
        """The message whose reasoning stays there, as long as it is in the conversation."""
        ...

    def look(self, message: Message | None, page: Page) -> None:
        """The message whose reasoning is to be seen now, in these styles; it is told whenever it is drawn."""
        ...


class Unfolding(Sheet):
    """Folds and unfolds."""

    BINDINGS = [
        Binding("r", "raw", "the message as it was written, and back", id="reading.raw", show=False),
        Binding("t", "fold", "fold or open reasoning and tools", id="reading.fold", show=False),
        Binding(
            "left_square_bracket",
            "inside(-1)",
            "scroll up inside a panel",
            id="reading.inside_up",
            show=False,
        ),
        Binding(
            "right_square_bracket", "inside(1)", "scroll down inside", id="reading.inside_down", show=False
        ),
        Binding("o", "whole", "all of a panel, or a part", id="reading.whole", show=False),
    ]

    class ReasoningToggled(Posted, namespace="transcript"):
        """A reasoning panel, or a tool's, was folded or unfolded."""

        def __init__(self, message_id: str, unfolded: bool) -> None:
            super().__init__()
            self.message_id = message_id
            self.unfolded = unfolded

    _setting: "Folding" = "auto"
    _beside: Beside | None = None

    @property
    def beside(self) -> Beside | None:
        """What shows the reasoning beside the transcript, while there is such a thing."""
        return self._beside

    @beside.setter
    def beside(self, beside: Beside | None) -> None:
        self._beside = beside
        self.tell_beside()

    @property
    def reasoning(self) -> "Folding":
        """How reasoning is shown where nobody chose otherwise."""
        return self._column.folding

    @reasoning.setter
    def reasoning(self, folding: "Folding") -> None:
        self._setting = folding
        self._change(lambda: self._column.fold(folding))

    def toggle_newest_reasoning(self) -> None:
        """Fold or unfold the last reasoning there is."""
        places = range(len(self._column.views) - 1, -1, -1)
        newest = next((place for place in places if self._column.views[place].thinks), None)
        if newest is not None and (opened := self._toggle(newest, None)):
            self._bring_head(newest, opened)

    def toggle_all_reasoning(self) -> None:
        """Unfold all reasoning, or let it be again as the setting says, whatever was chosen for each."""
        folded: Folding = "closed" if self._setting == "open" else self._setting
        self.show_all_reasoning(folded if self.reasoning == "open" else "open")

    def show_all_reasoning(self, folding: "Folding") -> None:
        """Show all reasoning so, whatever was chosen for each; what the setting says stays known."""
        self._change(lambda: self._column.fold(folding, everywhere=True))

    def toggle_raw(self) -> bool:
        """Show the current message, or the newest, as it was written, or as it was meant again; False if
        there is none."""
        place = len(self._column.views) - 1 if self.current is None else self.current
        if place < 0:
            return False
        view = self._column.views[place]

        def turn() -> None:
            view.raw = not view.raw

        self._change(turn)
        return True

    def action_raw(self) -> None:
        self.toggle_raw()

    def action_fold(self) -> None:
        """Fold what the current message holds, or unfold it if all is folded."""
        views = self._column.views
        meant = range(len(views) - 1, -1, -1) if self.current is None else (self.current,)
        place = next((place for place in meant if views[place].folds), None)
        if place is None:
            return
        self._change(views[place].toggle_panels)
        opened = [panel for panel in views[place].panels() if panel.shown]
        if opened:
            self._bring_head(place, opened[0])

    def action_inside(self, steps: int) -> None:
        for panel, view in self._meant():
            if panel.scroll(steps * _STEP):
                self._changed(view)
                return

    def action_whole(self) -> None:
        for panel, view in self._meant():
            if panel.windowed or panel.window.whole:
                self._change(panel.show_whole, view)
                return

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        """The wheel scrolls what is under the pointer, and at its end the transcript."""
        column, row = self._column, round(event.y) + self.scroll_offset.y
        if event.ctrl or event.shift or column.page is None or column.found(row) is None:
            return
        place, inside = column.at(row)
        view = column.views[place]
        panel = view.panel_at(inside)
        rows = max(1, round(self.app.scroll_sensitivity_y))
        if panel is not None and panel.scroll(direction * rows):
            event.prevent_default()
            event.stop()
            self._changed(view)

    def _meant(self) -> "Iterator[tuple[Panel, MessageView]]":
        """The panels in sight, from the top; those of the current message first."""
        column, top = self._column, self.scroll_offset.y
        if not column.views:
            return
        first, last = column.at(top)[0], min(column.at(top + self.size.height - 1)[0], len(column.views) - 1)
        places = sorted(range(first, last + 1), key=lambda place: place != self.current)
        for place in places:
            view, begin = column.views[place], column.top(place)
            before = None
            for row in range(max(0, top - begin), min(view.height, top + self.size.height - begin)):
                panel = view.panel_at(row)
                if panel is not None and panel is not before:
                    before = panel
                    yield panel, view

    def _toggle(self, place: int, part: int | None) -> "Panel | None":
        """Fold or unfold a panel; it, if it is open now."""
        view = self._column.views[place]
        panel = view.toggle(part)
        self._lay_near()
        if panel is None:
            return None
        self.post_message(self.ReasoningToggled(view.message.id, panel.shown))
        return panel if panel.shown else None

    def _bring_head(self, place: int, panel: "Panel") -> None:
        """Whoever opens something by a key wants to see it."""
        if self._column.page is None:
            return
        row = self._column.row_of((place, Anchor(panel.place, TITLE, 0), 0))
        if not self.scroll_offset.y <= row < self.scroll_offset.y + self.size.height:
            self.bring(row)

    def _show_whole(self, place: int, part: int) -> None:
        view = self._column.views[place]
        for panel in view.panels():
            if panel.place == part:
                self._change(panel.show_whole, view)

    def _change(self, change: Callable[[], object], view: "MessageView | None" = None) -> None:
        """Change how something is shown; what is read stays where it is."""
        change()
        if view is not None:
            view.stir()
        self._lay_near()

    def _draw(self) -> None:
        super()._draw()
        self.tell_beside()

    def _lay_near(self, resized: bool = False) -> None:
        super()._lay_near(resized)
        self.tell_beside()

    def watch_current(self) -> None:
        self.tell_beside()

    def tell_beside(self) -> None:
        """Tell what is beside the transcript which message's reasoning is to be seen there."""
        if self._beside is None or self._column.page is None:
            return
        read = self._beside.read
        place = None if read is None else self._column.place_of(read)
        if place is None:
            place = self._thought_about()
        views = self._column.views
        self._beside.look(views[place].message if 0 <= place < len(views) else None, self._column.page)

    def _thought_about(self) -> int:
        """The marked message, or the newest; on a question its answer."""
        last = len(self._column.views) - 1
        place = last if self.current is None else min(self.current, last)
        if place >= 0 and self._column.views[place].message.role == "user":
            # Until an answer has begun, the one before is still the newest.
            place += 1 if place < last else -1 if place and self.current is None else 0
        return place

    def _changed(self, view: "MessageView") -> None:
        """What is inside of a message was scrolled."""
        view.stir()
        self._lay_near()
