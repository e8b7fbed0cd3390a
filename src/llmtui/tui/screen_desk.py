"""The desk of the screen: what commands act through, done with Textual."""

import asyncio
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from textual.app import App

from llmtui.chat.message import Message
from llmtui.commands.desk import Panel, Tone, Use
from llmtui.config import CodeLines, write_setting, write_whole
from llmtui.engine.session import Session
from llmtui.terminal import safe_line
from llmtui.tui.notices import SECONDS_OF_ALARM, Notices
from llmtui.tui.panels.opening import Panels
from llmtui.tui.stage import Stage

if TYPE_CHECKING:
    from llmtui.tui.conversation.taking import Taking
    from llmtui.tui.find.asking import Asking


class ScreenDesk:
    """Fits `commands.desk.Desk`."""

    def __init__(self, app: App[None], stage: Stage) -> None:
        self._app, self._stage = app, stage
        self._panels = Panels(app, stage, self)
        self._notices = Notices(app)
        self._taking: Taking | None = None
        self._finding: Asking | None = None
        self._deleted: list[str] = []

    @property
    def session(self) -> Session:
        return self._stage.session

    @property
    def models(self) -> Sequence[str]:
        return [str(facts.name) for facts in self._stage.around.models.known]

    @property
    def providers(self) -> Collection[str]:
        return self._stage.around.providers

    @property
    def themes(self) -> Sequence[str]:
        return self._stage.wardrobe.names()

    @property
    def keys(self) -> Sequence[str]:
        return self._stage.around.keys.told

    def ask_key(self, provider: str) -> None:
        from llmtui.tui.panels.key_prompt import KeyPrompt

        async def keep(key: str) -> str:
            return await asyncio.to_thread(self._stage.around.keys.keep, provider, key)

        def left(kept: bool | None) -> None:
            if kept:
                if before := self._stage.around.keys.before(provider):
                    told = f"The key for {provider} is kept, but {before} goes first as long as it is set"
                    self.tell(told, "warning")
                else:
                    self.tell(f"The key for {provider} is kept: Ctrl+O shows its models")
                self._app.run_worker(
                    self._stage.around.models.look(lambda: None), name="models", exit_on_error=False
                )

        self._app.push_screen(KeyPrompt(f"Key for {safe_line(provider)}", keep), left)

    def tell(self, text: str, tone: Tone = "information") -> None:
        if tone != "information":
            # Loaded when something goes wrong: it may quote anything.
            from llmtui.redaction import redacted

            text = redacted(text)
        self._notices.tell(text, tone)

    def warn(self, text: str) -> None:
        """Tell what happens once and must not be missed."""
        self._notices.tell(text, "warning", SECONDS_OF_ALARM)

    def open(self, panel: Panel) -> None:
        self._panels.open(panel)

    def use_model(self, model: str) -> None:
        self._stage.session.choose_model(model)
        self._stage.remember(self._stage.remembered.using(model))

    def use_theme(self, theme: str) -> None:
        if trouble := self._stage.wardrobe.wear(theme):
            self.tell(trouble, "warning")
            return
        try:
            write_setting(self._stage.around.paths.config_file, "theme", theme)
        except (OSError, ValueError) as error:
            self.tell(
                f"{theme} is worn until you quit: config.toml could not be written ({error})", "warning"
            )

    def new_conversation(self) -> None:
        old = self._stage.session.conversation
        if not old.messages:
            self._stage.composer.focus()
            return
        self._stage.look_at(self._stage.sessions.new(model=old.model))

    async def delete_conversation(self) -> None:
        await self.delete(self._stage.session.id)

    async def delete(self, conversation_id: str) -> None:
        """Delete any conversation of the list."""
        session = self._stage.session
        current = conversation_id == session.id
        if current and not session.asked:
            self.tell("There is nothing to delete yet")
            return
        title = next((s.title for s in self._stage.summaries if s.id == conversation_id), "")
        kept = await self._stage.sessions.delete(conversation_id)
        if kept is not None:
            self.tell(f"It could not be deleted: {kept.what}. {kept.hint}", "error")
            return
        if current:
            title = session.conversation.title
            self._stage.look_at(self._stage.sessions.new(model=session.conversation.model))
        self._deleted.append(conversation_id)
        self.tell(f"Deleted “{title}”. /undo brings it back")
        await self._stage.list_conversations()

    async def undo(self) -> bool:
        if not self._deleted:
            return False
        conversation_id = self._deleted.pop()
        kept = await self._stage.sessions.keeper.restore(conversation_id)
        if kept is not None:
            self.tell(f"It could not be brought back: {kept.what}. {kept.hint}", "error")
            return True
        if session := await self._stage.sessions.resume(conversation_id):
            self._stage.look_at(session)
        await self._stage.list_conversations()
        return True

    def copy(self, text: str, what: str) -> None:
        self._stage.copy(text, what)

    def copy_code(self) -> bool:
        return self.taking.copy_code()

    def choose(self, use: Use) -> None:
        self.taking.choose(use)

    @property
    def taking(self) -> "Taking":
        """What takes texts out of the transcript."""
        if self._taking is None:
            from llmtui.tui.conversation.taking import Taking

            self._taking = Taking(self._app, self._stage, self.copy, self.tell)
        return self._taking

    @property
    def meant(self) -> Message | None:
        return self._stage.transcript.meant()

    @property
    def mouse(self) -> bool:
        return self._stage.mouse

    def use_mouse(self, captured: bool) -> bool:
        return self._stage.use_mouse(captured)

    def code_blocks(self) -> Sequence[str]:
        return [block.code for block in self._stage.transcript.code_blocks()]

    def write_export(self, name: str, text: str) -> None:
        from llmtui.tui.outside.saving import unused

        path = unused(self._stage.around.paths.exports / name)
        try:
            write_whole(path, text)
        except OSError as error:
            self.tell(f"{path} could not be written: {error.strerror}", "error")
        else:
            self.tell(f"Exported to {path}")

    def edit_input(self, text: str) -> None:
        composer = self._stage.composer
        composer.put(text)
        composer.focus()

    def toggle_reasoning(self, everywhere: bool) -> None:
        stage = self._stage
        if everywhere:
            stage.transcript.toggle_all_reasoning()
            shown = stage.transcript.reasoning
            asked = None if shown == stage.around.settings.reasoning else shown
            stage.remember(stage.remembered._replace(reasoning=asked))
        else:
            stage.transcript.toggle_newest_reasoning()

    def toggle_thoughts(self) -> None:
        docking = self._stage.docking
        docking.hide() if docking.open else docking.show()
        self._stage.remember(self._stage.remembered._replace(thoughts=docking.open))

    def toggle_raw(self) -> bool:
        return self._stage.transcript.toggle_raw()

    def wrap_code(self) -> bool:
        stage = self._stage
        code: CodeLines = "scroll" if stage.transcript.code == "wrap" else "wrap"
        stage.transcript.code = code
        asked = None if code == stage.around.settings.code else code
        stage.remember(stage.remembered._replace(code=asked))
        return code == "wrap"

    def step_message(self, step: int) -> bool:
        transcript = self._stage.transcript
        if not transcript.step(step):
            return False
        transcript.focus()
        return True

    async def find(self, words: str) -> None:
        if self._finding is None:
            from llmtui.tui.find.asking import Asking

            self._finding = Asking(self._app, self._stage)
        await self._finding.ask(words)

    def toggle_sidebar(self) -> None:
        sidebar = self._stage.sidebar
        sidebar.fill()
        if sidebar.display and sidebar.has_focus_within:
            sidebar.set_class(True, "hidden").set_class(False, "summoned")
            self._stage.composer.focus()
        else:
            # In a narrow terminal it is there only while it is summoned.
            sidebar.set_class(False, "hidden").set_class(True, "summoned")
            self._app.screen.set_focus(sidebar.search)
        shown = not sidebar.has_class("hidden")
        self._stage.remember(self._stage.remembered._replace(sidebar=shown))

    def step_branch(self, step: int) -> None:
        if self._stage.session.busy:
            self.tell("An answer is arriving: Esc stops it")
            return
        conversation = self._stage.session.conversation
        for message in reversed(conversation.path):
            branches = conversation.siblings(message.id)
            if len(branches) > 1:
                at = branches.index(message.id)
                self._stage.session.look_at(branches[(at + step) % len(branches)])
                return
        self.tell("This conversation has no branches: /retry makes one")

    def quit(self) -> None:
        self._app.run_worker(self._stage.leave(), name="leave", exit_on_error=False)

    async def resume(self, conversation_id: str) -> None:
        """Look at a kept conversation."""
        session = await self._stage.sessions.resume(conversation_id)
        if session is None:
            self.tell("That conversation is no longer there", "warning")
            await self._stage.list_conversations()
        else:
            self._stage.look_at(session)
