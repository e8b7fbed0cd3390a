"""A link opens only after a question that says whose host it is, and through no shell."""

import re
from pathlib import Path

import pytest

from llmtui.chat.events import Done, TextDelta
from llmtui.config import Settings
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.outside import links
from llmtui.tui.outside.link_opening import opener
from llmtui.tui.outside.link_target import target_of
from llmtui.tui.panels.link_panel import LinkPanel
from llmtui.tui.terminal.safe_strips import is_safe_target
from tests.engine.scripted import ScriptedLine
from tests.tui.stage import app, say, screen_text, settled, shown
from tests.tui.test_clipboard import posix

SIZE = (100, 30)
ODD = "https://xn--pple-43d.example:8080/?q=$(touch+pwned)&x=`id`;'"


def told(link: str) -> str:
    return " | ".join(target_of(link).warnings)


@pytest.mark.parametrize(
    "link",
    [
        "https://a.example/x?y=1#z",
        "http://a.example:80/",
        "https://a.example:443",
        "mailto:me@a.example?subject=x",
        "https://[2606:4700::1]/",
    ],
)
def test_of_a_plain_link_there_is_nothing_to_say(link: str) -> None:
    target = target_of(link)
    assert (target.url, target.written, target.warnings) == (link, "", ())


@pytest.mark.parametrize(
    ("link", "host", "written", "warning"),
    [
        ("https://аpple.example/", "xn--pple-43d.example", "аpple.example", "Cyrillic, Latin"),
        ("https://xn--pple-43d.example", "xn--pple-43d.example", "аpple.example", "Cyrillic, Latin"),
        ("https://аррӏе.com", "xn--80ak6aa92e.com", "аррӏе.com", "letters that may look like others"),
        ("https://bank.example@evil.example/", "evil.example", "", "before the @"),
        ("https://bank.example:x@evil.example/", "evil.example", "", "before the @"),
        ("http://a.example:8080/", "a.example", "", "port 8080"),
        ("http://2130706433/", "2130706433", "", "127.0.0.1"),
        ("http://0300.0xa8.257/", "0300.0xa8.257", "", "192.168.1.1"),
        ("http://0x7f.1/", "0x7f.1", "", "this machine"),
        ("http://localhost/", "localhost", "", "this machine"),
        ("http://192.168.0.1/", "192.168.0.1", "", "your own network"),
        ("http://169.254.169.254/", "169.254.169.254", "", "your own network"),
        ("mailto:a@b.example?cc=q@z.example", "b.example", "", "more people"),
    ],
)
def test_what_is_odd_about_a_link_is_told(link: str, host: str, written: str, warning: str) -> None:
    target = target_of(link)
    assert (target.host, target.written) == (host, written)
    assert warning in told(link)


def test_scripts_that_belong_together_are_not_mixed() -> None:
    assert "mixes" not in told("https://例えtest.jp")
    assert "mixes" in told("https://testтест.example")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ssh://-oProxyCommand=x",
        "vscode://x",
        "//evil.example",
        "-evil",
        "/etc/passwd",
        "http:///evil.example",
        "https://good.example\\@evil.example",
        "https://exa%2fmple.com",
        "https://a..b/",
        "https://a.example:99999/",
        "https://℀.example",
        "https:///evil.example",
        "http://bank.example%40evil.example/",
        "http://bank.example;evil.example",
        "http://ex%61mple.com",
        "mailto:a@b?attach=/etc/passwd",
        "mailto:a@b.example?attach=/etc/passwd",
        "mailto:a@b.example?Attachment=x",
    ],
)
def test_what_programs_could_read_otherwise_is_not_opened(link: str) -> None:
    assert target_of(link).url == ""
    assert told(link)
    assert not is_safe_target(link), "a terminal opens it without asking"


def test_what_is_opened_is_ascii_and_the_host_that_was_shown() -> None:
    assert (
        target_of('https://bücher.example/ü?q=ö`"').url
        == "https://xn--bcher-kva.example/%C3%BC?q=%C3%B6%60%22"
    )
    assert target_of("https://ｅvil。example/").url == "https://evil.example/"


@pytest.mark.parametrize(
    ("environ", "platform", "program"),
    [
        ({"DISPLAY": ":0"}, "linux", "xdg-open"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", "xdg-open"),
        ({}, "linux", ""),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1"}, "linux", ""),
        ({}, "darwin", "open"),
        ({}, "win32", "rundll32.exe"),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", "wslview"),
        ({"TERMUX_VERSION": "1"}, "linux", "termux-open-url"),
    ],
)
def test_who_opens_links(environ: dict[str, str], platform: str, program: str) -> None:
    assert opener(environ, platform, lambda name: name)[:1] == ((program,) if program else ())


@pytest.mark.parametrize(
    "link", ["https://bank.example@evil.example/", "https://a.example\\@b.example", "https://bücher.example"]
)
def test_the_terminal_is_not_told_of_a_host_in_disguise(link: str) -> None:
    assert not is_safe_target(link)
    assert is_safe_target("https://a.example/@b?c@d")
    assert is_safe_target("mailto:me@a.example")


def talk(folder: Path, answer: str, browser: bool = True, settings: Settings | None = None) -> LlmtuiApp:
    program = folder / "bin" / "xdg-open"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$#" "$1" > "$GOT.new"; mv "$GOT.new" "$GOT"\n')
    program.chmod(0o755)
    environ = {
        "PATH": f"{program.parent}:/usr/bin:/bin",
        "GOT": str(folder / "got"),
        **({"DISPLAY": ":0"} if browser else {}),
    }
    return app(folder, ScriptedLine((TextDelta(answer), Done())), environ=environ, settings=settings)


def made_by_a_shell(folder: Path) -> bool:
    return (folder / "pwned").exists() or Path("pwned").exists()


async def opened(folder: Path, stage: LlmtuiApp) -> list[str]:
    await stage.workers.wait_for_complete()
    return (folder / "got").read_text().splitlines()


@posix
async def test_a_link_is_asked_about_and_enter_opens_it_as_one_word(tmp_path: Path) -> None:
    stage = talk(tmp_path, f"See [this]({ODD}).")
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, "Where?")
        await settled(pilot)
        await pilot.press("tab", "f")
        await shown(stage, "Open this link?")
        screen = screen_text(stage)
        for words in (
            "xn--pple-43d.example",
            "written аpple.example",
            "mixes scripts",
            "port 8080",
            "touch+pwned",
        ):
            assert words in screen
        assert not (tmp_path / "got").exists()
        await pilot.press("enter")
        await pilot.pause()
        assert await opened(tmp_path, stage) == ["1", target_of(ODD).url]
        assert not made_by_a_shell(tmp_path)


@posix
async def test_escape_opens_nothing_and_c_copies(tmp_path: Path) -> None:
    stage = talk(tmp_path, "See <https://a.example/x>.")
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await say(pilot, "Where?")
        await settled(pilot)
        await pilot.press("tab", "f")
        await shown(stage, "Enter opens")
        await pilot.press("escape")
        await pilot.press("f")
        await shown(stage, "Enter opens")
        await pilot.press("c")
        await shown(stage, "the link (19 characters)")
        assert stage.clipboard == "https://a.example/x"
        assert not (tmp_path / "got").exists()


@posix
async def test_the_keys_for_a_link_can_be_changed_and_are_told_as_they_are(tmp_path: Path) -> None:
    keys = {"link.open": "ctrl+y", "link.copy": "x,k", "link.leave": "k"}
    stage = talk(tmp_path, "See <https://a.example/x>.", settings=Settings(keys=keys))
    async with stage.run_test(size=SIZE, notifications=True) as pilot:
        await shown(stage, "link.copy and link.leave are both given k")
        assert len(stage._notifications) == 1
        await say(pilot, "Where?")
        await settled(pilot)
        await pilot.press("tab", "f")
        await shown(stage, "Ctrl+Y opens · x copies · Esc leaves")
        await pilot.press("enter", "q")
        assert isinstance(stage.screen, LinkPanel)
        await pilot.press("escape")
        assert not isinstance(stage.screen, LinkPanel)
        await pilot.press("f")
        await shown(stage, "Ctrl+Y opens")
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert await opened(tmp_path, stage) == ["1", "https://a.example/x"]


@posix
async def test_a_click_asks_too(tmp_path: Path) -> None:
    stage = talk(tmp_path, "https://a.example/x")
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Where?")
        await settled(pilot)
        rows = screen_text(stage).splitlines()
        row = next(at for at, line in enumerate(rows) if "https://a.example/x" in line)
        await pilot.click(offset=(rows[row].index("https") + 3, row))
        await shown(stage, "Open this link?")
        assert not (tmp_path / "got").exists()


@posix
async def test_where_there_is_no_browser_a_link_is_copied(tmp_path: Path) -> None:
    stage = talk(tmp_path, "https://a.example/x", browser=False)
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Where?")
        await settled(pilot)
        await pilot.press("tab", "f")
        await shown(stage, "There is no browser")
        assert "Enter opens" not in screen_text(stage)
        await pilot.press("enter")
        assert isinstance(stage.screen, LinkPanel)
        await pilot.press("escape")
        assert not isinstance(stage.screen, LinkPanel)


@posix
async def test_of_several_links_one_is_chosen(tmp_path: Path) -> None:
    stage = talk(tmp_path, "https://a.example/x https://b.example/y https://a.example/x")
    async with stage.run_test(size=SIZE) as pilot:
        await say(pilot, "Where?")
        await settled(pilot)
        await pilot.press("tab", "f")
        await shown(stage, "Enter asks before it opens")
        await pilot.press("b", ".", "enter")
        await shown(stage, "Open this link?")
        await pilot.press("enter")
        await pilot.pause()
        assert (await opened(tmp_path, stage))[1] == "https://b.example/y"


async def test_a_long_address_is_shown_whole(tmp_path: Path) -> None:
    link = "https://a.example/" + "/".join(f"part{number}" for number in range(60))
    stage = talk(tmp_path, f"[here]({link})")
    async with stage.run_test(size=(60, 40)) as pilot:
        await say(pilot, "Where?")
        await settled(pilot)
        await pilot.press("tab", "f")
        await shown(stage, "part59")
        panel = "".join(
            line.partition("│")[2].rpartition("│")[0].strip() for line in screen_text(stage).splitlines()
        )
        assert link in panel


def test_nothing_else_opens_an_address() -> None:
    opens = re.compile(r"\bopen_url\(|import webbrowser")
    sources = Path(links.__file__).parents[1].rglob("*.py")
    assert {path.name for path in sources if opens.search(path.read_text("utf-8"))} == {"links.py"}
