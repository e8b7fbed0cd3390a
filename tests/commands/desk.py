"""A desk without a screen: it notes what it is asked to do."""

from collections.abc import Sequence

from llmtui.chat.message import Message
from llmtui.commands.desk import Panel, Tone, Use
from llmtui.engine.session import Session
from tests.engine.scripted import RememberingKeeper, ScriptedLine, sessions


class NotingDesk:
    """Fits `commands.desk.Desk`."""

    def __init__(self, line: ScriptedLine | None = None) -> None:
        self.keeper = RememberingKeeper()
        self.session: Session = sessions(line or ScriptedLine(), self.keeper).new("openai/gpt-4o")
        self.models: Sequence[str] = ("openai/gpt-4o", "openai/gpt-4o-mini", "groq/llama-3.3-70b")
        self.providers: Sequence[str] = ("openai", "groq")
        self.themes: Sequence[str] = ("ink", "paper")
        self.blocks: list[str] = []
        self.in_sight = 0
        self.meant: Message | None = None
        self.mouse = True
        self.mouse_can_be_switched = True
        self.wrapped = True
        self.deleted = 0
        self.done: list[tuple[object, ...]] = []
        self.said: list[str] = []

    @property
    def keys(self) -> Sequence[str]:
        return ("OpenAI: OPENAI_API_KEY",)

    def ask_key(self, provider: str) -> None:
        self.done.append(("key", provider))

    def tell(self, text: str, tone: Tone = "information") -> None:
        self.said.append(text)

    def open(self, panel: Panel) -> None:
        self.done.append(("open", panel))

    def use_model(self, model: str) -> None:
        self.done.append(("model", model))

    def use_theme(self, theme: str) -> None:
        self.done.append(("theme", theme))

    def step_message(self, step: int) -> bool:
        self.done.append(("message", step))
        return bool(self.session.conversation.path)

    async def find(self, words: str) -> None:
        self.done.append(("find", words))

    def new_conversation(self) -> None:
        self.done.append(("new",))

    async def delete_conversation(self) -> None:
        self.deleted += 1

    async def undo(self) -> bool:
        self.deleted -= 1
        return self.deleted >= 0

    def copy(self, text: str, what: str) -> None:
        self.done.append(("copy", text, what))

    def copy_code(self) -> bool:
        self.done.append(("copy code",))
        return bool(self.in_sight)

    def choose(self, use: Use) -> None:
        self.done.append(("choose", use))

    def use_mouse(self, captured: bool) -> bool:
        if self.mouse_can_be_switched:
            self.mouse = captured
        return self.mouse_can_be_switched

    def code_blocks(self) -> Sequence[str]:
        return self.blocks

    def write_export(self, name: str, text: str) -> None:
        self.done.append(("export", name, text))

    def edit_input(self, text: str) -> None:
        self.done.append(("input", text))

    def toggle_reasoning(self, everywhere: bool) -> None:
        self.done.append(("reasoning", everywhere))

    def toggle_thoughts(self) -> None:
        self.done.append(("thoughts",))

    def toggle_raw(self) -> bool:
        self.done.append(("raw",))
        return bool(self.session.conversation.path)

    def wrap_code(self) -> bool:
        self.wrapped = not self.wrapped
        return self.wrapped

    def toggle_sidebar(self) -> None:
        self.done.append(("sidebar",))

    def step_branch(self, step: int) -> None:
        self.done.append(("branch", step))

    def quit(self) -> None:
        self.done.append(("quit",))
