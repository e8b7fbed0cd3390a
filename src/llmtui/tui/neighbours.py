"""Other instances of llmtui: what they write is seen here within two seconds."""

from collections.abc import Awaitable, Callable

from textual.app import App

from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions

_SECONDS = 1.0


class Neighbours:
    """Looks once a second whether somebody else has written into the history."""

    def __init__(
        self,
        app: App[None],
        sessions: Sessions,
        looked_at: Callable[[], Session],
        list_again: Callable[[], Awaitable[None]],
        tell: Callable[[str], None],
    ) -> None:
        """`list_again` reads the list of conversations, `tell` says something to the person."""
        self._app, self._sessions, self._looked_at = app, sessions, looked_at
        self._list_again, self._tell = list_again, tell
        self._looking = False
        self._told: set[str] = set()

    def watch(self) -> None:
        """Look from now on."""
        self._app.set_interval(_SECONDS, self._look)

    def _look(self) -> None:
        if not self._looking and (self._sessions.keeper.stirred() or self._sessions.elsewhere):
            self._looking = True
            self._app.run_worker(self._catch_up(), name="neighbours", exit_on_error=False)

    async def _catch_up(self) -> None:
        try:
            session = self._looked_at()
            known = len(session.settled.messages)
            if not await self._sessions.catch_up(session):
                return
            if len(session.settled.messages) > known and session.id not in self._told:
                self._told.add(session.id)
                self._tell("This conversation is open in another llmtui: what is said there comes here, too")
            await self._list_again()
        finally:
            self._looking = False
