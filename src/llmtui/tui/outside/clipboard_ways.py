"""Which ways to a clipboard there are from where llmtui runs: told from the environment alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Find = Callable[[str], str | None]
Taking = Literal["surely", "perhaps", "never"]


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that puts what it reads on a clipboard."""

    name: str
    command: tuple[str, ...]
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal, and whether it takes what OSC 52 hands it; no terminal says whether it did."""

    name: str
    taking: Taking


_TAKING_TERMS = {
    "xterm-kitty": "kitty",
    "xterm-ghostty": "Ghostty",
    "alacritty": "Alacritty",
    "foot": "foot",
    "foot-extra": "foot",
    "wezterm": "WezTerm",
}
# As `llmtui serve` tells its sessions, which show themselves to a browser that may be at another machine.
_BROWSER = "llmtui-serve"
_TAKING_PROGRAMS = {"WezTerm": "WezTerm", "ghostty": "Ghostty", "rio": "Rio", _BROWSER: "the browser"}
_REFUSING = {"linux": "The Linux console", "dumb": "A dumb terminal"}


def system_tool(environ: Mapping[str, str], platform: str, find: Find) -> Tool | None:
    """The system's own tool, None where there is none or the reader sits at another machine."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY") or environ.get("TERM_PROGRAM") == _BROWSER:
        return None
    return next((tool for tool in _tools(environ, platform) if find(tool.command[0])), None)


def _tools(environ: Mapping[str, str], platform: str) -> list[Tool]:
    tools = []
    if environ.get("TERMUX_VERSION"):
        tools.append(Tool("termux-clipboard-set", ("termux-clipboard-set",)))
    if platform == "darwin":
        tools.append(Tool("pbcopy", ("pbcopy",)))
    if platform == "win32" or environ.get("WSL_DISTRO_NAME"):
        # What is not UTF-16 it reads in the code page of the console.
        tools.append(Tool("clip.exe", ("clip.exe",), "utf-16-le"))
    if environ.get("WAYLAND_DISPLAY"):
        tools.append(Tool("wl-copy", ("wl-copy",)))
    if environ.get("DISPLAY"):
        tools.append(Tool("xclip", ("xclip", "-selection", "clipboard")))
        tools.append(Tool("xsel", ("xsel", "--clipboard", "--input")))
    return tools


def in_tmux(environ: Mapping[str, str]) -> bool:
    """Whether tmux is between llmtui and the terminal."""
    return bool(environ.get("TMUX"))


def terminal(environ: Mapping[str, str]) -> Terminal:
    """The terminal as the environment names it."""
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if environ.get("STY") and not in_tmux(environ):
        return Terminal("GNU screen", "never")
    if program == "Apple_Terminal":
        return Terminal("macOS Terminal", "never")
    if term in _REFUSING:
        return Terminal(_REFUSING[term], "never")
    if environ.get("WT_SESSION"):
        return Terminal("Windows Terminal", "surely")
    name = _TAKING_TERMS.get(term) or _TAKING_PROGRAMS.get(program)
    return Terminal(name, "surely") if name else Terminal("The terminal", "perhaps")
