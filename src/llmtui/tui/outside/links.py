"""Links that the reader wants to follow: asked about, then opened, or copied where that can not be done."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from textual.app import App
from textual.content import Content

from llmtui.commands.desk import Tone
from llmtui.terminal import safe_line
from llmtui.tui.outside.link_opening import here, open_with
from llmtui.tui.outside.link_target import Target, target_of
from llmtui.tui.panels.link_panel import Answer, LinkPanel
from llmtui.tui.panels.picker import Choice, Picker


class Links:
    """Asks about them on the screen of an app."""

    def __init__(
        self,
        app: App[None],
        environ: Mapping[str, str],
        copy: Callable[[str, str], None],
        tell: Callable[[str, Tone], None],
    ) -> None:
        self._app, self._environ = app, environ
        self._copy, self._tell = copy, tell

    def follow(self, links: Sequence[str]) -> None:
        """Ask about this link, or which of these is meant."""
        different = list(dict.fromkeys(links))
        if not different:
            self._tell("There is no link in sight", "information")
        elif len(different) == 1:
            self._ask(different[0])
        else:
            choices = [Choice(link, partial(Content, safe_line(link)), link) for link in different]
            picker = Picker("Links", lambda: choices, hint=lambda: "Enter asks before it opens · Esc leaves")
            self._app.push_screen(picker, lambda link: self._ask(link) if link else None)

    def _ask(self, link: str) -> None:
        target, command = target_of(link), here(self._environ)
        # The page can open another one.
        in_browser = self._app.is_web

        def answered(answer: Answer | None) -> None:
            match answer:
                case "copy":
                    self._copy(link, "the link")
                case "open" if in_browser:
                    self._app.open_url(target.url)
                case "open":
                    self._app.run_worker(self._open(command, target), name="link", exit_on_error=False)

        self._app.push_screen(LinkPanel(link, target, in_browser or bool(command)), answered)

    async def _open(self, command: tuple[str, ...], target: Target) -> None:
        trouble = await open_with(command, target.url, self._environ)
        if trouble:
            self._tell(f"{trouble}. c copies a link instead", "warning")
