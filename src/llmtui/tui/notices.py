"""What llmtui says by itself, in the corner: the last thing that was done, all that is wrong, none twice."""

from textual.app import App
from textual.notifications import Notification

from llmtui.commands.desk import Tone
from llmtui.terminal import safe_text

_SECONDS, _SECONDS_OF_TROUBLE = 4, 8
# Of what happens once, to somebody who may be looking elsewhere.
SECONDS_OF_ALARM = 60


class Notices:
    """Tells, each notice in place of those that it makes old."""

    def __init__(self, app: App[None]) -> None:
        self._app = app

    def tell(self, text: str, tone: Tone, seconds: int = 0) -> None:
        """Say this for some seconds, or for so many. A notice of what was done may contradict the one before,
        and takes its place."""
        told = safe_text(text)
        for older in tuple(self._app._notifications):
            if older.message == told or older.severity == tone == "information":
                self._take_back(older)
        seconds = seconds or (_SECONDS if tone == "information" else _SECONDS_OF_TROUBLE)
        # Not `notify`, which only posts it: the next one may come before it could be taken back.
        self._app._notifications.add(Notification(told, severity=tone, timeout=seconds, markup=False))
        self._app._refresh_notifications()

    def _take_back(self, notice: Notification) -> None:
        # What shows toasts is loaded with the first of them.
        from textual.widgets._toast import Toast

        self._app._unnotify(notice, refresh=False)
        for screen in self._app.screen_stack:
            for toast in screen.query(Toast):
                if toast._notification is notice:
                    toast._expire()
