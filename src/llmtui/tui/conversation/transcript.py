"""The transcript: one widget that draws a whole conversation, a line at a time.

It keeps no text of its own: it is shown messages, and newer states of them. Its layers, each in a file of its
own with its keys: `scrolling`, `sheet` (draws), `reading` (message to message), `finding`, `unfolding`
(panels), `pointing` (the mouse selects), `offering` (letters), `caret` (the keys select) and `sideways`
(wide blocks).
"""

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message as Posted

from llmtui.chat.message import Message
from llmtui.tui.conversation.caret import Careted
from llmtui.tui.conversation.finding import Finding
from llmtui.tui.conversation.sideways import MovingSideways
from llmtui.tui.conversation.unfolding import Unfolding
from llmtui.tui.drawing.column import Branches
from llmtui.tui.drawing.telling import Offer, Telling


class Transcript(Finding, Unfolding, Careted, MovingSideways, can_focus=True):
    """Every message of the conversation being looked at."""

    DEFAULT_CSS = """
    Transcript { background: $background; color: $foreground; overflow-y: scroll; overflow-x: hidden;
      scrollbar-size-vertical: 1; scrollbar-background: $background;
      scrollbar-background-hover: $background; scrollbar-background-active: $background; }
    """
    # A click in the transcript selects or follows a link; the keys stay where somebody is typing.
    FOCUS_ON_CLICK = False

    class Asked(Posted):
        """Somebody clicked a place in a message that offers something."""

        def __init__(self, message_id: str, offer: Offer) -> None:
            super().__init__()
            self.message_id = message_id
            self.offer = offer

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        welcome: Content | str = "",
        telling: Telling | None = None,
    ) -> None:
        super().__init__(id, welcome, telling or Telling())

    def allow_focus(self) -> bool:
        """There is nothing to read in an empty conversation."""
        return bool(self.views) and super().allow_focus()

    def show(
        self, messages: Sequence[Message], branches: Branches | None = None, sent_from: str = ""
    ) -> None:
        """Another conversation, or branch of it: `branches` tells (which, of how many) by message id, and
        `sent_from` is the first message that is sent, where the beginning is not."""
        self._column.show(messages, branches or {}, sent_from)
        self._waiting.clear()
        self.current = None
        self.follow()
        self.find_again()

    def queued(self, texts: Sequence[str]) -> None:
        """The messages that will be sent when this answer has ended, oldest first."""
        self._column.queue(texts)
        self._lay_near()

    # The mouse

    def on_click(self, event: events.Click) -> None:
        # Textual would select the whole transcript at a double click.
        event.prevent_default()
        column = self._column
        if column.page is None or not column.views or self.dragged:
            return
        place, _ = column.at(event.y + self.scroll_offset.y)
        message = column.views[place].message
        match event.style.meta.get("spot"):
            case ("stop" | "retry" | "go_on" | "accept" | "trim" | "models",) as offer:
                self.post_message(self.Asked(message.id, offer))
            case ("branch", int(step)):
                self.post_message(self.Asked(message.id, ("branch", step)))
            case ("link", str(url)) if event.chain == 1:
                self.post_message(self.LinksAsked((url,)))
            case ("fold", int(part)):
                self._toggle(place, part)
            case ("whole", int(part)):
                self._show_whole(place, part)
            case ("end",):
                self.follow()
            case _ if event.chain > 1:
                self.select_by_click(event)
