"""What the screen needs from outside: the models there are, and what it starts from."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from llmtui.chat.models import ModelFacts
from llmtui.config import Paths, Remembered, Settings
from llmtui.engine.means import Means
from llmtui.engine.needs import Start


class Models(Protocol):
    """The models that can be asked."""

    @property
    def known(self) -> tuple[ModelFacts, ...]:
        """Those known now, without waiting."""
        ...

    @property
    def troubles(self) -> tuple[str, ...]:
        """What kept a provider from listing its models, a line each."""
        ...

    @property
    def servers(self) -> Collection[str]:
        """The providers on this machine that answered."""
        ...

    @property
    def age(self) -> float | None:
        """How many seconds old the oldest list of the cloud is; None if there is none."""
        ...

    async def look(self, changed: Callable[[], None], anew: bool = False) -> None:
        """Ask every active provider for its list, `anew` even if it did lately; tells each time that more
        is known."""
        ...

    async def learn(self) -> None:
        """Load context sizes and prices, away from the event loop."""
        ...

    def suggestion(self) -> str:
        """The model to begin with where nobody chose one."""
        ...

    def facts(self, model: str) -> ModelFacts | None:
        """What is known of a `provider/model` now, without waiting."""
        ...


class Keys(Protocol):
    """The keys of providers."""

    @property
    def told(self) -> Sequence[str]:
        """Where each comes from, a line each; never any part of a key."""
        ...

    def keep(self, provider: str, key: str) -> str:
        """Keep a key; what is wrong with it, in a sentence that does not repeat it, empty if it is kept. It
        may take a moment: use a thread."""
        ...

    def before(self, provider: str) -> str:
        """What has a key that is used before the one that is kept, empty if nothing has."""
        ...


class _NoKeys:
    told = ()

    def keep(self, provider: str, key: str) -> str:
        return "Keys cannot be kept here"

    def before(self, provider: str) -> str:
        return ""


class Notices(Protocol):
    """What the history has to say of itself, whenever that is."""

    def listen(self, stir: Callable[[], None]) -> None:
        """Have this called, in any thread, as often as there is something to take."""
        ...

    def taken(self) -> Iterator[str]:
        """What nobody has shown yet; whoever takes it shows it."""
        ...


class Opening(NamedTuple):
    """What to open with: a prompt to send at once, a conversation to resume, the newest one, a model.

    `model_wanted` says that the model was asked for, and so goes before what a conversation remembers;
    `model_open` that nobody chose it, so that a better one may be suggested.
    """

    prompt: str = ""
    resume: str = ""
    newest: bool = False
    model: str = ""
    model_wanted: bool = False
    model_open: bool = False
    system: str = ""
    theme: str = ""


async def _nothing() -> None:
    return None


async def _no_warmth(_model: str) -> None:
    return None


class _NoNotices:
    def listen(self, stir: Callable[[], None]) -> None:
        pass

    def taken(self) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True)
class Surroundings:
    """Everything the app works with. `means` is given the app's way of starting a worker.

    `providers` names those that can be asked at all, `warm` loads what the first request to a model needs,
    `notices` are what the history has to say of itself, and `close` lets go of history and connections.
    `environ` is where the ways to a clipboard are looked up, and what commands that are run inherit.
    """

    means: Callable[[Start], Means]
    models: Models
    paths: Paths
    settings: Settings
    remembered: Remembered
    opening: Opening
    providers: Collection[str]
    keys: Keys = field(default_factory=_NoKeys)
    warm: Callable[[str], Awaitable[None]] = _no_warmth
    notices: Notices = field(default_factory=_NoNotices)
    close: Callable[[], Awaitable[None]] = _nothing
    environ: Mapping[str, str] = field(default_factory=dict)
