"""The whole app in a real terminal, where every text means harm: it shows them all, and nothing happens."""

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from llmtui.tui.terminal.terminal_input import BURST_SECONDS, ESCAPE_SECONDS
from tests.end_to_end.home import Home, command
from tests.terminal.hostile import END, WAYS, HostileServer
from tests.terminal.oracle import echoed, foreign_in
from tests.terminal.payloads import MARK, MARKUP, PAYLOADS, SHORT, SURROGATES, batches, one_line
from tests.terminal.talk import archive
from tests.terminal.test_lines import quoted

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminal of this kind", allow_module_level=True)

from tests.pty.terminal import Terminal

# So high that a whole text is in sight.
COLUMNS, ROWS = 120, 260
TEXTS = ["\n\n".join(batch) for batch in batches([*PAYLOADS, *SURROGATES], 5_000)]
# The end of a paste within a paste is another matter: tests/end_to_end/test_input.py.
PASTED = [
    "".join(batch).replace("\x1b[201~", "").replace("\x9b201~", "").encode("utf-8", "replace").decode()
    for batch in batches(PAYLOADS, 2_000)
]
# Ways to go wrong, and what is told of each.
TROUBLES = {
    "bytes": "502 from",
    "reason": "418 from",
    "controls": "the connection broke",
    "header": "200 from",
    "redirect": "307 from",
}
EVIL = one_line(SHORT).replace("\0", "")
LAYERS = ("as it is", "with the choke point alone")
SAFE_TO_PASTE = SHORT.replace("\r", "").replace("\0", "").replace("\x9b201~", "")
ONE_WORD = SAFE_TO_PASTE.replace("/", "")
# Commands that what follows is wrong for, or a name to, and a word of what is told then.
WRONG_WORDS = {
    "set": "temperature",
    "set temperature": "number",
    "set effort": "minimal",
    "set stop": "stop:",
    "keys": "provider",
    "keys x": "never",
    "theme": "called",
    "export": "markdown",
    "code": "second",
    "trim": "oldest",
    "model": "called",
    "fallback": "called",
    "rename": MARK,
    "system": "prompt",
}
UNWASHED = [sys.executable, "-m", "tests.terminal.unwashed"]


class Sitting:
    """Somebody before a terminal, who waits for what they did to be seen."""

    def __init__(self, home: Home, *arguments: str, argv: Sequence[str] = ()) -> None:
        env = home.env | {"PYTHONPATH": str(Path(__file__).parents[2])}
        self._terminal = Terminal(
            [*(argv or command()), *arguments], env, COLUMNS, ROWS, cwd=home.path, drawn=False
        )
        self._since = 0

    def __enter__(self) -> "Sitting":
        self._terminal.__enter__()
        self.sees("sk anything")
        return self

    def __exit__(self, *ended: object) -> None:
        self._terminal.__exit__(None, None, None)

    def sees(self, words: str) -> None:
        """Wait until this is written, after what was done last."""
        self._terminal.wait_for_bytes(words.encode(), since=self._since)

    def types(self, text: str, then: str) -> None:
        """Type, and wait for what comes of it."""
        self._since = len(self._terminal.raw)
        self._terminal.type(text)
        self.sees(then)

    def presses(self, key: str, then: str) -> None:
        """Press a key, and wait for what comes of it."""
        self._since = len(self._terminal.raw)
        self._terminal.press(key)
        self.sees(then)
        if key == "escape":
            # Time alone tells Esc and a letter from Alt and the letter.
            time.sleep(2 * ESCAPE_SECONDS)

    def pastes(self, text: str, then: str) -> None:
        """Paste, wait for what comes of it, and take the hand back to the keys."""
        self.types(f"\x1b[200~{text}\x1b[201~", then)
        # Time alone tells an Enter from one that was in the paste, and a busy machine reads both late.
        time.sleep(10 * BURST_SECONDS)

    def asks(self, words: str) -> None:
        """Ask, and wait until the answer has come whole."""
        self.types(f"{words}\r", "-".join((END, *words.split()[:2])))

    def leaves(self, *copied: str) -> None:
        """Quit as usual, and look at every byte that was written since the start."""
        self._terminal.press("ctrl+q")
        assert self._terminal.wait_for_exit() == 0, bytes(self._terminal.raw[-3_000:])
        raw = bytes(self._terminal.raw)
        assert MARK.encode() in raw
        assert foreign_in(raw, copied=copied) == []
        assert echoed(raw, PAYLOADS) == []


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer(TEXTS, [one_line(payload) for payload in PAYLOADS]) as server:
        yield server


@pytest.fixture
def known(home: Home, server: HostileServer) -> Home:
    """A home that knows the server, and asks it once."""
    home.knows(server.address)
    home.configure("[limits]\nretries = 0\n")
    return home


@pytest.mark.parametrize("argv", [[], UNWASHED], ids=LAYERS)
def test_what_a_model_says_is_only_shown(argv: list[str], known: Home) -> None:
    with Sitting(known, "-m", "openai/evil", argv=argv) as sitting:
        # The choke point does not know in which way something was said.
        for way in ("plain", "called") if argv else WAYS:
            for number in range(len(TEXTS)):
                sitting.asks(f"{way} {number}")
            sitting.presses("tab", "Esc back")
            if way in ("thought", "called"):
                sitting.types("t", "▾")
            sitting.types("r", MARK)
            sitting.types("i", "F1 help")
        sitting.leaves()


@pytest.mark.parametrize("argv", [[], UNWASHED], ids=LAYERS)
def test_what_goes_wrong_is_only_told(argv: list[str], known: Home) -> None:
    with Sitting(known, "-m", "openai/evil", argv=argv) as sitting:
        for number in range(len(TEXTS)):
            for way in ("error", "html", "within"):
                sitting.asks(f"{way} {number}")
        for way, told in TROUBLES.items():
            sitting.types(f"{way}\r", told)
        sitting.leaves()


@pytest.mark.parametrize("argv", [[], UNWASHED], ids=LAYERS)
def test_what_a_person_pastes_and_types_is_only_shown(
    argv: list[str], known: Home, server: HostileServer
) -> None:
    with Sitting(known, "-m", "openai/evil", argv=argv) as sitting:
        # As a draft, as a question, in the title that is made of it, and in the list.
        for number, pasted in enumerate(PASTED):
            sitting.pastes(f"say {number % len(TEXTS)} {pasted}", MARK)
            sitting.types("\r", f"{END}-say-{number % len(TEXTS)}")
        # In a queue.
        server.let_go.clear()
        sitting.types("plain 0\r", MARK)
        sitting.pastes(f"plain 1 {SAFE_TO_PASTE}", MARK)
        sitting.types("\r", "queued")
        server.let_go.set()
        sitting.sees(f"{END}-plain-1")
        sitting.leaves()


def test_what_commands_say_of_wrong_words_is_only_shown(known: Home) -> None:
    with Sitting(known, "-m", "openai/evil") as sitting:
        sitting.asks("plain 4")
        for words, told in WRONG_WORDS.items():
            sitting.pastes(f"/{words} {SAFE_TO_PASTE}", MARK)
            sitting.types("\r", told)
        sitting.pastes(f"/nothing{ONE_WORD}", MARK)
        sitting.types("\r", "space")
        sitting.leaves()


def test_what_panels_and_prompts_say_is_only_shown(known: Home, server: HostileServer) -> None:
    with Sitting(known, "-m", "openai/evil") as sitting:
        sitting.asks("fence 3")
        last = f"```python\n{TEXTS[3]}\n```\n\n{END}-fence-3"
        sitting.pastes(f"/rename {SAFE_TO_PASTE}", MARK)
        sitting.types("\r", MARK)
        sitting.types("/status\r", "When it fails")
        sitting.presses("escape", MARK)
        # The names of all models that the server lists, and a search among them.
        sitting.presses("ctrl+o", MARK)
        for _ in range(3):
            sitting.presses("page down", MARK)
        sitting.pastes(SAFE_TO_PASTE, MARK)
        sitting.presses("escape", MARK)
        sitting.presses("ctrl+f", "⌕")
        sitting.types(MARK, "before")
        sitting.pastes(SAFE_TO_PASTE, MARK)
        sitting.presses("escape", "F1 help")
        sitting.types("/export\r", "Exported")
        sitting.types("/save\r", "a code")
        sitting.types("m", "in ~/")
        sitting.presses("enter", "Saved the answer")
        sitting.types("/copy\r", "\x1b]52;")
        sitting.types("/pipe\r", "a code")
        sitting.types("m", "Enter runs")
        sitting.pastes("cat; printf '\\033]0;pwned\\007\\2332J'; echo", "cat")
        sitting.types("\r", "y copies this")
        sitting.leaves(last)


@pytest.mark.parametrize("argv", [[], UNWASHED], ids=LAYERS)
def test_what_is_kept_and_how_it_is_called_is_only_shown(argv: list[str], known: Home) -> None:
    (known.path / "talk.json").write_text(archive(), encoding="utf-8")
    assert known.run("history", "import", "talk.json").returncode == 0
    with Sitting(known, "-r", "evil", argv=argv) as sitting:
        sitting.sees(MARK)
        sitting.types("/reasoning all\r", MARK)
        sitting.types("/raw\r", MARK)
        sitting.types("/thoughts\r", MARK)
        # The list of conversations; each of some is shown, its title and all.
        sitting.presses("ctrl+r", MARK)
        for _ in range(8):
            sitting.presses("down", MARK)
        sitting.presses("enter", MARK)
        sitting.leaves()


@pytest.mark.parametrize("argv", [[], UNWASHED], ids=LAYERS)
def test_what_is_set_and_where_it_is_is_only_shown(
    argv: list[str], home: Home, server: HostileServer
) -> None:
    place = home.path / EVIL.replace("/", "")
    home.env |= {
        "LLMTUI_CONFIG_DIR": str(home.path / "config"),
        "LLMTUI_STATE_DIR": f"{place}-state",
        "LLMTUI_DATA_DIR": f"{place}-data",
        "INFERENCE_GATEWAY_URL": EVIL,
        "GROQ_API_KEY": EVIL,
    }
    home.configure(
        f"theme = {quoted(EVIL)}\n[limits]\nretries = 0\n[keys]\n{quoted(EVIL)} = 'f12'\n"
        f"[providers.x]\nbase_url = {quoted(server.address)}\ntitle = {quoted(EVIL)}\nauth = 'none'\n"
        f"models = [{quoted(EVIL)}]\n[providers.y]\nbase_url = 'http://127.0.0.1:9'\ntitle = {quoted(EVIL)}\n"
    )
    themes = home.path / "config" / "themes"
    themes.mkdir(parents=True)
    for name, source in (
        (EVIL, "x = 1"),
        ("bad", f"name = {quoted(EVIL)}"),
        ("worse", f"{quoted(EVIL)} = 1"),
    ):
        (themes / f"{name.replace('/', '')[:80]}.toml").write_text(source, encoding="utf-8")
    with Sitting(home, "-m", f"x/{EVIL}", argv=argv) as sitting:
        sitting.sees(MARK)
        sitting.asks("plain 4")
        sitting.types("/export\r", "Exported")
        sitting.types("/keys\r", "enters")
        sitting.types("/keys y\r", "Key for")
        sitting.presses("escape", MARK)
        sitting.presses("f1", "data")
        sitting.leaves()


@pytest.mark.skipif("LLMTUI_SHARED" not in os.environ, reason="LLMTUI_SHARED is not set: no suites here")
def test_what_others_have_collected_is_only_shown(home: Home) -> None:
    suites = Path(os.environ["LLMTUI_SHARED"]) / "suites"
    naughty = json.loads((suites / "blns" / "blns.json").read_text(encoding="utf-8"))
    torture = (suites / "utf8" / "UTF-8-test.txt").read_bytes().decode("utf-8", "replace")
    texts = ["\n\n".join(batch) for batch in batches(naughty, 4_000)]
    texts += [torture[at : at + 6_000] for at in range(0, len(torture), 6_000)]
    with HostileServer(texts, naughty) as server:
        home.knows(server.address)
        with Sitting(home, "-m", "openai/evil") as sitting:
            for number in range(len(texts)):
                sitting.asks(f"plain {number}")
                sitting.asks(f"thought {number}")
            sitting.presses("ctrl+o", "Recent")
            sitting.leaves()


def test_a_click_on_words_that_look_like_markup_does_nothing(home: Home) -> None:
    with HostileServer(["\n\n".join(MARKUP)], ["evil"]) as server:
        home.knows(server.address)
        with home.open("-m", "openai/evil", columns=100, rows=90) as terminal:
            terminal.wait_for("Ask anything")
            terminal.type("plain 0\r")
            lines = terminal.wait_for(f"{END}-plain-0").splitlines()
            places = [(line.index(MARK), row) for row, line in enumerate(lines, 1) if MARK in line]
            assert len(places) >= len(MARKUP)
            for column, row in places:
                terminal.type(f"\x1b[<0;{column + 2};{row}M\x1b[<0;{column + 2};{row}m")
            terminal.type("still here")
            terminal.wait_for("still here")
            terminal.press("ctrl+q")
            assert terminal.wait_for_exit() == 0
    assert list(home.path.rglob(f"*{MARK}*")) == []
    assert list(home.path.rglob("*.svg")) == []
