"""A process of a session, with small programs in the place of llmtui."""

import os
import signal
import sys

import pytest

from llmtui.web.session import Session, surroundings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs here hear signals")

_BEGIN = "import signal, sys, time; print('__GANGLION__', flush=True); "
_SHOW = "sys.stdout.buffer.write(b'D' + (3).to_bytes(4, 'big') + b'one'); sys.stdout.flush(); "


async def started(program: str) -> Session:
    return await Session.start([sys.executable, "-c", program], os.environ)


async def shown(session: Session) -> list[bytes | str]:
    return [one async for one in session.shown()]


async def test_what_hangs_is_ended_all_the_same() -> None:
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    session = await started(_BEGIN + deaf + _SHOW + "time.sleep(600)")
    async for one in session.shown():
        assert one == b"one"
        break
    await session.end(longest=0.1)


async def test_what_it_left_behind_with_its_output_holds_nobody_up() -> None:
    starts = "import subprocess; number = b'%d' % subprocess.Popen(['sleep', '600']).pid; "
    tells = "sys.stdout.buffer.write(b'D' + len(number).to_bytes(4, 'big') + number); sys.stdout.flush(); "
    session = await started(_BEGIN + starts + tells + "time.sleep(600)")
    child = 0
    async for one in session.shown():
        assert isinstance(one, bytes)
        child = int(one)
        break
    try:
        await session.end()
    finally:
        os.kill(child, signal.SIGKILL)


async def test_what_has_more_to_show_than_anybody_reads_can_end() -> None:
    last = "sys.stdout.buffer.write(b'x' * 1_000_000)"
    quits = f"signal.signal(signal.SIGTERM, lambda *_: ({last}, sys.exit(0))); "
    session = await started(_BEGIN + quits + _SHOW + "time.sleep(600)")
    async for _ in session.shown():
        break
    await session.end()
    assert await session.last_words() == ""


async def test_what_it_complained_of_is_there_to_be_told_if_it_failed() -> None:
    session = await started("import sys; sys.exit('config.toml cannot be read')")
    assert await shown(session) == []
    await session.end()
    assert await session.last_words() == "config.toml cannot be read\n"


@pytest.mark.parametrize(
    "nonsense", ["b'X' * 100", "b'D' + b'\\xff' * 4", "b'M' + (1).to_bytes(4, 'big') + b'{'", "b'D'"]
)
async def test_packets_that_are_none_end_what_is_shown(nonsense: str) -> None:
    session = await started(_BEGIN + f"sys.stdout.buffer.write({nonsense})")
    assert await shown(session) == []
    await session.end()


def test_the_terminal_of_the_server_is_not_that_of_its_sessions() -> None:
    server = {
        "TMUX": "x",
        "STY": "x",
        "TERM": "linux",
        "COLUMNS": "20",
        "OPENAI_API_KEY": "k",
        "NO_COLOR": "1",
    }
    given = surroundings(server)
    assert not {"TMUX", "STY", "COLUMNS"} & given.keys()
    assert (given["TERM"], given["OPENAI_API_KEY"], given["NO_COLOR"]) == ("xterm-256color", "k", "1")
