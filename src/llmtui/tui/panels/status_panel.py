"""The panel that shows how things stand."""

from collections.abc import Sequence
from textwrap import wrap

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from llmtui.tui.status.standing import Row

_WIDEST = 90
_NAMES = 20


class StatusPanel(ModalScreen[None]):
    """Names and what is to be said of them, as it was when the panel was opened."""

    DEFAULT_CSS = """
    StatusPanel {
        align: center middle;
        background: $background 60%;
        & > VerticalScroll {
            width: 90%;
            max-width: 90;
            height: auto;
            max-height: 90%;
            padding: 1 2;
            border: round $primary;
            background: $surface;
        }
        & Static { height: auto; }
    }
    """

    BINDINGS = [
        Binding("escape", "leave", show=False),
        Binding("q,enter", "leave", "leave", id="panel.leave", show=False),
    ]

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        with VerticalScroll() as panel:
            panel.border_title = Content("Status · Esc leaves")
            yield Static(self._fitted(), markup=False)

    def on_resize(self) -> None:
        self.query_one(Static).update(self._fitted())

    def action_leave(self) -> None:
        self.dismiss(None)

    def _fitted(self) -> Content:
        return self._content(min(_WIDEST, self.app.size.width * 9 // 10) - 8)

    def _content(self, width: int) -> Content:
        beside = width >= 2 * _NAMES + 10
        indent = " " * (_NAMES if beside else 2)
        shown: list[Content | tuple[str, str] | str] = []
        for row in self._rows:
            lines = wrap(row.words, max(10, width - len(indent))) or [""]
            if beside:
                shown.append((f"{row.name:<{_NAMES}}", "$primary"))
            elif row.name:
                shown += [(row.name, "$primary"), f"\n{indent}"]
            else:
                shown.append(indent)
            shown.append(f"\n{indent}".join(lines) + "\n")
        return Content.assemble(*shown)
