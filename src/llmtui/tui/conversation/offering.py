"""The sheet whose texts can be taken: it tells what is in sight, and shows the letters to take it by."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding
from textual.message import Message as Posted

from llmtui.chat.message import Message
from llmtui.tui.conversation.sheet import Sheet

if TYPE_CHECKING:
    from llmtui.tui.conversation.hints import Block, Hints
    from llmtui.tui.drawing.code_blocks import CodeBlock


class Offering(Sheet):
    """Offers messages and code blocks."""

    # The app's own actions, and no messages to it: the letter of a block comes soon behind the key.
    BINDINGS = [
        Binding("y", "app.take('copy')", "copy a block or the message", id="reading.copy", show=False),
        Binding("f", "follow_link", "open or copy a link in sight", id="reading.link", show=False),
        Binding("s", "app.take('save')", "save a block or the message", id="reading.save", show=False),
        Binding(
            "exclamation_mark",
            "app.take('pipe')",
            "pipe a block or the message",
            id="reading.pipe",
            show=False,
        ),
    ]

    class LinksAsked(Posted, namespace="transcript"):
        """One of these links is to be opened; all are such as `terminal.safe_link` allows."""

        def __init__(self, links: Sequence[str]) -> None:
            super().__init__()
            self.links = links

    def action_follow_link(self) -> None:
        self.post_message(self.LinksAsked(tuple(self._links_in_sight())))

    def _links_in_sight(self) -> Iterator[str]:
        column, top = self._column, self.scroll_offset.y
        for row in range(top, min(top + self.size.height, column.rows)):
            found = column.found(row)
            for run in found[2].runs if found else ():
                match run.style.meta.get("spot"):
                    case ("link", str(url)):
                        yield url

    def code_blocks(self) -> "list[CodeBlock]":
        """Every code fence of the conversation as it was written, from the top."""
        from llmtui.tui.drawing.code_blocks import code_blocks

        return [block for view in self.views for block in code_blocks(view.message)]

    def blocks_in_sight(self) -> "list[Block]":
        """Every code block of which something is seen, from the top."""
        from llmtui.tui.conversation.hints import blocks_in_sight

        return list(blocks_in_sight(self._column, self.scroll_offset.y, self.size.height))

    def meant(self) -> Message | None:
        """The message that keys act on: the marked one, or else the newest answer in sight."""
        if self.current is not None and self.current < len(self.views):
            return self.views[self.current].message
        if not self.views:
            return None
        top = self.scroll_offset.y
        bottom = min(self._column.rows, top + self.size.height) - 1
        first, last = (self._column.at(max(0, row))[0] for row in (top, bottom))
        seen = [view.message for view in self.views[first : last + 1]]
        answers = [message for message in seen if message.role == "assistant" and message.text]
        return (answers or seen)[-1]

    def lend(self) -> None:
        """A line at the bottom takes the keys for a while: the marked message stays so."""
        self.lent = self.has_focus

    def take_back(self) -> None:
        """The line at the bottom is gone; the keys are here again, or somewhere else by now."""
        if self.lent:
            self.lent = False
            if self.screen.focused is not self:
                # What losing the keys would have done.
                self.post_message(events.Blur())

    def show_hints(self, hints: "Hints | None") -> None:
        """Show letters on the code blocks in sight, or no longer."""
        self.hints = hints
        self.refresh()
