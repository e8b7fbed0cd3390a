"""A key stays with the address that it was given for, whatever the settings say later."""

from pathlib import Path

import pytest

from tests.cli.running import Person
from tests.faults.speeches import SPEECHES
from tests.wire.server import LoopbackServer, Reply

KEY = "sk-canary-of-the-first-server"
CHAT = SPEECHES["openai-chat"]
WELL = Reply(200, CHAT.headers, [CHAT.stream])


def table(server: LoopbackServer) -> str:
    return f'[providers.work]\ndialect = "openai-chat"\nbase_url = "{server.url}"\napi_key_env = "WORK_KEY"\n'


@pytest.mark.parametrize("how", ["ask", "models"])
async def test_a_kept_key_does_not_follow_a_changed_base_url(tmp_path: Path, how: str) -> None:
    async with LoopbackServer(WELL) as first, LoopbackServer(WELL) as second:
        person = Person(tmp_path)
        person.configure(table(first))
        kept = await person.run("keys", "set", "work", stdin=f"{KEY}\n")
        assert kept.status == 0, kept.narration
        asking = ("ask", "-m", "work/the-model", "Hi") if how == "ask" else ("models", "--refresh")

        await person.run(*asking)
        assert [received.headers.get("authorization") for received in first.requests] == [f"Bearer {KEY}"]

        person.configure(table(second))
        moved = await person.run(*asking)
        for received in second.requests:
            assert KEY not in repr(received)
        assert KEY not in moved.out + moved.narration
        if how == "ask":
            assert moved.status == 1
            assert "llmtui keys set work" in moved.narration
