"""What of a message is to be drawn now, because it is in sight; the rest of a long one comes later."""

from typing import NamedTuple

from llmtui.tui.drawing.anchors import TEXT, TITLE, Anchor
from llmtui.tui.drawing.page import Sight

PAST_ALL = 1 << 60
END = Anchor(PAST_ALL, TITLE, 0)


class Near(NamedTuple):
    """So many rows above what is at the anchor, and so many from it on; and until when what is farther away
    may be drawn too."""

    anchor: Anchor
    above: int
    below: int
    until: float = 0.0

    def sight(self, part: int) -> Sight:
        """What is in sight of the text of a part."""
        anchor, above, below, until = self
        if part < anchor.part:
            return Sight(PAST_ALL, above, 0, until)
        if part > anchor.part or anchor.side == TITLE:
            return Sight(0, 0, below, until)
        return Sight(anchor.at if anchor.side == TEXT else PAST_ALL, above, below, until)
