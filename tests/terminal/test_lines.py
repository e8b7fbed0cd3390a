"""What the commands print to a terminal may be read and nothing else; to a pipe it is what it was."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.home import Home
from tests.terminal.hostile import END, HostileServer
from tests.terminal.oracle import echoed, foreign_in
from tests.terminal.payloads import MARK, PAYLOADS, RAW, SHORT, SURROGATES, one_line
from tests.terminal.talk import archive

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminal of this kind", allow_module_level=True)

from tests.pty.terminal import Terminal

ALL = "\n\n".join((*PAYLOADS, *SURROGATES))
EVIL = one_line(SHORT).replace("\0", "")
# As a variable or an argument of the shell may hold it: any bytes but NUL.
BYTES = os.fsdecode(b"".join(RAW))
TEXTS = (ALL, SHORT)


@dataclass(frozen=True)
class Step:
    """One run of llmtui: what stands after it, what is in `config.toml`, what else is in the environment."""

    argv: Sequence[str]
    config: str = ""
    environ: tuple[tuple[str, str], ...] = ()

    @property
    def told(self) -> dict[str, Any]:
        return {"argv": self.argv, "config": self.config, "environ": dict(self.environ)}


def quoted(text: str) -> str:
    """As TOML writes it: nothing in it is a control."""
    return '"' + "".join(f"\\U{ord(sign):08X}" for sign in text) + '"'


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    names = [one_line(payload) for payload in PAYLOADS]
    with HostileServer(TEXTS, names) as server:
        yield server


def asked(*words: str) -> tuple[Step, ...]:
    return tuple(Step(["ask", "-m", "openai/evil", *options.split()]) for options in words)


ANSWERS = asked(
    *(
        "plain 0",
        "--reasoning --usage thought 0",
        "--reasoning --no-stream thought 0",
        "called 0",
        "declined 0",
    ),
    *("--json called 0", "--events --reasoning thought 1", "--no-stream plain 1"),
)
TROUBLES = asked("error 0", "html 0", "bytes", "reason", "controls", "header", "redirect", "within 0")
FALLING = (
    Step(["ask", "-m", "openai/evil", "--fallback", f"openai/{EVIL}", "reason"]),
    Step(["ask", "-m", f"openai/{EVIL}", "error 1"]),
)
# These go back to the start of their line, and write over what they said themselves.
OVERWRITING = (
    *asked("--progress plain 1", "--progress thought 0"),
    Step(["history", "backup", f"{EVIL}.db"]),
    Step(["history", "backup", f"{EVIL}/{EVIL}"]),
)
KEPT = tuple(
    Step(["history", *words.split()])
    for words in (
        *("import talk.json", "list", "list --json", "show evil", "show evil --json", "export evil"),
        *("export --all --format markdown", "export evil --format markdown"),
    )
)
LISTS = tuple(
    Step(words.split())
    for words in ("models --refresh", "models --json", "doctor openai", "keys list", "paths", "paths --json")
)
WRONG_WORDS = tuple(
    Step(argv)
    for evil in (EVIL, BYTES)
    for argv in (
        [f"--{evil}"],
        [evil, f"-{evil}", "ask"],
        ["ask", "-m", evil, "hi"],
        ["ask", "-m", f"{evil}/x", "hi"],
        ["ask", "--fallback", evil, "hi"],
        ["ask", f"--{evil}"],
        ["ask", "-r", evil, "hi"],
        ["ask", "--effort", evil, "hi"],
        ["models", evil],
        ["doctor", evil],
        ["doctor", f"open{evil}"],
        ["keys", evil],
        ["keys", "set", evil],
        ["keys", "remove", evil],
        ["decode", "--dialect", evil, "x"],
        ["decode", "--dialect", "openai-chat", evil],
        ["decode", "--dialect", "openai-chat", f"{evil}\0"],
        ["history", "show", evil],
        ["history", "import", evil],
        ["history", evil],
        ["serve", "--port", evil],
        ["serve", "--host", evil],
        ["-r", evil],
    )
)
WRONG_SETTINGS = tuple(
    Step(["ask", "-m", "openai/evil", "hi"], config)
    for config in (
        f"{quoted(EVIL)} = 1",
        f"theme = 1\n{quoted(EVIL)} = 1",
        f"default_model = {quoted(EVIL)}",
        f"fallback = [{quoted(EVIL)}]",
        f"reasoning = {quoted(EVIL)}",
        f"code = {quoted(EVIL)}\nenter_sends = {quoted(EVIL)}",
        f"[timeouts]\n{quoted(EVIL)} = 1",
        f"[limits]\nstreams = {quoted(EVIL)}",
        f"[keys]\n{quoted(EVIL)} = 1",
        f"[providers.{quoted(EVIL)}]\nbase_url = {quoted(EVIL)}",
        f"[providers.x]\n{quoted(EVIL)} = 1",
        f"[providers.x]\nbase_url = {quoted(EVIL)}",
        f"[providers.x]\nbase_url = 'http://a'\ndialect = {quoted(EVIL)}",
        f"[providers.x]\nbase_url = 'http://a'\nheaders = {{ {quoted(EVIL)} = {quoted(EVIL)} }}",
        f"[providers.x]\nbase_url = 'http://a'\n[providers.x.model.{quoted(EVIL)}]\n{quoted(EVIL)} = 1",
        f"x = \x1b]0;{MARK}\x07",
        f"x = '{EVIL}",
        f"[{EVIL}",
    )
)
SET_UP = tuple(
    Step(argv, f"[providers.x]\nbase_url = 'http://127.0.0.1:9'\n{field} = {value}\n")
    for field, value in (
        ("title", quoted(EVIL)),
        ("models", f"[{quoted(EVIL)}]"),
        ("suggest", quoted(EVIL)),
        ("api_key_cmd", quoted(f"echo {EVIL}")),
        ("api_key_cmd", quoted(f"false {EVIL}")),
        ("ca_file", quoted(f"/{EVIL}")),
        ("models_path", quoted(EVIL)),
    )
    for argv in (["doctor", "x"], ["ask", "-m", "x/y", "hi"], ["models"], ["keys", "list"])
)
VARIABLES = tuple(
    Step(argv, environ=((name, value),))
    for name in (
        *("LLM_MODEL", "LLM_PROVIDER", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_HOST", "HTTPS_PROXY"),
        *("INFERENCE_GATEWAY_URL", "GROQ_API_KEY", "SSL_CERT_FILE", "LLMTUI_STATE_DIR"),
    )
    for value in (EVIL, BYTES)
    for argv in (["doctor"], ["ask", "hi"], ["keys", "list"])
    if argv[0] != "ask" or name.startswith("LLM_")
)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(ANSWERS, id="answers"),
        pytest.param(OVERWRITING, id="progress"),
        pytest.param(TROUBLES + FALLING, id="troubles"),
        pytest.param(KEPT, id="what is kept"),
        pytest.param(LISTS, id="lists"),
        pytest.param(WRONG_WORDS, id="wrong words"),
        pytest.param(WRONG_SETTINGS + SET_UP, id="settings"),
        pytest.param(VARIABLES, id="variables"),
    ],
)
def test_nothing_that_is_printed_to_a_terminal_acts_on_it(
    steps: Sequence[Step], home: Home, server: HostileServer
) -> None:
    raw = printed(steps, home, server)
    assert raw.count(b"\n--- ") == len(steps), raw[-2_000:].decode(errors="replace")
    assert b"Traceback" not in raw
    assert MARK.encode() in raw
    assert foreign_in(raw, plain=True, overwrites=steps is OVERWRITING) == []
    assert echoed(raw, PAYLOADS) == []


def printed(steps: Sequence[Step], home: Home, server: HostileServer) -> bytes:
    """All that these runs print to a terminal."""
    home.knows(server.address)
    (home.path / "talk.json").write_text(archive(), encoding="utf-8")
    told = home.path / "steps.json"
    told.write_text(json.dumps([step.told for step in steps]), encoding="utf-8")
    argv = [sys.executable, "-m", "tests.terminal.doors", str(told)]
    env = home.env | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with Terminal(argv, env, columns=200, rows=50, cwd=home.path) as terminal:
        assert terminal.wait_for_exit(100) == 0, terminal.text
        return bytes(terminal.raw)


def test_a_recording_is_printed_as_safely_as_an_answer(home: Home, server: HostileServer) -> None:
    chunk = {
        "choices": [{"delta": {"content": ALL, "reasoning": SHORT}, "finish_reason": SHORT}],
        "model": SHORT,
    }
    bodies = {
        "answer.sse": f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode(),
        "error.json": json.dumps({"error": {"message": ALL, "code": SHORT}}).encode(),
        "bytes": b"\n".join(RAW),
    }
    for name, body in bodies.items():
        (home.path / name).write_bytes(body)
    steps = [
        Step(["decode", "--reasoning", "--usage", "--dialect", dialect, name])
        for name in bodies
        for dialect in ("openai-chat", "ollama", "gemini")
    ]
    raw = printed(steps, home, server)
    assert raw.count(b"\n--- ") == len(steps)
    assert foreign_in(raw, plain=True) == []
    assert echoed(raw, PAYLOADS) == []


def test_a_pipe_gets_every_sign_as_it_was_said(home: Home, server: HostileServer) -> None:
    said = "".join((*PAYLOADS, "\r\n\ttail"))
    with HostileServer([said]) as plain:
        home.knows(plain.address)
        argv = [sys.executable, "-m", "llmtui", "ask", "-m", "openai/evil", "plain 0"]
        ended = subprocess.run(argv, env=home.env, cwd=home.path, capture_output=True, timeout=60)
    assert ended.stdout == f"{said}\n\n{END}-plain-0\n".encode()
