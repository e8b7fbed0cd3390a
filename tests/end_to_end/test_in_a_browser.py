"""llmtui in a real browser: log in, type, see the answer come."""

import sys
from pathlib import Path

import pytest

from llmtui.web.server import LONGEST_MESSAGE
from tests.end_to_end import chromium
from tests.end_to_end.home import Home
from tests.end_to_end.served import serving

pytestmark = pytest.mark.skipif(
    chromium.PROGRAM is None or not sys.platform.startswith("linux"),
    reason="there is no chromium here (Debian: apt install chromium)",
)

_LISTENING = "document.activeElement.classList.contains('xterm-helper-textarea')"
_WHY = "document.getElementById('why').textContent"


async def test_a_person_logs_in_by_the_url_asks_and_sees_the_answer(home: Home, tmp_path: Path) -> None:
    async with serving(home) as served, chromium.new_page(tmp_path / "profile") as page:
        await page.open(served.url)
        await page.wait_until(_LISTENING)
        await page.wait_to_hear("Ask anything")
        # The token is no longer in the address, and no script can read the cookie.
        assert await page.evaluate("location.href") == f"{served.address}/"
        assert await page.evaluate("document.cookie") == ""
        before = await page.screenshot()
        await page.type("where are my keys kept?")
        await page.wait_to_hear("where are my keys kept?")
        await page.press("Enter", 13, "\r")
        await page.wait_to_hear("Looked up by the built-in guide")
        after = await page.screenshot()
        (tmp_path / "before.png").write_bytes(before)
        (tmp_path / "after.png").write_bytes(after)
        # A page full of words makes a larger picture than a nearly empty one.
        assert len(after) > 1.5 * len(before)
        assert await served.interrupt() == 130
        await page.wait_until(f"{_WHY}.includes('llmtui serve has ended')")
        # Nothing was asked of anybody else, and the page did nothing that its policy forbids.
        host = served.address.partition("://")[2]
        here = (f"http://{host}/", f"ws://{host}/")
        assert [url for url in page.requested if not url.startswith(here)] == []
        assert [text for text in page.complaints if "Content Security Policy" in text] == []
    [kept] = home.conversations()
    assert "keys.json" in str(kept)


async def test_a_page_that_is_one_too_many_says_so(home: Home, tmp_path: Path) -> None:
    async with serving(home, "--sessions", "1") as served, chromium.new_page(tmp_path / "one") as first:
        await first.open(served.url)
        await first.wait_to_hear("Ask anything")
        async with chromium.new_page(tmp_path / "two") as second:
            await second.open(served.url)
            await second.wait_until(f"{_WHY}.includes('All 1 sessions are in use')")
        # Loading it anew leaves its own place to itself.
        await first.do("Page.reload")
        await first.wait_until(_LISTENING)


async def test_a_link_is_followed_only_after_its_host_was_shown(home: Home, tmp_path: Path) -> None:
    async with serving(home) as served, chromium.new_page(tmp_path / "profile") as page:
        await page.open(served.url)
        await page.wait_until(_LISTENING)
        asked = "window.asked = []; window.confirm = text => { window.asked.push(text); return false; };"
        links = ["https://xn--e1awd7f.example/x", "javascript:alert(1)", "file:///etc/passwd", "data:,x"]
        await page.evaluate(f"{asked} for (const link of {links}) window.open().location.href = link")
        await page.evaluate("window.open('https://\u0435x.example/')")
        shown = await page.evaluate("window.asked")
        assert [question.splitlines()[2] for question in shown] == [
            "xn--e1awd7f.example",
            "xn--x-itb.example",
        ]


async def test_what_is_copied_goes_to_the_clipboard_of_the_browser(home: Home, tmp_path: Path) -> None:
    async with serving(home) as served, chromium.new_page(tmp_path / "profile") as page:
        await page.open(served.url)
        await page.wait_until(_LISTENING)
        await page.wait_to_hear("Ask anything")
        await page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text; }")
        await page.type("where are my keys kept?")
        await page.wait_to_hear("where are my keys kept?")
        await page.press("Enter", 13, "\r")
        await page.wait_to_hear("Looked up by the built-in guide")
        await page.press("F8", 119)
        await page.wait_until("window.copied.includes('keys.json')")


async def test_a_paste_that_is_too_long_is_told_and_ends_nothing(home: Home, tmp_path: Path) -> None:
    async with serving(home) as served, chromium.new_page(tmp_path / "profile") as page:
        await page.open(served.url)
        await page.wait_until(_LISTENING)
        await page.wait_to_hear("Ask anything")
        await page.evaluate("window.told = ''; window.alert = text => { window.told = text; }")
        await page.evaluate(
            f"const pasted = new DataTransfer(); pasted.setData('text/plain', 'x'.repeat({LONGEST_MESSAGE}));"
            "document.activeElement.dispatchEvent("
            "new ClipboardEvent('paste', {clipboardData: pasted, bubbles: true}))"
        )
        await page.wait_until("window.told.includes('Nothing was pasted')")
        await page.type("zebra")
        await page.wait_to_hear("zebra")
