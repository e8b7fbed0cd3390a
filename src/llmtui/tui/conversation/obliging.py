"""What is done when a place in the transcript is clicked that offers something."""

from collections.abc import Awaitable, Callable

from llmtui.commands.desk import Desk
from llmtui.engine.session import Session
from llmtui.tui.drawing.telling import Offer


class Obliging:
    """Does what was offered, in the conversation being looked at."""

    def __init__(
        self, desk: Desk, session: Callable[[], Session], run: Callable[[str], Awaitable[None]]
    ) -> None:
        """`run` runs a command by its name."""
        self._desk, self._session, self._run = desk, session, run

    async def do(self, message_id: str, offer: Offer) -> None:
        """Do this with a message."""
        session = self._session()
        match offer:
            case ("stop",):
                session.stop()
            case ("retry",):
                session.retry(message_id)
            case ("go_on",):
                session.go_on(message_id)
            case ("accept",):
                session.accept(message_id)
            case ("trim",):
                await self._trim(session, message_id)
            case ("models",):
                self._desk.open("models")
            case ("branch", step):
                _step_branch(session, message_id, step)

    async def _trim(self, session: Session, message_id: str) -> None:
        """Send less, and ask again if that is less than before."""
        before = session.conversation.sent
        await self._run("trim")
        if session.conversation.sent != before:
            session.retry(message_id)


def _step_branch(session: Session, message_id: str, step: int) -> None:
    if message_id in session.conversation.by_id:
        branches = session.conversation.siblings(message_id)
        session.look_at(branches[(branches.index(message_id) + step) % len(branches)])
