"""What a command acts through, so that it needs no screen to be tested."""

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

from llmtui.chat.message import Message
from llmtui.engine.session import Session

Panel = Literal["models", "help", "conversations", "themes", "status"]
Tone = Literal["information", "warning", "error"]
Use = Literal["copy", "save", "pipe"]


class Desk(Protocol):
    """The app, as a command sees it."""

    @property
    def session(self) -> Session:
        """The conversation being looked at."""
        ...

    @property
    def models(self) -> Sequence[str]:
        """The `provider/model` names that are known now."""
        ...

    @property
    def providers(self) -> Collection[str]:
        """The names of the providers that can be asked at all."""
        ...

    @property
    def themes(self) -> Sequence[str]:
        """The names of the themes that there are."""
        ...

    @property
    def keys(self) -> Sequence[str]:
        """Where each provider's key comes from, a line each; never any part of a key."""
        ...

    def ask_key(self, provider: str) -> None:
        """Ask for this provider's key, showing nothing of it, and keep it."""
        ...

    def tell(self, text: str, tone: Tone = "information") -> None:
        """Say something in passing: plain text, one or two lines."""
        ...

    def open(self, panel: Panel) -> None:
        """Open a panel to choose or read in."""
        ...

    def use_model(self, model: str) -> None:
        """Ask this model from the next message on, here and in new conversations."""
        ...

    def use_theme(self, theme: str) -> None:
        """Wear this theme, now and the next time."""
        ...

    def new_conversation(self) -> None:
        """Begin a conversation and look at it."""
        ...

    async def delete_conversation(self) -> None:
        """Put the conversation being looked at out of sight; `undo` brings it back."""
        ...

    async def undo(self) -> bool:
        """Take the newest deletion back; False if there is none."""
        ...

    def copy(self, text: str, what: str) -> None:
        """Put the text on the clipboard and say what was copied, and how far it came."""
        ...

    def copy_code(self) -> bool:
        """Copy the code block in sight, or ask which where there are more; False where there is none."""
        ...

    def choose(self, use: Use) -> None:
        """Show a letter on each code block in sight, and do this with what the next key stands for."""
        ...

    @property
    def meant(self) -> Message | None:
        """The message that is marked, or else the newest answer in sight."""
        ...

    @property
    def mouse(self) -> bool:
        """Whether llmtui has the mouse, and not the terminal."""
        ...

    def use_mouse(self, captured: bool) -> bool:
        """Take the mouse or let go of it, until llmtui ends; False where that can not be done."""
        ...

    def code_blocks(self) -> Sequence[str]:
        """The sources of the code blocks of the branch being looked at, oldest first."""
        ...

    def write_export(self, name: str, text: str) -> None:
        """Write the text to a file of this name in the folder for exports, and say where it is."""
        ...

    def edit_input(self, text: str) -> None:
        """Put the text into the composer; what was typed there comes back when it is sent."""
        ...

    def toggle_reasoning(self, everywhere: bool) -> None:
        """Fold or open the newest reasoning, or all of it."""
        ...

    def toggle_thoughts(self) -> None:
        """Open or close the pane with the reasoning of the message that is read, or of the newest."""
        ...

    def toggle_raw(self) -> bool:
        """Show the message that is read, or the newest, as it was written, or as it was meant again; False
        where there is none."""
        ...

    def wrap_code(self) -> bool:
        """Wrap long lines of code, or leave them whole; whether they are wrapped now."""
        ...

    def step_message(self, step: int) -> bool:
        """Go to the message below (1) or above (-1), which has the keys then; False where there is none."""
        ...

    async def find(self, words: str) -> None:
        """Ask for words, light them in the conversation, and go to the nearest."""
        ...

    def toggle_sidebar(self) -> None:
        """Show or hide the list of conversations."""
        ...

    def step_branch(self, step: int) -> None:
        """Look at the branch before or after the one being looked at, where the path last forks."""
        ...

    def quit(self) -> None:
        """Keep everything and leave."""
        ...
