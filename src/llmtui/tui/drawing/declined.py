"""The words with which a model declined, as drawn: under a line that says what they are."""

from collections.abc import Sequence

from llmtui.tui.drawing.body import Body
from llmtui.tui.drawing.lines import Line, Run
from llmtui.tui.drawing.page import Page, Sight, Stack


class Declined(Body):
    """A body that is no answer."""

    _head: Sequence[Line] = ()

    def lay(self, page: Page, live: bool, sight: Sight | None = None) -> int:
        changed = super().lay(page, live, sight)
        fresh = [Line([Run("The model declined:", page.palette.warning)], 0, page.palette.text)]
        if self._head and self._head[0].same(fresh[0]):
            return changed + 1
        self._head = fresh
        return 0

    @property
    def stacks(self) -> Sequence[Stack]:
        return (Stack(self._head), *super().stacks)
