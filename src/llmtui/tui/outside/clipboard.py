"""The clipboard: the terminal's at once (OSC 52), then the system's own tool, and honest words about both."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from llmtui.commands.desk import Tone
from llmtui.terminal import safe_line, safe_text
from llmtui.tui.outside.clipboard_ways import Terminal, Tool, in_tmux, system_tool, terminal

_SECONDS = 2.0
# Many terminals read no more of one sequence than 100,000 characters of base64, and tmux no more than 1 MiB.
_SURE_BYTES = 74_994
_MOST_BYTES = 750_000
_TMUX_ALONE = "It is in tmux's own buffer only: set-clipboard is off"
_ELSE = "/save writes it to a file"


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a text: whether the terminal was sent it, who took it surely, and what went wrong."""

    sent: bool
    takers: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


class Clipboard:
    """Hands texts to every clipboard that can be reached from here, one after the other."""

    def __init__(
        self,
        environ: Mapping[str, str],
        osc52: Callable[[str], None],
        tell: Callable[[str, Tone], None],
        start: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        """`osc52` writes a text to the terminal's clipboard, `start` runs work that nobody waits for."""
        self._environ = environ
        self._osc52 = osc52
        self._tell = tell
        self._start = start
        self._turn = asyncio.Lock()
        self._warned = False

    def take(self, text: str, what: str) -> None:
        """Put the text there, and say how far `what` came."""
        # Half of a surrogate pair is no text that any clipboard could hold.
        text = text.encode("utf-8", "replace").decode()
        at = terminal(self._environ)
        sent = at.taking != "never" and len(text.encode()) <= _MOST_BYTES
        if sent:
            self._osc52(text)
        self._start(self._hand_over(text, what, at, sent))

    async def _hand_over(self, text: str, what: str, at: Terminal, sent: bool) -> None:
        # In turn: the text that was copied last is the one that stays.
        async with self._turn:
            tmux, tmux_trouble = await self._to_tmux(text, sent) if in_tmux(self._environ) else ("", "")
            tool = system_tool(self._environ, sys.platform, self._find)
            trouble = await _run(tool, text, self._environ) if tool else ""
        takers = (tool.name if tool and not trouble else "", tmux)
        troubles = (trouble, tmux_trouble)
        handed = Handed(sent, tuple(filter(None, takers)), tuple(filter(None, troubles)))
        words, tone = told(text, what, at, handed, doubted=not self._warned)
        self._warned = self._warned or not handed.takers
        self._tell(words, tone)

    async def _to_tmux(self, text: str, sent: bool) -> tuple[str, str]:
        """(who took it, what went wrong): tmux itself takes a program's word only where `set-clipboard` is
        on, but may be asked to pass a text on where it is external, as it usually is."""
        shown = await _ask(("tmux", "show-options", "-gv", "set-clipboard"), self._environ)
        if shown == "on" and sent:
            return "tmux", ""
        load = Tool("tmux", ("tmux", "load-buffer", "-w", "-"))
        if shown == "off" or await _run(load, text, self._environ):
            trouble = await _run(Tool("tmux", ("tmux", "load-buffer", "-")), text, self._environ)
            return ("", trouble) if trouble else ("tmux", _TMUX_ALONE)
        return "tmux", ""

    def _find(self, name: str) -> str | None:
        from shutil import which

        return which(name, path=self._environ.get("PATH"))


def told(text: str, what: str, at: Terminal, handed: Handed, doubted: bool) -> tuple[str, Tone]:
    """What to say of a text that was handed over; `doubted` says that doubts are to be told again."""
    measured = f"{what} ({len(text):,} character{'' if len(text) == 1 else 's'})"
    words = list(handed.troubles)
    long = len(text.encode()) > _SURE_BYTES and not handed.takers
    if handed.takers:
        head = f"Copied {measured} with {' and '.join(handed.takers)}"
        if handed.takers == ("tmux",) and doubted:
            words.append("What its own terminal takes is not known")
    elif not handed.sent:
        head = f"Not copied: {measured}"
        refused = at.taking == "never"
        why = f"{at.name} takes nothing for the clipboard" if refused else "It is too long for a terminal"
        words.append(f"{why}: {_ELSE}")
    else:
        head = f"Sent {measured} to {'the terminal' if at.taking == 'perhaps' else at.name} for the clipboard"
        if long:
            words.append(f"It may cut what is this long: {_ELSE}")
        elif at.taking == "perhaps" and doubted:
            words.append(f"Not every terminal takes it: {_ELSE}")
    plain = text.replace("\r", "\n")
    if safe_text(plain) != plain:
        words.append("There are hidden characters in it: look before you run it")
    worried = bool(handed.troubles) or long or not (handed.takers or handed.sent)
    return ". ".join((head, *words)), "warning" if worried else "information"


async def _run(tool: Tool, text: str, environ: Mapping[str, str]) -> str:
    """Hand the text to a tool; what went wrong, in a sentence, empty if it took it."""
    from asyncio.subprocess import DEVNULL, PIPE

    try:
        # Outputs are not read: what a tool leaves behind to hold the clipboard would never close them.
        child = await asyncio.create_subprocess_exec(
            *tool.command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, env=environ, start_new_session=True
        )
    except OSError as error:
        return f"{tool.name} could not be run ({error.strerror})"
    try:
        await asyncio.wait_for(child.communicate(text.encode(tool.encoding)), _SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()
        return f"{tool.name} did not answer in {_SECONDS:.0f} s"
    return f"{tool.name} did not take it (exit {child.returncode})" if child.returncode else ""


async def _ask(command: tuple[str, ...], environ: Mapping[str, str]) -> str:
    """The first line that a command says, empty if it fails."""
    from asyncio.subprocess import DEVNULL, PIPE

    try:
        child = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env=environ, start_new_session=True
        )
    except OSError:
        return ""
    try:
        said, _ = await asyncio.wait_for(child.communicate(), _SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()
        return ""
    return safe_line(said.decode("utf-8", "replace").partition("\n")[0])
