"""What the desk and its panels need of the app beyond Textual."""

from collections.abc import Sequence
from typing import Protocol

from llmtui.chat.conversation import Summary
from llmtui.config import Remembered
from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions
from llmtui.tui.composing.composer import Composer
from llmtui.tui.conversation.docking import Docking
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.needs import Surroundings
from llmtui.tui.sidebar import Sidebar
from llmtui.tui.status.line import Status
from llmtui.tui.wardrobe import Wardrobe


class Stage(Protocol):
    """What the desk needs of the app beyond Textual."""

    around: Surroundings
    sessions: Sessions
    wardrobe: Wardrobe
    remembered: Remembered
    sidebar: Sidebar
    transcript: Transcript
    composer: Composer
    docking: Docking

    @property
    def session(self) -> Session: ...

    @property
    def summaries(self) -> Sequence[Summary]: ...

    @property
    def status(self) -> Status: ...

    def look_at(self, session: Session) -> None: ...

    def remember(self, remembered: Remembered) -> None: ...

    def copy(self, text: str, what: str) -> None: ...

    @property
    def mouse(self) -> bool: ...

    def use_mouse(self, captured: bool) -> bool: ...

    def set_aside(self, draft: str) -> None: ...

    async def list_conversations(self) -> None: ...

    async def leave(self) -> None: ...
