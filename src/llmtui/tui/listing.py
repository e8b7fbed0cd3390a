"""The list of conversations as it is now: what was read of it, and what was said since."""

from collections.abc import Callable, Sequence
from datetime import date

from textual.app import App
from textual.timer import Timer

from llmtui.chat.conversation import Conversation, Summary
from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions
from llmtui.tui.sidebar import Sidebar

_FIRST_LISTED = 100
_SOON_SECONDS = 0.05


class Listing:
    """Keeps the sidebar true."""

    def __init__(
        self, app: App[None], sidebar: Sidebar, sessions: Sessions, looked_at: Callable[[], Session]
    ) -> None:
        self._app, self._sidebar, self._sessions = app, sidebar, sessions
        self._looked_at = looked_at
        self._timer: Timer | None = None
        self.summaries: Sequence[Summary] = ()

    async def read(self) -> None:
        """Read it again: at first the part of it that can be seen."""
        self._sidebar.fill()
        for limit in (_FIRST_LISTED, None):
            self.summaries = await self._sessions.keeper.summaries(limit)
            self.show()
            if len(self.summaries) < _FIRST_LISTED:
                break

    def show_soon(self) -> None:
        """A question is on its way first: the list can wait for a blink."""
        if self._timer is None:
            self._timer = self._app.set_timer(_SOON_SECONDS, self.show)

    def show(self) -> None:
        """Show it, with what was said since it was read."""
        self._timer = None
        looked_at, streaming = self._looked_at(), self._sessions.streaming
        fresh = {
            session.id: _summary(session.settled) for session in (looked_at, *streaming) if session.asked
        }
        known = [fresh.get(summary.id, summary) for summary in self.summaries]
        new = [summary for key, summary in fresh.items() if key not in {old.id for old in self.summaries}]
        self.summaries = sorted((*new, *known), key=lambda summary: -summary.updated)
        under_way = frozenset(session.id for session in streaming)
        self._sidebar.show(self.summaries, under_way, looked_at.id, date.today())


def _summary(conversation: Conversation) -> Summary:
    return Summary(
        conversation.id,
        conversation.title,
        conversation.updated,
        len(conversation.messages),
        conversation.model,
    )
