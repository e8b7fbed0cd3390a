"""What llmtui opens with, after the first paint: everything that nobody waits for.

What only a question needs (connections, models, prices, what draws an answer) is loaded when somebody begins
to type: an app that is only open costs as little as it can.
"""

from collections.abc import Callable

from llmtui.tui.screen_desk import ScreenDesk
from llmtui.tui.stage import Stage
from llmtui.tui.terminal import collecting


class Arriving:
    """Goes to the conversation that was asked for, loads history, connections, models and prices."""

    def __init__(
        self,
        stage: Stage,
        desk: ScreenDesk,
        tell_status: Callable[[], None],
        tell_notices: Callable[[], None],
    ) -> None:
        """`tell_notices` is called, in any thread, when the history has something to say of itself."""
        self._stage, self._desk = stage, desk
        self._tell_status, self._tell_notices = tell_status, tell_notices
        opening = stage.around.opening
        self._waiting = bool(opening.resume or opening.newest)
        self._early: list[str] = []
        self.prepared = False

    def ask(self, text: str) -> None:
        """Ask in the conversation being looked at, or in the one that was asked for once it is there."""
        if self._waiting:
            self._early.append(text)
        else:
            self._stage.session.ask(text)

    async def run(self) -> None:
        """All of it, what is seen first before all else."""
        stage, opening, models = self._stage, self._stage.around.opening, self._stage.around.models
        if stage.remembered.thoughts:
            stage.docking.show()
        await self._open_wanted()
        self._waiting = False
        self._take_suggestion()
        for early in self._early:
            stage.session.ask(early)
        if opening.prompt and opening.model_open and stage.session.conversation.model == opening.model:
            await models.look(self._tell_status)
            self._take_suggestion()
        if opening.prompt:
            stage.session.ask(opening.prompt)
        await stage.list_conversations()
        stage.around.notices.listen(self._tell_notices)
        collecting.leave_be()
        if opening.model_open or stage.session.asked:
            await self.prepare()

    async def prepare(self) -> None:
        """What the first question and its answer need; once."""
        stage, models = self._stage, self._stage.around.models
        if self.prepared:
            return
        self.prepared = True
        stage.transcript.warm()
        model = stage.session.conversation.model
        await stage.around.warm(model)
        await models.look(self._tell_status)
        self._take_suggestion()
        if (suggested := stage.session.conversation.model) != model:
            await stage.around.warm(suggested)
        await models.learn()
        self._tell_status()
        collecting.leave_be()

    def _take_suggestion(self) -> None:
        """Nobody chose a model, but there is a key or a server: begin with what it offers."""
        opening, session = self._stage.around.opening, self._stage.session
        if opening.model_open and not session.asked and session.conversation.model == opening.model:
            session.choose_model(self._stage.around.models.suggestion())

    async def _open_wanted(self) -> None:
        """Go to the conversation that was asked for on the command line."""
        stage, opening = self._stage, self._stage.around.opening
        wanted = opening.resume
        if opening.newest and not wanted:
            newest = await stage.sessions.keeper.summaries(limit=1)
            if not newest:
                self._desk.tell("There is no earlier conversation to continue")
                return
            wanted = newest[0].id
        if wanted:
            typed = stage.composer.text
            await self._desk.resume(wanted)
            if typed:
                draft = stage.composer.text
                stage.composer.put(f"{draft}\n\n{typed}" if draft else typed)
            if opening.model_wanted:
                stage.session.choose_model(opening.model)
            if opening.system:
                stage.session.instruct(opening.system)
        elif not opening.prompt:
            await self._take_up_draft()

    async def _take_up_draft(self) -> None:
        """What was typed and never sent when llmtui ended is there again; its empty conversation is not."""
        composer, keeper = self._stage.composer, self._stage.sessions.keeper
        unsent = await keeper.unsent()
        conversation = await keeper.load(unsent) if unsent else None
        if conversation is not None and conversation.id != self._stage.session.id:
            typed = composer.text
            composer.put(f"{conversation.draft}\n\n{typed}" if typed else conversation.draft)
            await keeper.delete(conversation.id)
