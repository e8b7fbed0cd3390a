"""`llmtui ask`, in a real process, against a real server."""

import asyncio
import errno
import json
import os
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import apsw
import pytest

from llmtui.chat.conversation import Conversation
from llmtui.chat.events import Done, TextDelta
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.news import News
from llmtui.chat.parts import Text
from llmtui.cli import reader_has_gone
from llmtui.cli.ask import at_rest
from llmtui.store.history import History
from tests.cli.running import Person, ended
from tests.wire.server import LoopbackServer, Pause, Reply, chunk, events, saying

MODEL = ("-m", "openai/loop")


def thinking() -> Reply:
    usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
    thought = {"choices": [{"index": 0, "delta": {"reasoning_content": "Hm."}}], "model": "loop-1"}
    return Reply(pieces=[events(thought, chunk("42"), chunk(finish="stop"), {"choices": [], "usage": usage})])


async def test_stdout_is_the_answer_and_nothing_else(tmp_path: Path) -> None:
    async with LoopbackServer(saying("Hel", "lo")) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "Hi", "there")
    assert (run.status, run.out, run.narration) == (0, "Hello\n", "")
    assert server.requests[0].json["messages"] == [{"role": "user", "content": "Hi there"}]
    assert server.requests[0].headers["authorization"] == "Bearer sk-canary"


async def test_what_is_piped_comes_after_the_prompt(tmp_path: Path) -> None:
    async with LoopbackServer(saying("ok")) as server:
        person = Person(tmp_path, server)
        await person.run("ask", *MODEL, "Explain", stdin="some code\n")
        await person.run("ask", *MODEL, stdin="only this\n")
    said = [received.json["messages"][0]["content"] for received in server.requests]
    assert said == ["Explain\n\nsome code\n", "only this\n"]


async def test_reasoning_and_usage_are_told_as_the_gateway_examples_tell_them(tmp_path: Path) -> None:
    async with LoopbackServer(thinking()) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "--reasoning", "--usage", "Hi")
    assert run.out == "42\n"
    assert run.narration == (
        "Model: loop-1\n\nReasoning:\nHm.\nResponse:\n\nUsage Statistics:\n"
        "  Prompt tokens: 7\n  Completion tokens: 5\n  Total tokens: 12\n"
    )


async def test_usage_counts_what_the_provider_counts_apart_and_gives_no_total_of(tmp_path: Path) -> None:
    usage = {"input_tokens": 3, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 7}
    block = {"index": 0, "content_block": {"type": "text", "text": "Hi"}}
    said = (
        {"type": "message_start", "message": {"model": "claude", "content": [], "usage": usage}},
        {"type": "content_block_start", **block},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    )
    async with LoopbackServer(Reply(pieces=[events(*said, done=False)])) as server:
        person = Person(tmp_path, server)
        person.configure(f'[providers.box]\nbase_url = "{server.url}"\ndialect = "anthropic"\n')
        run = await person.run("ask", "-m", "box/claude", "--usage", "Hi")
    for told in ("Prompt tokens: 110", "Completion tokens: 5", "Cached tokens: 100", "Total tokens: 115"):
        assert told in run.narration


async def test_an_answer_that_a_filter_ended_says_so(tmp_path: Path) -> None:
    filtered = Reply(pieces=[events(chunk("Half a"), chunk(finish="content_filter"))])
    async with LoopbackServer(filtered) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "Hi")
    assert run.out == "Half a\n"
    assert run.narration == "llmtui: the provider's filter ended the answer (content_filter)\n"


async def test_json_is_one_object_with_everything_in_it(tmp_path: Path) -> None:
    async with LoopbackServer(thinking()) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "--json", "-s", "Be brief", "Hi")
    said = json.loads(run.out)
    assert list(said) == [
        "conversation_id",
        "model",
        "requested_model",
        "provider",
        "text",
        "reasoning",
        "tool_calls",
        "finish_reason",
        "outcome",
        "error",
        "usage",
        "timing",
    ]
    assert (said["text"], said["reasoning"], said["model"], said["outcome"]) == (
        "42",
        "Hm.",
        "loop-1",
        "complete",
    )
    assert said["usage"] == {
        "input": 7,
        "output": 5,
        "reasoning": None,
        "cached": None,
        "total": 12,
        "estimated": False,
    }
    assert said["timing"]["total_s"] >= said["timing"]["first_token_s"] > 0
    assert server.requests[0].json["messages"][0] == {"role": "system", "content": "Be brief"}


async def test_without_streaming_the_request_says_so(tmp_path: Path) -> None:
    message = {"message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop", "index": 0}
    body = json.dumps({"model": "loop", "choices": [message]}).encode()
    reply = Reply(headers={"content-type": "application/json"}, pieces=[body], ends="length")
    async with LoopbackServer(reply) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "--no-stream", "Hi")
    assert (run.status, run.out) == (0, "Hello\n")
    assert not server.requests[0].json.get("stream")


async def test_a_cut_answer_is_printed_as_far_as_it_came_and_ends_with_1(tmp_path: Path) -> None:
    cut = Reply(pieces=[events(chunk("Half of"), done=False)])
    async with LoopbackServer(cut) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "Hi")
    assert (run.status, run.out) == (1, "Half of\n")
    assert "llmtui: " in run.narration


async def test_a_refused_key_says_what_where_and_what_next_without_the_key(tmp_path: Path) -> None:
    body = json.dumps({"error": {"message": "bad key sk-canary", "type": "invalid_request_error"}}).encode()
    refusal = Reply(401, {"content-type": "application/json"}, [body], "length")
    async with LoopbackServer(refusal) as server:
        run = await Person(tmp_path, server).run("ask", *MODEL, "Hi")
        assert run.status == 1
        assert f"401 from 127.0.0.1:{server.port}" in run.narration
    assert "OPENAI_API_KEY" in run.narration
    assert "sk-canary" not in run.narration + run.out


async def test_a_failure_in_json_is_an_object_too(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.env |= {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "x"}
    run = await person.run("ask", *MODEL, "--json", "Hi")
    said = json.loads(run.out)
    assert (run.status, said["outcome"], said["error"]["kind"]) == (1, "failed", "connection")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to ask"),
        (("-m", "nonsense", "Hi"), "'nonsense' is not a provider and a model"),
        (("-m", "nobody/x", "Hi"), "no provider called 'nobody'"),
        (("-c", "Hi"), "no conversation to continue"),
        (("-r", "123", "Hi"), "no conversation has an id"),
        (("--nonsense",), "unrecognized arguments"),
    ],
)
async def test_wrong_usage_ends_with_2_and_says_why(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    run = await Person(tmp_path).run("ask", *arguments)
    assert (run.status, run.out) == (2, "")
    assert said in run.narration


async def test_a_wrong_setting_ends_with_2_and_names_its_place(tmp_path: Path) -> None:
    person = Person(tmp_path)
    person.configure("[providers.work]\nbase_url = 3\n")
    run = await person.run("ask", "Hi")
    assert run.status == 2
    assert "config.toml: providers.work.base_url" in run.narration


async def test_a_conversation_goes_on_and_is_kept(tmp_path: Path) -> None:
    async with LoopbackServer(saying("One"), saying("Two"), saying("Three")) as server:
        person = Person(tmp_path, server)
        first = json.loads((await person.run("ask", *MODEL, "--json", "First")).out)
        second = json.loads((await person.run("ask", "-c", "--json", "Second")).out)
        third = json.loads(
            (await person.run("ask", "-r", first["conversation_id"][:6], "--json", "Third")).out
        )
    ids = {said["conversation_id"] for said in (first, second, third)}
    assert ids == {first["conversation_id"]}
    said = [message["content"] for message in server.requests[2].json["messages"]]
    assert said == ["First", "One", "Second", "Two", "Third"]
    assert server.requests[2].json["model"] == "loop"


QUESTION = Message("q1", "user", (Text("Why?"),), created=1.0)
BEGUN = after(Message("a1", "assistant", (), "q1", 2.0, Answer("p/m")), TextDelta("Because"), 0.1)


class Watched(History):
    """Counts how often everything was read, and tells when somebody has looked for the end twice."""

    loads = looks = 0

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.waiting = asyncio.Event()

    async def load(self, conversation_id: str) -> Conversation | None:
        self.loads += 1
        return await super().load(conversation_id)

    async def news(self, conversation_id: str, streaming: bool) -> News | None:
        self.looks += 1
        if self.looks > 1:
            self.waiting.set()
        return await super().news(conversation_id, streaming)


async def test_who_waits_for_an_answer_from_elsewhere_reads_the_whole_conversation_only_at_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, here = History(tmp_path / "history.db"), Watched(tmp_path / "history.db")
    await there.begin(Conversation("one", messages=(QUESTION,), head="q1"))
    await there.add("one", BEGUN)
    waiting = asyncio.create_task(at_rest(here, "one"))
    await here.waiting.wait()
    ended = after(after(BEGUN, TextDelta(" of that"), 0.2), Done(), 0.3)
    await there.settle("one", ended)
    conversation = await waiting
    assert conversation is not None
    assert conversation.path == (QUESTION, ended)
    assert here.loads == 2
    assert capsys.readouterr().err == "llmtui: an answer is arriving there: waiting for its end\n"
    await there.close()
    await here.close()


async def test_nobody_waits_for_an_answer_whose_process_has_died(tmp_path: Path) -> None:
    path, here = tmp_path / "history.db", Watched(tmp_path / "history.db")
    talking = Path(__file__).parents[1] / "store" / "talking.py"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(talking), "begin", str(path)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    waiting = asyncio.create_task(at_rest(here, "one"))
    await here.waiting.wait()
    process.kill()
    await process.wait()
    conversation = await waiting
    assert conversation is not None
    assert [message.answer.outcome for message in conversation.path if message.answer] == ["interrupted"]
    await here.close()


async def test_nothing_is_kept_where_nothing_is_to_be_kept(tmp_path: Path) -> None:
    async with LoopbackServer(saying("One")) as server:
        person = Person(tmp_path, server)
        assert (await person.run("ask", *MODEL, "--no-save", "First")).out == "One\n"
        assert (await person.run("history", "list")).out == ""


async def test_a_provider_of_ones_own_is_asked_with_the_key_of_a_command(tmp_path: Path) -> None:
    async with LoopbackServer(saying("Hello")) as server:
        person = Person(tmp_path)
        person.configure(
            f'default_model = "work/loop"\n[providers.work]\nbase_url = "{server.url}"\n'
            'api_key_cmd = "echo sk-from-command"\nheaders = { X-Team = "blue" }\n'
        )
        run = await person.run("ask", "Hi")
    assert run.out == "Hello\n", run.narration
    assert server.requests[0].headers["authorization"] == "Bearer sk-from-command"
    assert server.requests[0].headers["x-team"] == "blue"


async def test_the_environment_chooses_a_model_behind_the_gateway(tmp_path: Path) -> None:
    async with LoopbackServer(saying("Hello")) as server:
        person = Person(tmp_path)
        person.env |= {
            "INFERENCE_GATEWAY_URL": server.url,
            "LLM_PROVIDER": "groq",
            "LLM_MODEL": "llama-3.3-70b-versatile",
        }
        run = await person.run("ask", "--json", "Hi")
    assert json.loads(run.out)["requested_model"] == "gateway/groq/llama-3.3-70b-versatile"
    assert server.requests[0].json["model"] == "groq/llama-3.3-70b-versatile"
    assert "authorization" not in server.requests[0].headers


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C cannot be sent to another process here")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
@pytest.mark.parametrize("times", [1, 5])
async def test_a_signal_stops_keeps_what_came_and_ends_with_its_status(
    tmp_path: Path, name: str, times: int
) -> None:
    number = signal.Signals[name]
    stuck = Reply(pieces=[events(chunk("Half of"), done=False), Pause(asyncio.Event())])
    async with LoopbackServer(stuck) as server:
        person = Person(tmp_path, server)
        process = await person.start("ask", *MODEL, "Hi")
        assert process.stdout is not None
        assert await process.stdout.readexactly(7) == b"Half of"
        for _ in range(times):
            with suppress(ProcessLookupError):
                process.send_signal(number)
        run = await ended(process)
        await (await server.request()).gone.wait()
    assert (run.status, run.out) == (128 + number, "\n")
    assert run.narration == "llmtui: stopped; what came is kept\n"
    exported = json.loads((await person.run("history", "export", "--all")).out)
    answer = exported["conversations"][0]["messages"][1]
    assert (answer["parts"][0]["text"], answer["answer"]["outcome"]) == ("Half of", "stopped")


@pytest.mark.skipif(os.name != "posix", reason="there are no pseudo-terminals here")
async def test_a_burst_of_ctrl_c_at_a_terminal_is_one(tmp_path: Path) -> None:
    from tests.pty.terminal import Terminal

    stuck = Reply(pieces=[events(chunk("Half of"), done=False), Pause(asyncio.Event())])
    async with LoopbackServer(stuck) as server:
        person = Person(tmp_path, server)

        def pressed() -> str:
            argv = [sys.executable, "-m", "llmtui", "ask", *MODEL, "Hi"]
            with Terminal(argv, person.env, 200, 40) as terminal:
                terminal.wait_for("Half of")
                for _ in range(60):
                    terminal.press("ctrl+c")
                # And on, until the very end: there is no moment at which it would be told of.
                while terminal.process.poll() is None:
                    terminal.signal(signal.SIGINT)
                assert terminal.wait_for_exit() == 130
                return bytes(terminal.raw).replace(b"^C", b"").decode()

        assert (await asyncio.to_thread(pressed)).split("\r\n") == [
            *("Half of", "llmtui: stopped; what came is kept", "")
        ]


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C cannot be sent to another process here")
async def test_a_burst_of_ctrl_c_before_there_is_a_question_is_one(tmp_path: Path) -> None:
    process = await Person(tmp_path).start("ask", stdin=None)
    assert process.stdin is not None
    # More than a pipe holds: when it is gone, somebody is reading.
    process.stdin.write(b"why? " * 100_000)
    await process.stdin.drain()
    while process.returncode is None:
        # Past asyncio, which would take the end of the process from itself.
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGINT)
        await asyncio.sleep(0)
    run = await ended(process)
    assert (run.status, run.out, run.narration) == (130, "", "")


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C cannot be sent to another process here")
async def test_a_disk_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    stuck = Reply(pieces=[events(chunk("Half of"), done=False), Pause(asyncio.Event())])
    async with LoopbackServer(stuck) as server:
        process = await Person(tmp_path, server).start("ask", *MODEL, "Hi")
        assert process.stdout is not None
        assert await process.stdout.readexactly(7) == b"Half of"
        with closing(apsw.Connection(str(tmp_path / "data" / "history.db"))) as history:
            history.set_busy_timeout(10_000)
            # Nobody else can write until this ends, and whoever tries waits for longer than an end may take.
            history.execute("BEGIN IMMEDIATE")
            process.send_signal(signal.SIGTERM)
            run = await ended(process)
    assert run.status == 128 + signal.SIGTERM
    assert "could not be kept" in run.narration


@pytest.mark.skipif(os.name != "posix", reason="a closed pipe is another error here")
async def test_a_reader_who_has_gone_ends_it_quietly(tmp_path: Path) -> None:
    more = asyncio.Event()
    words = [events(chunk("word " * 100), done=False) for _ in range(50)]
    reply = Reply(pieces=[words[0], Pause(more), *words[1:], Pause(asyncio.Event())])
    async with LoopbackServer(reply) as server:
        person = Person(tmp_path, server)
        reading, writing = os.pipe()
        process = await asyncio.to_thread(
            subprocess.Popen,
            [sys.executable, "-m", "llmtui", "ask", *MODEL, "Hi"],
            env=person.env,
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.PIPE,
        )
        os.close(writing)
        await asyncio.to_thread(os.read, reading, 10)
        os.close(reading)
        more.set()
        _, narration = await asyncio.to_thread(process.communicate)
    assert process.returncode == 1
    assert b"Exception" not in narration
    assert b"Traceback" not in narration


def test_a_reader_who_has_gone_is_known_on_windows_too() -> None:
    gone, no_name = (
        OSError(errno.EINVAL, "Invalid argument"),
        OSError(errno.EINVAL, "Invalid argument", "a?b"),
    )
    assert reader_has_gone(gone, "nt")
    assert not any(reader_has_gone(no_name, system) for system in ("nt", "posix"))
    assert not reader_has_gone(gone, "posix")


@pytest.mark.skipif(os.name != "posix", reason="there are no pseudo-terminals here")
async def test_to_a_terminal_only_what_can_be_read_is_printed(tmp_path: Path) -> None:
    from tests.pty.terminal import Terminal

    async with LoopbackServer(saying("\x1b]52;c;aGk=\x07", "done")) as server:
        person = Person(tmp_path, server)
        argv = [sys.executable, "-m", "llmtui", "ask", *MODEL, "Hi"]
        with await asyncio.to_thread(Terminal, argv, person.env, 100, 20) as terminal:
            await asyncio.to_thread(terminal.wait_for, "done")
            await asyncio.to_thread(terminal.wait_for_exit)
        assert b"\x1b]52" not in terminal.raw


def counted(**more: object) -> Reply:
    usage = {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500, **more}
    return Reply(pieces=[events(chunk("42"), chunk(finish="stop"), {"choices": [], "usage": usage})])


async def test_what_it_cost_is_told_where_that_is_known(tmp_path: Path) -> None:
    async with LoopbackServer(counted()) as server:
        person = Person(tmp_path, server)
        unknown = await person.run("ask", *MODEL, "--usage", "Hi")
        unknown_json = await person.run("ask", *MODEL, "--json", "Hi")
        person.configure('[providers.openai.model."loop"]\ninput_price = 2\noutput_price = 8\n')
        told = await person.run("ask", *MODEL, "--usage", "Hi")
        told_json = await person.run("ask", *MODEL, "--json", "Hi")
        # What everybody knows of a model: 2.5 and 10 dollars per million.
        person.configure("")
        world = await person.run("ask", "-m", "openai/gpt-4o", "--json", "Hi")
        server.will(counted(cost=0.25))
        reported = await person.run("ask", *MODEL, "--usage", "Hi")
    assert "Cost" not in unknown.narration
    assert "cost" not in json.loads(unknown_json.out)["usage"]
    assert "  Cost: $0.006\n" in told.narration
    assert json.loads(told_json.out)["usage"]["cost"] == pytest.approx(0.006)
    assert json.loads(world.out)["usage"]["cost"] == pytest.approx(0.0075)
    assert "  Cost: $0.25\n" in reported.narration
