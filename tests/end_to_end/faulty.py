"""llmtui as it is, but for one fault when somebody presses F2: `python -m tests.end_to_end.faulty FAULT`.

Everything of it is real: settings, connections, the history, the terminal. In every fault there are a value
and a message that nobody may ever read.
"""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable
from pathlib import Path

from textual.binding import Binding

from llmtui.chat.models import parse_model
from llmtui.cli.choosing import Misconfigured
from llmtui.cli.wiring import House, build
from llmtui.tui import app
from llmtui.tui.app import LlmtuiApp
from llmtui.tui.needs import Opening, Surroundings
from llmtui.tui.terminal.as_found import AsFound
from llmtui.tui.terminal.ending import live

SECRET = "sk-canary-4f1d9c0b7a6e5d4c3b2a1908"
MODEL = "openai/slow"


class PrintableError(Exception):
    """One that says itself what is shown of it, as Textual's own do."""

    def __rich__(self) -> str:
        return SECRET


def fail() -> None:
    """Go wrong with a secret in a variable, in the message, and in the error before it."""
    key = SECRET
    try:
        int(key)
    except ValueError as error:
        raise KeyError(f"what about {key}?") from error


class Faulty(LlmtuiApp):
    """F2 does what its fault says."""

    CSS_PATH = str(Path(app.__file__).with_name("app.tcss"))
    BINDINGS = [Binding("f2", "go_wrong", priority=True)]

    def __init__(self, house: House, fault: str) -> None:
        self._house = house
        self._fault = fault
        super().__init__(_surroundings(house))

    async def action_go_wrong(self) -> None:
        await getattr(self, self._fault)()

    # Those that end it

    async def in_a_handler(self) -> None:
        fail()

    async def that_prints_itself(self) -> None:
        raise PrintableError(SECRET)

    async def without_end(self) -> None:
        await self.without_end()

    async def in_a_worker_that_ends_it(self) -> None:
        self.run_worker(_failing())

    async def right_after_a_question(self) -> None:
        self.session.ask(f"{SECRET}?")
        fail()

    # Those that it outlives

    async def in_a_worker(self) -> None:
        self.run_worker(_failing(), name="a worker", exit_on_error=False)

    async def in_a_task(self) -> None:
        # Nobody asks what becomes of it: asyncio tells when it is thrown away.
        asyncio.create_task(_failing(), name="a task")  # noqa: RUF006

    async def in_work(self) -> None:
        self.start(_failing(), "some work")

    async def in_a_callback(self) -> None:
        asyncio.get_running_loop().call_soon(fail)

    async def in_a_thread(self) -> None:
        threading.Thread(target=fail, name="a thread").start()

    async def in_passing(self) -> None:
        class Closing:
            def __del__(self) -> None:
                fail()

        del [Closing()][0]

    async def in_a_command(self) -> None:
        async def run(self: object, desk: object, words: str) -> None:
            fail()

        await self._run(type("Wrong", (), {"name": "wrong", "run": run})(), "")

    # What hangs

    async def of_the_disk(self) -> None:
        stuck = threading.Event()
        reached = asyncio.Event()
        loop = asyncio.get_running_loop()

        def hang(_done: int, _of: int) -> None:
            loop.call_soon_threadsafe(reached.set)
            stuck.wait()

        copy = self._house.paths.data / "copy.db"
        self.start(self._hanging(self._house.history.back_up(copy, hang)), "a copy")
        await reached.wait()
        self.desk.tell("the disk is stuck")

    async def of_a_thread(self) -> None:
        asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
        self.desk.tell("a thread is stuck")

    async def of_a_handler(self) -> None:
        self.desk.tell("a handler is stuck")
        await asyncio.Event().wait()

    async def of_everything(self) -> None:
        os.write(2, b"\x1b]2;everything is stuck\x1b\\")
        while True:
            time.sleep(60)  # noqa: ASYNC251 - that is the fault

    async def _hanging(self, copying: Awaitable[object]) -> None:
        await copying


class Stirred(AsFound):
    """Somebody sends it to sleep, and wakes it, while it gives its terminal back."""

    def give_back(self) -> None:
        signal.raise_signal(signal.SIGTSTP)
        signal.raise_signal(signal.SIGCONT)
        super().give_back()


async def _failing() -> None:
    fail()


def _surroundings(house: House) -> Surroundings:
    async def warm(model: str) -> None:
        if name := parse_model(model):
            await house.line.warm(name.provider)

    return Surroundings(
        means=house.means,
        models=house.catalogue,
        paths=house.paths,
        settings=house.settings,
        remembered=house.remembered,
        opening=Opening(model=MODEL, model_wanted=True),
        providers=house.provider_names,
        warm=warm,
        close=house.close,
        environ=house.environ,
    )


def main(fault: str) -> int:
    """Run it; the exit status."""
    house = build()
    assert not isinstance(house, Misconfigured)
    found = Stirred() if fault == "stirred_at_the_end" else AsFound()
    return live(Faulty(house, fault), mouse=True, found=found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
