"""What a provider says it still allows is kept, from good answers and bad ones, the newest of each."""

from llmtui.chat.allowance import Allowance
from tests.wire.lines import NOON, Wound, asked, asking_of, card_at, line_to
from tests.wire.server import LoopbackServer, Reply, saying

EVENTS = {"content-type": "text/event-stream"}


def left(requests: int) -> dict[str, str]:
    return {
        "x-ratelimit-limit-requests": "100",
        "x-ratelimit-remaining-requests": str(requests),
        "x-ratelimit-reset-requests": "6m0s",
    }


async def test_the_newest_answer_good_or_bad_says_what_is_left() -> None:
    good = Reply(200, {**EVENTS, **left(7)}, saying("Hi").pieces)
    bad = Reply(400, left(6), [b"no"], "length")
    wound = Wound()
    async with LoopbackServer(good, bad, saying("Hi")) as server:
        cards = [card_at(server.url), card_at(server.url, name="other")]
        async with line_to(*cards, clock=wound.clock) as line:
            assert line.allowances("loop") == ()
            await asked(line)
            assert line.allowances("loop") == (Allowance("requests", 100, 7, 360.0, NOON),)
            wound.now = 9.0
            await asked(line)
            assert line.allowances("loop") == (Allowance("requests", 100, 6, 360.0, NOON + 9),)
            # Another provider's answer, or one that says nothing, changes nothing.
            await asked(line, asking_of("other"))
            await asked(line)
            assert line.allowances("loop")[0].remaining == 6
            assert line.allowances("other") == ()
