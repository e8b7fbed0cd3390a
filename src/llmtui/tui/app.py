"""The app: it lays the screen out, and takes keys and changes to where they belong."""

import sys
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding
from textual.driver import Driver
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from llmtui.chat.conversation import Conversation, Summary
from llmtui.commands.catalogue import COMMANDS, find
from llmtui.commands.command import Command, help_of
from llmtui.commands.desk import Use
from llmtui.config import Remembered, write_remembered
from llmtui.crash import Faults
from llmtui.engine.changes import Change, Said, Turned, Unsaved
from llmtui.engine.needs import Running
from llmtui.engine.session import Session
from llmtui.engine.sessions import Sessions
from llmtui.terminal import safe_line
from llmtui.tui.arriving import Arriving
from llmtui.tui.composing.composer import Composer
from llmtui.tui.composing.suggesting import Suggesting
from llmtui.tui.conversation.docking import Docking
from llmtui.tui.conversation.obliging import Obliging
from llmtui.tui.conversation.showing import Showing
from llmtui.tui.conversation.transcript import Transcript
from llmtui.tui.ground import Below, Beside, empty_rows
from llmtui.tui.keys_told import KeysTold
from llmtui.tui.listing import Listing
from llmtui.tui.needs import Surroundings
from llmtui.tui.screen_desk import ScreenDesk
from llmtui.tui.sidebar import Sidebar
from llmtui.tui.status.line import Status, StatusLine
from llmtui.tui.status.status_telling import StatusTelling
from llmtui.tui.status.status_watch import StatusWatch
from llmtui.tui.terminal import textual_fixes
from llmtui.tui.terminal.leaving import Leaving
from llmtui.tui.terminal.working import Working
from llmtui.tui.wardrobe import DEFAULT_THEME, Wardrobe
from llmtui.tui.welcome import welcome

if TYPE_CHECKING:
    from textual.widget import Widget
    from textual.widgets import Input

    from llmtui.tui.composing.suggestions import Suggestions
    from llmtui.tui.conversation.hint_bar import HintBar
    from llmtui.tui.outside.clipboard import Clipboard

_NARROW = 88
_DRAFT_SECONDS = 0.4
_WIRE_FIRST_SECONDS = 0.015
_SAVING_SECONDS = 3.0


def _nothing() -> None:
    return None


def _field(widget: "Widget | None") -> "Input | None":
    # Loaded when somebody types: it is not wanted before the first paint.
    from textual.widgets import Input

    return widget if isinstance(widget, Input) else None


def _letters(widget: "Widget | None") -> "HintBar | None":
    from llmtui.tui.conversation.hint_bar import HintBar

    return widget if isinstance(widget, HintBar) else None


class _Chat(Screen[None]):
    AUTO_FOCUS = "Composer"

    def render_lines(self, crop: Region) -> list[Strip]:
        return empty_rows(self, crop)


class LlmtuiApp(App[None]):
    """Holds the widgets together; what can be asked of it is in `commands/`, through its desk."""

    TITLE = "llmtui"
    CSS_PATH = "app.tcss"
    BINDINGS = [
        Binding(
            command.keys,
            f"command('{command.name}')",
            help_of(command),
            id=command.name,
            show=False,
            # What is typed right behind a key is for where it leads: a widget would take it before.
            priority=command.name != "stop",
        )
        for command in COMMANDS
        if command.keys
    ]

    def __init__(self, around: Surroundings) -> None:
        textual_fixes.guard()
        textual_fixes.count_rows_once()
        textual_fixes.show_at_once()
        textual_fixes.know_keys_without_a_sign()
        textual_fixes.let_lines_go()
        super().__init__()
        self.around = around
        self.remembered = around.remembered
        self._watch = StatusWatch(around.models, around.settings.timeouts)
        self.status_line = StatusLine()
        self._status = StatusTelling(
            self, around.models, self._watch, self.status_line, lambda: self.session, lambda: self.mouse
        )
        self.sidebar = Sidebar()
        self.transcript = Transcript(id="transcript", telling=self._status.telling)
        self._showing = Showing(self.transcript)
        self.composer = Composer(
            self._send, self._read, enter_sends=around.settings.enter_sends, id="composer"
        )
        self.docking = Docking(self, self.transcript, self.composer)
        self.wardrobe = Wardrobe(self, around.paths.themes)
        # Before the first style is worked out: another theme later would work all of them out again.
        wanted = around.opening.theme or around.settings.theme or DEFAULT_THEME
        self._no_theme = self.wardrobe.wear(wanted)
        if self._no_theme:
            self.wardrobe.wear(DEFAULT_THEME)
        self.faults = Faults(around.paths.state, self._tell_fault)
        self._working = Working(self.faults.hear)
        self.sessions = Sessions(around.means(self.start))
        self.leaving = Leaving(self.sessions, self.faults)
        self.arrived: Callable[[], None] = _nothing
        self.sessions.listen(self._changed)
        self._status.serve(self.sessions, self.transcript)
        self._listing = Listing(self, self.sidebar, self.sessions, lambda: self.session)
        self.session: Session = self.sessions.new(around.opening.model, around.opening.system)
        self.desk = ScreenDesk(self, self)
        self._obliging = Obliging(self.desk, lambda: self.session, self.action_command)
        self._suggesting = Suggesting(self.composer, self.desk)
        self._arriving = Arriving(self, self.desk, self._status.tell, self._tell_notices_soon)
        self._ways: Clipboard | None = None
        self._draft_timer: Timer | None = None
        self._saving_timer: Timer | None = None
        self._set_aside = ""

    # Laying out and starting

    def get_driver_class(self) -> type[Driver]:
        return textual_fixes.cured(super().get_driver_class())

    def get_default_screen(self) -> Screen[Any]:
        """Where the keys go at first: to the composer, also where the focus was away as it was laid out."""
        return _Chat(id="_default")

    def compose(self) -> ComposeResult:
        with Beside(id="rooms"):
            yield self.sidebar.set_class(not self.remembered.sidebar, "hidden")
            with Below(id="conversation"):
                yield self.transcript
                yield self.composer
        yield self.status_line

    def on_mount(self) -> None:
        if self._no_theme:
            self.desk.tell(self._no_theme, "warning")
        if self.around.settings.keys:
            from llmtui.tui.key_names import take_keys

            take_keys(self, self.around.settings.keys, self.desk.tell)
        self.transcript.reasoning = self.around.settings.reasoning
        self.transcript.code = self.remembered.code or self.around.settings.code
        if self.remembered.reasoning:
            self.transcript.show_all_reasoning(self.remembered.reasoning)
        self.composer.focus()
        model = self.session.conversation.model
        self.status_line.status, self.transcript.welcome = Status(model), welcome(model, 0)
        self.look_at(self.session)
        self.call_after_refresh(self._arrive)

    def _arrive(self) -> None:
        self.arrived()
        self.run_worker(self._arriving.run(), name="opening", exit_on_error=False)
        from llmtui.tui.neighbours import Neighbours

        looked_at, list_again = lambda: self.session, self.list_conversations
        Neighbours(self, self.sessions, looked_at, list_again, self.desk.tell).watch()

    def _prepare(self) -> None:
        """Somebody does something: load what a question needs, after the key that began it is drawn."""
        if not self._arriving.prepared:
            self.call_after_refresh(
                self.run_worker, self._arriving.prepare, name="preparing", exit_on_error=False
            )

    def start(self, work: Coroutine[Any, Any, None], name: str) -> Running:
        """Run work that outlives every widget, and ends only when it is stopped."""
        return self._working.start(work, name)

    # What is looked at

    def look_at(self, session: Session) -> None:
        """Show another conversation; the one before goes on behind it if it streams."""
        if session is not self.session:
            self.session.keep_draft(self.composer.text)
            self.sessions.leave(self.session)
            # While nobody looks at it: else it would be shown twice, the first time message by message.
            if not session.conversation.model:
                session.choose_model(self.remembered.model or self.around.opening.model)
            self.session = session
        if self.composer.text != session.conversation.draft:
            self.composer.put(session.conversation.draft)
        self._show(session.conversation)
        self._listing.show()
        # A long history is shown before it is counted, and the first paint does not wait for prices.
        self.call_after_refresh(self._status.tell)
        if not self.sidebar.has_focus_within:
            self.composer.focus()

    def _show(self, conversation: Conversation) -> None:
        self._showing.show(conversation, self.session.queue)
        self._entitle(conversation)

    def _entitle(self, conversation: Conversation) -> None:
        self.title = safe_line(conversation.title) or "llmtui"

    def _changed(self, change: Change) -> None:
        """An engine's change, on the way to the widget that shows it."""
        if not self.is_running or self.leaving.under_way:
            return
        match change:
            case Said(conversation_id, message):
                if conversation_id == self.session.id:
                    self.transcript.say(message)
                    self._status.watch_stream()
            case Turned(conversation, queue):
                if conversation.id == self.session.id:
                    self._turned(conversation, queue)
                self._listing.show_soon()
            case Unsaved(trouble):
                self._watch.unsaved(trouble)
                self._status.tell()
                self._keep_trying(trouble is not None)

    def _tell_notices_soon(self) -> None:
        self.call_later(self._tell_notices)

    def _tell_notices(self) -> None:
        """What the history says of itself on the way out is said behind it."""
        if not self.leaving.under_way:
            for notice in self.around.notices.taken():
                self.desk.warn(notice)

    def _keep_trying(self, unsaved: bool) -> None:
        """As long as something is not saved, try again every few seconds."""
        if unsaved and self._saving_timer is None:
            self._saving_timer = self.set_interval(_SAVING_SECONDS, self.sessions.keep_the_rest)
        elif not unsaved and self._saving_timer is not None:
            self._saving_timer.stop()
            self._saving_timer = None

    def _turned(self, conversation: Conversation, queue: tuple[str, ...]) -> None:
        self._showing.go_on(conversation, queue)
        self._entitle(conversation)
        self._status.watch_stream()
        # Neither a question on its way nor an answer's first words wait for what is told of them.
        self.call_after_refresh(self._status.tell)

    @property
    def summaries(self) -> Sequence[Summary]:
        """The conversations of the list."""
        return self._listing.summaries

    async def list_conversations(self) -> None:
        """Read the list again."""
        await self._listing.read()

    @property
    def status(self) -> Status:
        """What the status line says."""
        return self.status_line.status

    # What the widgets tell

    def _send(self, text: str) -> None:
        """What was typed and sent: called by the key itself, for no message may stand between it and the
        wire."""
        name, _, words = text[1:].partition(" ") if text.startswith("/") else ("", "", "")
        command = find(name.strip()) if name and "\n" not in name else None
        if command is not None:
            self.call_later(self._run, command, words.strip())
            self.composer.put(self._set_aside)
            self._set_aside = ""
        elif name and "/" not in name and "\n" not in name:
            self.composer.put(text)
            self.desk.tell(
                f"There is no /{name}. /help lists the commands; a space in front sends it as text"
            )
        elif text.strip():
            self.transcript.follow()
            # A whole repaint would stand between the question and the wire.
            self.delay_update(_WIRE_FIRST_SECONDS)
            self._arriving.ask(text.strip("\n"))
        else:
            self.session.ask_queued()
        self.session.keep_draft(self.composer.text)

    def _read(self) -> None:
        """Give the keys to the conversation: at once, for letters may come right behind the key that asks."""
        if self.transcript.views:
            self.screen.set_focus(self.transcript)
        else:
            self.screen.focus_next()

    @on(Composer.Typing)
    def _typing(self, event: Composer.Typing) -> None:
        # A command with a placeholder in it would lose that by being completed.
        self._suggesting.follow("" if event.pasted else event.text)
        self._watch.typed(event.text, event.pasted)
        self._status.tell()
        if self._draft_timer is not None:
            self._draft_timer.stop()
        self._draft_timer = self.set_timer(_DRAFT_SECONDS, self._keep_draft)
        if event.text:
            self._prepare()

    def _keep_draft(self) -> None:
        self.session.keep_draft(self.composer.text)

    @on(Composer.EditQueued)
    def _edit_queued(self) -> None:
        if text := self.session.unqueue():
            self.composer.put(text)

    @on(Composer.Scroll)
    async def _scroll(self, event: Composer.Scroll) -> None:
        await self.transcript.run_action(event.action)

    @on(Composer.Interrupted)
    def _interrupt(self) -> None:
        if not self.session.stop():
            self.desk.tell("Ctrl+Q quits; Esc stops an answer")

    @on(Composer.Choosing)
    def _choosing(self, event: Composer.Choosing) -> None:
        self._suggesting.choose(event.step)

    def on_suggestions_taken(self, event: "Suggestions.Taken") -> None:
        self.composer.put(event.text)
        self.composer.focus()

    @on(Sidebar.Chosen)
    async def _resume(self, event: Sidebar.Chosen) -> None:
        await self.desk.resume(event.conversation_id)
        self._to_composer()

    @on(Sidebar.DeleteAsked)
    async def _delete(self, event: Sidebar.DeleteAsked) -> None:
        await self.desk.delete(event.conversation_id)

    @on(Sidebar.Left)
    def _to_composer(self) -> None:
        self.sidebar.remove_class("summoned")
        self.composer.focus()

    @on(StatusLine.ModelClicked)
    def _open_models(self) -> None:
        self.desk.open("models")

    @on(Transcript.Left)
    def _type(self) -> None:
        self.composer.focus()

    @on(KeysTold)
    def _tell_keys(self, event: KeysTold) -> None:
        self.status_line.tell_keys(event.teller, event.keys)

    @on(Transcript.FindAsked)
    async def _find(self, event: Transcript.FindAsked) -> None:
        await self.desk.find(event.words)

    @on(Transcript.Asked)
    async def _oblige(self, event: Transcript.Asked) -> None:
        await self._obliging.do(event.message_id, event.offer)

    @on(Transcript.LinksAsked)
    def _follow_link(self, event: Transcript.LinksAsked) -> None:
        from llmtui.tui.outside.links import Links

        Links(self, self.around.environ, self.copy, self.desk.tell).follow(event.links)

    # The clipboard and the mouse

    def copy_to_clipboard(self, text: str) -> None:
        """What Textual's widgets call when what is selected in them is copied or cut."""
        self.copy(text, "the selection")

    def copy(self, text: str, what: str) -> None:
        """Put a text on every clipboard that can be reached, and say how far it came."""
        if self._ways is None:
            from llmtui.tui.outside.clipboard import Clipboard

            write, start = super().copy_to_clipboard, self.start
            self._ways = Clipboard(
                self.around.environ, write, self.desk.tell, lambda work: start(work, "clipboard")
            )
        self._ways.take(text, what)

    @property
    def driver(self) -> Driver | None:
        """What speaks with the terminal, once it does."""
        return self._driver

    @property
    def mouse(self) -> bool:
        """Whether llmtui has the mouse, and not the terminal."""
        return textual_fixes.has_mouse(self._driver)

    def use_mouse(self, captured: bool) -> bool:
        """Take the mouse or let go of it; False where that can not be done."""
        switched = textual_fixes.take_mouse(self._driver, captured)
        self._status.tell()
        return switched

    # Commands and the end

    async def action_command(self, name: str) -> None:
        """Run a command by its key."""
        if name == "stop" and self._suggesting.close():
            return
        if name == "stop" and not self.session.live:
            # There is nothing to stop: what else may be going on ends, and the keys are for typing.
            self.transcript.find_no_more()
            self.composer.focus()
        command = find(name)
        if command is not None:
            await self._run(command, "")

    def action_take(self, use: Use) -> None:
        """Something in sight is to be copied, saved or piped: a letter will say what."""
        self.desk.choose(use)

    async def _run(self, command: Command, words: str) -> None:
        """Run a command; a fault in it is told, and costs nothing else."""
        self._prepare()
        try:
            await command.run(self.desk, words)
        except Exception as error:
            self.faults.hear(error, f"/{command.name}")

    def set_aside(self, draft: str) -> None:
        """Keep what was typed while the composer is needed for a command."""
        if draft and not draft.startswith("/"):
            self._set_aside = draft

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A panel keeps all keys to itself but the one that quits."""
        if action == "command" and parameters != ("quit",) and self.screen is not self.screen_stack[0]:
            return False
        return super().check_action(action, parameters)

    async def action_quit(self) -> None:
        await self.leave()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: the same commands, by name."""
        for command in COMMANDS:

            async def run(name: str = command.name) -> None:
                await self.action_command(name)

            yield SystemCommand(help_of(command), f"/{command.name} {command.takes}".strip(), run)

    def remember(self, remembered: Remembered) -> None:
        """Keep what is remembered between runs."""
        self.remembered = remembered
        try:
            write_remembered(self.around.paths.remembered, remembered)
        except OSError as error:
            self.desk.tell(f"The choice is not remembered: {error.strerror}", "warning")

    async def leave(self, status: int = 0) -> None:
        """Stop what streams, keep every word, and end."""
        if not self.leaving.under_way:
            await self.leaving.all_kept(self._keep_draft_and_close, status)
            self.exit(return_code=status)

    async def on_unmount(self) -> None:
        """The widgets go, perhaps because of a fault: what was said is kept all the same."""
        await self.leaving.all_kept(self._keep_draft_and_close)

    async def _keep_draft_and_close(self) -> None:
        await self.session.keep_draft_now(self.composer.text)
        await self.around.close()

    def end(self, status: int) -> None:
        """Leave because of a signal."""
        self.run_worker(self.leave(status), name="leave", exit_on_error=False)

    # What goes wrong

    @on(Worker.StateChanged)
    def _worker_failed(self, event: Worker.StateChanged) -> None:
        """A worker ends well or is a bug: then say so, and go on, unless it is a crash already."""
        worker = event.worker
        if event.state is WorkerState.ERROR and worker.error is not None and not worker.exit_on_error:
            self.faults.hear(worker.error, worker.name)

    def _tell_fault(self, told: str) -> None:
        """Say on the screen what went wrong, in whichever thread it did."""
        if threading.get_ident() == self._thread_id:
            self.desk.tell(told, "error")
        elif self._loop is not None:
            self._loop.call_soon_threadsafe(self.desk.tell, told, "error")

    def _fatal_error(self) -> None:
        # Textual prints the values of all variables: keys and conversations among them.
        self._crash(sys.exc_info()[1])

    def panic(self, *renderables: object) -> None:
        """What Textual does with a fault that prints itself, and with one in what reads keys."""
        self._crash(self._exception)

    def _crash(self, error: BaseException | None) -> None:
        """End without a word: whoever runs the app writes a report."""
        self.leaving.crashed = self.leaving.crashed or error or RuntimeError()
        self.leaving.begun(1)
        self._return_code = 1
        self._close_messages_no_wait()

    def on_resize(self, event: events.Resize) -> None:
        # Not Textual's breakpoints: they style the whole screen anew, at every start.
        self.sidebar.set_class(event.size.width < _NARROW, "narrow")
        self.docking.fit(event.size.width)

    def on_key(self, event: events.Key) -> None:
        """What is typed while nothing takes it goes to the self.composer."""
        if self.screen is not self.screen_stack[0]:
            return
        if event.key == "enter" and self.focused in (None, self.composer):
            # Typed before the composer had the keys.
            self.composer.enter(event.key)
            return
        reading = self.focused is not self.transcript or self.transcript.views
        if reading and event.key in self.screen.active_bindings:
            return
        if event.is_printable and event.character:
            # At once, for letters come right behind it: they were on their way to who had the keys before,
            # and nothing has taken them when they arrive here.
            if field := _field(self.focused):
                field.insert_text_at_cursor(event.character)
            elif letters := _letters(self.focused):
                letters.take(event.character)
            else:
                self.screen.set_focus(self.composer)
                self.composer.insert(event.character)
            event.stop()
