"""The panels that open over the screen; each is imported when it is opened, for no start waits for them."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual.app import App

from llmtui.commands.desk import Desk, Panel
from llmtui.tui.keys_told import key_of
from llmtui.tui.stage import Stage

if TYPE_CHECKING:
    from llmtui.tui.panels.picker import Picker


class Owner(Desk, Protocol):
    """The desk of the screen, which can also look at a kept conversation."""

    async def resume(self, conversation_id: str) -> None: ...


class Panels:
    """Opens them."""

    def __init__(self, app: App[None], stage: Stage, desk: Owner) -> None:
        self._app, self._stage, self._desk = app, stage, desk

    def open(self, panel: Panel) -> None:
        """Open one to choose or read in."""
        match panel:
            case "models":
                self._open_models()
            case "conversations":
                self._open_conversations()
            case "themes":
                self._open_themes()
            case "help":
                self._open_help()
            case "status":
                self._open_status()

    def _open_models(self) -> None:
        from llmtui.tui.panels.choices import age_told, model_choices
        from llmtui.tui.panels.picker import Picker
        from llmtui.tui.status.standing import cooling_words

        models, stage = self._stage.around.models, self._stage
        current = stage.session.conversation.model

        def hint() -> str:
            age = models.age
            lists = "asking the providers" if looking else "" if age is None else f"lists {age_told(age)}"
            renew, star = key_of(picker, "list.renew"), key_of(picker, "list.star")
            keys = (f"{renew} asks anew", "Enter chooses", f"{star} stars", "Esc leaves")
            return " · ".join(part for part in (lists, *keys) if part)

        looking = False

        async def look(anew: bool) -> None:
            nonlocal looking
            looking = True
            _tell(picker)
            try:
                await models.look(partial(_refresh, picker), anew)
            finally:
                looking = False
                _tell(picker)

        def renew(anew: bool = True) -> None:
            if not looking:
                self._app.run_worker(look(anew), name="models", exit_on_error=False)

        picker = Picker(
            "Models",
            lambda: model_choices(
                models.known,
                stage.remembered,
                current,
                models.servers,
                cooling_words(stage.session.means.cooling.now),
            ),
            hint=hint,
            starred=lambda name: stage.remember(stage.remembered.starring(name)),
            current=current,
            renewed=renew,
            # What a provider could not list is said where its models are missed.
            troubles=lambda: models.troubles,
        )

        def chosen(name: str | None) -> None:
            if name:
                self._desk.use_model(name)

        self._app.push_screen(picker, chosen)
        renew(anew=False)

    def _open_conversations(self) -> None:
        from llmtui.tui.panels.choices import conversation_choices
        from llmtui.tui.panels.picker import Picker

        def chosen(conversation_id: str | None) -> None:
            if conversation_id:
                self._app.run_worker(self._desk.resume(conversation_id), name="resume", exit_on_error=False)

        choices = conversation_choices(self._stage.summaries, date.today())
        self._app.push_screen(
            Picker("Conversations", lambda: choices, current=self._stage.session.id), chosen
        )

    def _open_themes(self) -> None:
        from llmtui.tui.panels.choices import theme_choices
        from llmtui.tui.panels.picker import Picker

        before = self._app.theme
        wardrobe = self._stage.wardrobe

        def chosen(name: str | None) -> None:
            if name:
                self._desk.use_theme(name)
            else:
                wardrobe.wear(before)

        wardrobe.fill()
        names = wardrobe.names()
        for problem in wardrobe.problems:
            self._desk.tell(problem.message, "warning")
        picker = Picker("Themes", lambda: theme_choices(names), marked=wardrobe.wear, current=before)
        self._app.push_screen(picker, chosen)

    def _open_status(self) -> None:
        from llmtui.tui.panels.status_panel import StatusPanel
        from llmtui.tui.status.standing import standing

        stage = self._stage
        rows = standing(
            stage.status,
            stage.session,
            stage.sessions.streaming,
            stage.around.models.facts(stage.session.conversation.model),
            str(stage.around.paths.history),
        )
        self._app.push_screen(StatusPanel(rows))

    def _open_help(self) -> None:
        from llmtui.tui.panels.help import HelpPanel

        active = {
            active.binding.id: active.binding.key
            for active in self._app.active_bindings.values()
            if active.binding.id
        }
        keys = {**self._stage.around.settings.keys, **active}
        paths = self._stage.around.paths
        places = (
            ("settings", str(paths.config_file)),
            ("themes", str(paths.themes)),
            ("history", str(paths.history)),
            ("exports", str(paths.exports)),
        )
        self._app.push_screen(HelpPanel(keys, places))


def _refresh(picker: "Picker") -> None:
    if picker.is_mounted:
        picker.refresh_soon()


def _tell(picker: "Picker") -> None:
    if picker.is_mounted:
        picker.show_hint()
