"""The examples of the manual are run as they stand there, in a real shell, against servers of this test."""

import asyncio
import os
import re
import shlex
import shutil
import stat
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from llmtui.providers.guide import read_manual
from llmtui.providers.retrieval import Section, sections
from tests.end_to_end.home import Home, command
from tests.faults.speech import Speech
from tests.faults.speeches import MODEL, SPEECHES
from tests.wire.server import LoopbackServer, Pause, Received, Reply, Sleep

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("jq") is None, reason="the examples need a Unix shell, and jq"
)

PAGES = ("gateway-and-openrouter", "streaming", "pipe", "local-servers")
CHAT, LEGACY, OLLAMA = (SPEECHES[dialect] for dialect in ("openai-chat", "openai-completions", "ollama"))
SAID = CHAT.text
SECONDS = 60

# Where each provider is to be found here, and what it speaks.
CONFIG = "\n".join(
    f'[providers.{name}]\nbase_url = "ROOT/{name}/v1"\n'
    for name in ("openrouter", "groq", "llamacpp", "lmstudio", "vllm", "litellm")
)
LISTS = {
    "openrouter": ("anthropic/claude-sonnet-4.5", "openai/gpt-4o-mini"),
    "groq": ("llama-3.3-70b-versatile",),
    "gateway": ("groq/llama-3.3-70b-versatile",),
    "llamacpp": ("model",),
    "lmstudio": ("some-model",),
    "vllm": ("Qwen/Qwen3-8B",),
    "litellm": ("gpt",),
}

# In place of the programs of others, which the examples start.
OTHERS = ("ollama", "llama-server", "vllm")


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of an example: exit status, output, narration, what the server was asked, where it ran; and
    the words with which the screen was opened."""

    status: int
    out: str
    narration: str
    server: LoopbackServer
    folder: Path
    screens: Sequence[Sequence[str]]

    @property
    def posts(self) -> list[Received]:
        """The requests for an answer, without those that look a model up."""
        return [one for one in self.server.requests if one.method == "POST" and one.path != "/api/show"]

    @property
    def asked(self) -> list[str]:
        """The models that were asked, by the paths of their providers."""
        return [f"{post.path.split('/')[1]}: {post.json.get('model')}" for post in self.posts]

    def file(self, name: str) -> str:
        """What is in a file that it wrote."""
        return (self.folder / name).read_text(encoding="utf-8")


Check = Callable[[Ran], None]


def worked(ran: Ran) -> None:
    """What is checked where nothing else is said."""
    assert ran.status == 0, ran.narration
    assert "Traceback" not in ran.narration


def answered(ran: Ran) -> None:
    """What is checked where something is asked."""
    worked(ran)
    assert ran.screens or ran.asked


@dataclass(frozen=True, slots=True)
class Scene:
    """What the server answers in place of a good answer, request by request; what comes of it; what in the
    example is made shorter for the test; how many requests come before any of them is answered; and whether
    the example goes on after a command that failed."""

    check: Check = worked
    replies: Sequence[Reply] = ()
    shorter: Mapping[str, str] = field(default_factory=dict)
    together: int = 0
    goes_on: bool = False


def well(speech: Speech = CHAT, model: str = MODEL) -> Reply:
    """A good answer."""
    body = speech.stream.replace(MODEL.encode(), model.encode())
    return Reply(200, speech.headers, [body])


def whole(speech: Speech = CHAT) -> Reply:
    """A good answer in one piece."""
    return Reply(200, {"content-type": "application/json"}, [speech.whole], "length")


# What each example shows


def generates(ran: Ran) -> None:
    answered(ran)
    assert ran.asked == ["gateway: deepseek/deepseek-reasoner"]
    assert ran.posts[0].json["stream"] is False
    told_as_in_the_gateways_examples(ran)


def streams(ran: Ran) -> None:
    answered(ran)
    assert ran.asked == ["gateway: groq/deepseek-r1-distill-llama-70b"]
    assert ran.posts[0].json["stream"] is True
    told_as_in_the_gateways_examples(ran)


def told_as_in_the_gateways_examples(ran: Ran) -> None:
    assert ran.out == f"{SAID}\n"
    # The cost is added where it is known.
    assert ran.narration.startswith(
        f"Model: {MODEL}\n\nReasoning:\n{CHAT.reasoning}\nResponse:\n\nUsage Statistics:\n"
        "  Prompt tokens: 9\n  Completion tokens: 6\n  Total tokens: 15\n"
    )


def lists_the_gateway(ran: Ran) -> None:
    answered(ran)
    assert "gateway/groq/llama-3.3-70b-versatile" in ran.out
    assert ran.screens == [["-m", "gateway/groq/llama-3.3-70b-versatile"]]


def opens_the_screen(ran: Ran) -> None:
    answered(ran)
    assert len(ran.screens) == 1


def openrouter(ran: Ran) -> None:
    answered(ran)
    assert "openrouter/anthropic/claude-sonnet-4.5" in ran.out
    assert "gpt-4o" not in ran.out
    assert ran.asked == ["openrouter: deepseek/deepseek-r1"]
    assert SAID in ran.out
    assert "Usage Statistics" in ran.narration


def routes(ran: Ran) -> None:
    answered(ran)
    (post,) = ran.posts
    assert (post.json["model"], post.json["models"]) == (
        "anthropic/claude-sonnet-4.5",
        ["openai/gpt-4o-mini"],
    )
    assert "openai/gpt-4o-mini" in ran.narration
    assert ran.out == f"{SAID}\n"


def falls_back(ran: Ran) -> None:
    answered(ran)
    assert ran.asked == ["openrouter: anthropic/claude-sonnet-4.5"] * 3 + ["groq: llama-3.3-70b-versatile"]
    assert ran.out == f"{SAID}\n"
    assert "was rate-limited (429)" in ran.narration
    assert "answered by groq/llama-3.3-70b-versatile" in ran.narration


def names_who_answered(ran: Ran) -> None:
    answered(ran)
    assert ran.out.split() == [
        "openrouter/anthropic/claude-sonnet-4.5",
        "anthropic/claude-4.5-sonnet-20250929",
    ]


def scripts(ran: Ran) -> None:
    answered(ran)
    assert ran.out == f"{SAID}\n15\n"


def goes_on_with_a_text(ran: Ran) -> None:
    answered(ran)
    assert ran.asked == ["openrouter-text: openai/gpt-3.5-turbo-instruct"]
    assert ran.posts[0].path.endswith("/completions")
    assert "chat" not in ran.posts[0].path
    assert ran.out == f"{SAID}\n"


def prints_events(ran: Ran) -> None:
    answered(ran)
    lines = ran.out.splitlines()
    assert [re.findall(r'"event": "(\w+)"', line)[0] for line in lines if "event" in line] == [
        "model",
        *["delta"] * 4,
        "usage",
        "done",
    ]


def prints_the_words_of_events(ran: Ran) -> None:
    answered(ran)
    assert ran.out == SAID


def tells_progress(ran: Ran) -> None:
    answered(ran)
    assert ran.file("story.txt") == f"{SAID}\n"
    assert re.search(r"^llmtui: ≈\d+ tokens(, [\d,]+ tok/s)?$", ran.narration, re.MULTILINE)
    assert re.search(r"^llmtui: 6 tokens in \d+\.\d s, [\d,]+ tok/s$", ran.narration, re.MULTILINE)


def answers_at_once(ran: Ran) -> None:
    answered(ran)
    for city in ("Lisbon", "Oslo", "Rome", "Riga", "Bern"):
        assert ran.file(f"{city}.txt") == f"{SAID}\n"
    assert len(ran.asked) == 5


def can_be_cancelled(ran: Ran) -> None:
    assert ran.file("story.txt").startswith(CHAT.spoken[0])
    assert "stopped; what came is kept" in ran.narration
    _, going_on = ran.posts
    assert [message["role"] for message in going_on.json["messages"]] == ["user", "assistant", "user"]
    assert going_on.json["messages"][1]["content"] == CHAT.spoken[0]
    assert ran.out == f"{SAID}\n"


def gives_up(ran: Ran) -> None:
    assert ran.status == 0, ran.narration
    assert ran.out == f"{CHAT.spoken[0]}\nit gave up\n"
    assert "the answer took longer than 1 s" in ran.narration


def asks_the_next(ran: Ran) -> None:
    answered(ran)
    # There is no key for the first.
    assert ran.asked == ["groq: llama-3.3-70b-versatile"]
    assert ran.out == f"{SAID}\n"
    assert "answered by groq/llama-3.3-70b-versatile: openai/gpt-4o has no usable key" in ran.narration


def decodes(ran: Ran) -> None:
    worked(ran)
    assert ran.out.startswith(f"{SAID}\n")


def says_why_it_ended(ran: Ran) -> None:
    answered(ran)
    assert ran.out.split() == ["complete", "stop"]


TOO_MANY = Reply(429, {"retry-after-ms": "1"}, [CHAT.refusing("Rate limit reached")], "length")
BEGUN = Reply(200, CHAT.headers, [CHAT.begun, Sleep(SECONDS)])
SLOW = Reply(200, CHAT.headers, [CHAT.begun, Sleep(1.2), CHAT.words[1], CHAT.words[2], *CHAT.ending])

# By the title of the section, and which of its examples it is.
SCENES: Mapping[tuple[str, int], Scene] = {
    ("Use the gateway", 0): Scene(lists_the_gateway),
    ("LLM_PROVIDER and LLM_MODEL", 0): Scene(opens_the_screen),
    ("Generate with the gateway", 0): Scene(generates, [whole()]),
    ("Stream with the gateway", 0): Scene(streams),
    ("OpenRouter examples", 0): Scene(openrouter),
    ("OpenRouter streaming with fallback", 0): Scene(routes, [well(model="openai/gpt-4o-mini")]),
    ("OpenRouter streaming with fallback", 1): Scene(falls_back, [TOO_MANY, TOO_MANY, TOO_MANY, well()]),
    ("Which model really answered", 0): Scene(
        names_who_answered, [well(model="anthropic/claude-4.5-sonnet-20250929")]
    ),
    ("OpenRouter in a script", 0): Scene(scripts),
    ("Completions (legacy) beside chat", 0): Scene(goes_on_with_a_text),
    ("A streaming client: delta, done and error events", 0): Scene(prints_events),
    ("A streaming client: delta, done and error events", 1): Scene(prints_the_words_of_events),
    ("Progress and token estimates", 0): Scene(tells_progress, [SLOW]),
    ("Several answers at once in the shell", 0): Scene(answers_at_once, together=4),
    ("Cancel an answer in the shell", 0): Scene(can_be_cancelled, [BEGUN, well()], goes_on=True),
    ("Deadlines in the shell", 0): Scene(gives_up, [BEGUN], {"total = 60": "total = 1"}),
    ("Fall back on another model in the pipe", 0): Scene(asks_the_next),
    ("Read a recorded answer (decode)", 0): Scene(decodes),
    ("Why an answer ended", 0): Scene(says_why_it_ended),
}
# What is no command but a summary of one.
SUMMARIES = ("The screen from the shell",)


@dataclass(frozen=True, slots=True)
class Example:
    """The nth shell example of a section, and the settings that the section tells to write."""

    section: Section
    number: int
    shell: str
    settings: str


def examples() -> list[Example]:
    """Every shell example of the pages, in order."""
    found = []
    for section in sections({page: text for page, text in read_manual().items() if page in PAGES}):
        settings = "\n".join(re.findall(r"^```toml\n(.*?)^```$", section.text, re.DOTALL | re.MULTILINE))
        blocks = re.findall(r"^```sh\n(.*?)^```$", section.text, re.DOTALL | re.MULTILINE)
        if section.title not in SUMMARIES:
            found += [Example(section, number, block, settings) for number, block in enumerate(blocks)]
    return found


def test_every_scene_is_one_of_the_manual() -> None:
    assert SCENES.keys() <= {(example.section.title, example.number) for example in examples()}


@pytest.mark.parametrize(
    "example", examples(), ids=lambda example: f"{example.section.title} {example.number}"
)
async def test_an_example_does_what_the_manual_says(example: Example, home: Home) -> None:
    scene = SCENES.get((example.section.title, example.number), Scene())
    async with served(scene) as server:
        root = server.url.removesuffix("/v1")
        setting_up(home, root, example.settings, scene)
        shell = moved("\n".join(line for line in example.shell.splitlines() if "…" not in line), root, scene)
        process = await asyncio.create_subprocess_exec(
            "sh",
            "-u" if scene.goes_on else "-eu",
            "-c",
            shell,
            env=home.env,
            cwd=home.path,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, narration = await asyncio.wait_for(process.communicate(), SECONDS)
        assert process.returncode is not None
        screens = await asyncio.to_thread(open_screens, home)
        scene.check(Ran(process.returncode, out.decode(), narration.decode(), server, home.path, screens))
        for received in server.requests:
            assert "sk-or-canary" not in repr(received.headers) or received.path.startswith("/openrouter")


@asynccontextmanager
async def served(scene: Scene) -> AsyncIterator[LoopbackServer]:
    """The providers, each below a path of its own."""
    lists = {f"/{name}/v1/models": _listing(names) for name, names in LISTS.items()}
    lists["/gateway/v1/models?include=context_window%2Cmodalities%2Cpricing"] = lists["/gateway/v1/models"]
    lists["/api/tags"] = Reply(
        200, {"content-type": "application/json"}, [b'{"models": [{"name": "llama3.2"}]}'], "length"
    )
    good = {f"/{name}/v1/chat/completions": well() for name in LISTS}
    good |= {"/openrouter-text/v1/completions": well(LEGACY), "/api/chat": well(OLLAMA)}
    gate = asyncio.Event()
    if scene.together:
        good = {path: replace(reply, pieces=[Pause(gate), *reply.pieces]) for path, reply in good.items()}
    by_path = {**lists, **({} if scene.replies else good)}
    async with LoopbackServer(*scene.replies, by_path=by_path) as server:
        opening = asyncio.create_task(_open(gate, server, scene.together))
        yield server
        opening.cancel()


async def _open(gate: asyncio.Event, server: LoopbackServer, together: int) -> None:
    """Let the answers go as soon as so many were asked for at the same time."""
    for number in range(together):
        await server.request(number)
    gate.set()


def _listing(names: Sequence[str]) -> Reply:
    models = ", ".join(f'{{"id": "{name}", "object": "model", "served_by": "groq"}}' for name in names)
    return Reply(200, {"content-type": "application/json"}, [f'{{"data": [{models}]}}'.encode()], "length")


def moved(text: str, root: str, scene: Scene) -> str:
    """The text with every address in it one of this machine, and made shorter for the test."""
    for long, short in scene.shorter.items():
        assert long in text or "[timeouts]" not in text
        text = text.replace(long, short)
    text = text.replace("https://openrouter.ai/api/v1", f"{root}/openrouter-text/v1")
    return text.replace("http://localhost:8080/v1", f"{root}/gateway/v1")


def setting_up(home: Home, root: str, settings: str, scene: Scene) -> None:
    """A home with two keys, servers, files to read, and llmtui in the path."""
    ours = CONFIG.replace("ROOT", root)
    # A setting is there once: the tables of providers come last.
    home.configure(f"{moved(settings, root, scene)}\n{ours}")
    programs = home.path / "bin"
    programs.mkdir()
    _write_program(programs / "llmtui", _LLMTUI.format(command=shlex.join(command())))
    for other in OTHERS:
        _write_program(programs / other, "#!/bin/sh\n")
    (home.path / "error.log").write_text("it broke\n", encoding="utf-8")
    (home.path / "answer.sse").write_bytes(CHAT.stream)
    (home.path / "question.txt").write_text("Why?\n", encoding="utf-8")
    home.env |= {
        "PATH": f"{programs}{os.pathsep}{home.env['PATH']}",
        "OPENROUTER_API_KEY": "sk-or-canary",
        "GROQ_API_KEY": "gsk-canary",
        "OLLAMA_HOST": root,
        "INFERENCE_GATEWAY_URL": f"{root}/gateway/v1",
        "SCREENS": str(home.path / "screens"),
    }
    (home.path / "screens").mkdir()


# The screen wants a terminal: what it was opened with is noted, and then opened in one.
_LLMTUI = """#!/bin/sh
case "${{1-}}" in
  ask|models|keys|doctor|decode|history|paths|--version) exec {command} "$@" ;;
esac
number=$(ls "$SCREENS" | wc -l)
{{ for word in "$@"; do printf '%s\\n' "$word"; done; }} > "$SCREENS/$number.words"
"""


def _write_program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def open_screens(home: Home) -> list[list[str]]:
    """Open the screen as often as the example did, and leave it again."""
    noted = sorted((home.path / "screens").iterdir())
    words = [path.read_text(encoding="utf-8").splitlines() for path in noted]
    for arguments in words:
        with home.open(*arguments) as terminal:
            terminal.wait_for("Ask anything")
            if "-m" in arguments:
                terminal.wait_for(arguments[arguments.index("-m") + 1])
            terminal.press("ctrl+q")
            assert terminal.wait_for_exit() == 0
    return words
