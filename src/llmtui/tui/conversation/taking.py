"""Takes a message, its reasoning or a code block out of the transcript: onto the clipboard, to a file, into a
command."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from textual.app import App
from textual.widget import Widget

from llmtui.chat.file_name import file_name
from llmtui.chat.message import Message
from llmtui.commands.desk import Tone, Use
from llmtui.terminal import safe_line
from llmtui.tui.conversation.hint_bar import HintBar
from llmtui.tui.conversation.hints import MESSAGE, REASONING, Block, Hints, named
from llmtui.tui.conversation.prompt_line import PromptLine
from llmtui.tui.drawing.code_blocks import code_blocks
from llmtui.tui.keys_told import key_of
from llmtui.tui.outside import saving
from llmtui.tui.outside.piping import Pipe
from llmtui.tui.stage import Stage

_VERBS: dict[Use, str] = {"copy": "copy", "save": "save", "pipe": "pipe into a command"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that can be taken: what it is, and what a file of it may be called."""

    text: str
    what: str
    file: str


class Taking:
    """Asks for a letter, and does what is wanted with what it stands for."""

    def __init__(
        self,
        app: App[None],
        stage: Stage,
        copy: Callable[[str, str], None],
        tell: Callable[[str, Tone], None],
    ) -> None:
        self._app, self._stage = app, stage
        self._copy, self._tell = copy, tell
        self._command = ""

    def choose(self, use: Use) -> None:
        """Show letters, and take what the next key stands for."""
        transcript, message = self._stage.transcript, self._stage.transcript.meant()
        blocks = transcript.blocks_in_sight()
        if not blocks and message is None:
            self._tell(f"There is nothing to {_VERBS[use]} yet", "information")
            return
        hints = Hints(lambda: bar.refresh())
        bar = HintBar(
            transcript,
            words=lambda: _words(use, hints, message),
            typed=lambda letter: self._typed(use, hints, message, letter),
            left=self._leaving(lambda: bar),
        )
        for block in blocks:
            hints.name(block)
        transcript.show_hints(hints)
        self._app.screen.mount(bar)
        self._app.screen.set_focus(bar)

    def copy_code(self) -> bool:
        """Copy the code block in sight, or ask which where there are more; False where there is none."""
        blocks = self._stage.transcript.blocks_in_sight()
        if len(blocks) == 1:
            self._take("copy", self._block(blocks[0]))
        elif blocks:
            self.choose("copy")
        return bool(blocks)

    def _leaving(self, bar: Callable[[], Widget]) -> Callable[[], None]:
        """What puts everything back as it is now."""
        before = self._app.focused
        self._stage.transcript.lend()

        def left() -> None:
            self._stage.transcript.show_hints(None)
            if bar().has_focus_within or self._app.focused is None:
                back = before if before is not None and before.is_attached else self._stage.composer
                self._app.screen.set_focus(back)
            self._stage.transcript.take_back()
            bar().remove()

        return left

    def _typed(self, use: Use, hints: Hints, message: Message | None, letter: str) -> bool:
        """A letter was pressed; whether another one is awaited."""
        typed = hints.begun + letter
        if block := hints.chosen(typed):
            self._take_after(use, self._block(block))
        elif hints.begins(typed):
            hints.begun = typed
            return True
        elif message is not None and not hints.begun and letter == MESSAGE and message.text:
            self._take_after(use, self._message(message))
        elif message is not None and not hints.begun and letter == REASONING and message.reasoning:
            self._take_after(use, self._reasoning(message))
        return False

    def _take_after(self, use: Use, piece: Piece) -> None:
        # The letters go first, and the keys are back where they were.
        self._app.call_later(self._take, use, piece)

    def _take(self, use: Use, piece: Piece) -> None:
        match use:
            case "copy":
                self._copy(piece.text, piece.what)
            case "save":
                self._ask_where(piece)
            case "pipe":
                self._ask_command(piece)
            case _:
                assert_never(use)

    # What there is to take

    def _block(self, block: Block) -> Piece:
        messages = (view.message for view in self._stage.transcript.views)
        message = next((message for message in messages if message.id == block.message_id), None)
        written = code_blocks(message) if message else ()
        code = next((one.code for one in written if (one.part, one.start) == (block.part, block.start)), None)
        text = "\n".join(block.code.lines) if code is None else code
        language = safe_line(block.code.language)[:40]
        lines = text.count("\n") + 1
        what = f"a {language + ' ' if language else ''}code block of {lines} line{'s' if lines > 1 else ''}"
        return Piece(text, what, saving.name_for(self._base, language))

    def _message(self, message: Message) -> Piece:
        return Piece(message.text, _called(message), f"{self._base}.md")

    def _reasoning(self, message: Message) -> Piece:
        return Piece(message.reasoning, "the reasoning", f"{self._base}-reasoning.md")

    @property
    def _base(self) -> str:
        return file_name(self._stage.session.conversation.title)

    # What is done with it

    def _ask_where(self, piece: Piece) -> None:
        folder = _folder()
        offered = saving.unused(folder / piece.file).name
        refused: list[Path] = []

        async def entered(typed: str, over: bool) -> str:
            try:
                path = refused[0] if over and refused else saving.place(typed, folder, piece.file)
                await asyncio.to_thread(saving.write, path, piece.text, over and bool(refused))
            except FileExistsError:
                beside = saving.unused(path)
                refused[:] = [path]
                prompt.put(typed.rstrip().removesuffix(path.name) + beside.name)
                keys = f"Enter writes {beside.name} · {key_of(prompt, 'line.insist')} writes over it · Esc"
                return f"{path.name} is there already: {keys}"
            except OSError as error:
                return f"It could not be written: {error.strerror or error} · Esc"
            except (ValueError, RuntimeError):
                return "No file can be called that · Esc"
            self._tell(f"Saved {piece.what} to {saving.at_home(path)}", "information")
            return ""

        words = f"Enter saves · Esc · {piece.what}, in {saving.at_home(folder)}"
        prompt = PromptLine(words, offered, entered, self._leaving(lambda: prompt))
        self._app.screen.mount(prompt)

    def _ask_command(self, piece: Piece) -> None:
        async def entered(typed: str, _: bool) -> str:
            if not typed.strip():
                return "Type a command, such as wc -l · Esc"
            self._command = typed
            self._app.call_later(self._run, typed, piece.text)
            return ""

        words = f"Enter runs it · Esc · a command of your shell, given {piece.what}"
        prompt = PromptLine(words, self._command, entered, self._leaving(lambda: prompt))
        self._app.screen.mount(prompt)

    def _run(self, command: str, text: str) -> None:
        from llmtui.tui.panels.pipe_panel import PipePanel

        environ = dict(self._stage.around.environ)
        if self._app.no_color:
            # Textual takes it out of the environment.
            environ["NO_COLOR"] = "1"

        def left(output: str | None) -> None:
            if output:
                self._copy(output.rstrip("\n"), "what the command said")

        self._app.push_screen(PipePanel(Pipe(command, text, environ, _folder())), left)


def _words(use: Use, hints: Hints, message: Message | None) -> str:
    """What can be chosen, on one line."""
    if hints.begun:
        return f"{_VERBS[use]}: {hints.begun}… · Esc"
    words = []
    if hints.names:
        words.append(f"{named(hints.names)} code")
    if message is not None and message.text:
        words.append(f"{MESSAGE} {_called(message)}")
    if message is not None and message.reasoning:
        words.append(f"{REASONING} its reasoning")
    return f"{_VERBS[use]}: {' · '.join((*words, 'Esc'))}"


def _called(message: Message) -> str:
    return {"assistant": "the answer", "user": "the question"}.get(message.role, "the message")


def _folder() -> Path:
    """Where llmtui was started; home, if that folder is gone."""
    try:
        return Path(os.getcwd())
    except OSError:
        return Path.home()
