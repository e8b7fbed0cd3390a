"""Says how it stands: at every change, and on a clock while something streams."""

from collections.abc import Callable
from itertools import count

from textual.app import App
from textual.timer import Timer

from llmtui.chat.message import Message
from llmtui.chat.models import GUIDE
from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.drawing.telling import Telling
from llmtui.tui.needs import Models
from llmtui.tui.status.line import StatusLine
from llmtui.tui.status.status_watch import StatusWatch
from llmtui.tui.terminal import collecting
from llmtui.tui.welcome import welcome

_SECONDS = 0.25
_COLLECTING_SECONDS = 1.0
_COLLECTING_EVERY = round(_COLLECTING_SECONDS / _SECONDS)


class StatusTelling:
    """Tells the status line, and the transcript what it cannot know by itself: why nothing comes, and what
    an empty conversation says. No clock runs while nobody speaks."""

    def __init__(
        self,
        app: App[None],
        models: Models,
        watch: StatusWatch,
        line: StatusLine,
        looked_at: Callable[[], Session],
        mouse: Callable[[], bool],
    ) -> None:
        """`looked_at` is the session whose status is told, `mouse` whether llmtui has the mouse."""
        self._app, self._models, self._watch, self._line = app, models, watch, line
        self._looked_at, self._mouse = looked_at, mouse
        self._timer: Timer | None = None
        self._ticks = count(1)
        self.telling = Telling(
            cost=watch.cost_of_answer,
            canonical=watch.canonical,
            others=self._others,
            elsewhere=self._arrives_elsewhere,
        )
        """What the transcript must know to tell of an answer."""

    def serve(self, sessions: Sessions, transcript: Transcript) -> None:
        """These are told of from now on."""
        self._sessions, self._transcript = sessions, transcript

    def tell(self) -> None:
        """Say how it stands now."""
        session = self._looked_at()
        if not session.asked:
            offered = sum(str(facts.name) != GUIDE for facts in self._models.known)
            self._transcript.welcome = welcome(session.conversation.model, offered)
        behind = len([other for other in self._sessions.streaming if other is not session])
        live = session.live
        waiting = self.telling.waiting(live) if live else ""
        if live is not None and waiting != self._line.status.waiting:
            self._transcript.stir(live.id)
        self._line.status = self._watch.status(session, behind, waiting)._replace(mouse=self._mouse())

    def watch_stream(self) -> None:
        """Count along while something streams, and only then."""
        if self._sessions.streaming and self._timer is None:
            self._timer = self._app.set_interval(_SECONDS, self._tick)
        elif not self._sessions.streaming and self._timer is not None:
            self._timer.stop()
            self._timer = None
            self.tell()
            collecting.answered()
            self._app.set_timer(_COLLECTING_SECONDS, self._collect)

    def _tick(self) -> None:
        self.tell()
        if next(self._ticks) % _COLLECTING_EVERY == 0:
            collecting.keep_up()

    def _collect(self) -> None:
        if not self._sessions.streaming:
            collecting.look()

    def _arrives_elsewhere(self, arriving: Message) -> bool:
        """Whether an answer that is arriving arrives in another process."""
        return self._looked_at().arrives_elsewhere(arriving.id)

    def _others(self, waiting: Message) -> str:
        """Whose answers are arriving while one waits for its turn."""
        provider = waiting.answer.provider if waiting.answer else ""
        arriving = [
            session.live.answer.provider
            for session in self._sessions.streaming
            if session.live and session.live.answer and session.live.answer.waiting is None
        ]
        same = arriving.count(provider)
        if not arriving:
            return ""
        count, where = (same, f" from {provider}") if same else (len(arriving), "")
        return f"{count} answer{'s are' if count > 1 else ' is'} arriving{where}"
