"""What all questions of one line share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from llmtui.chat.allowance import Allowance
from llmtui.chat.detour import Detour
from llmtui.chat.models import ModelName
from llmtui.providers.card import Card
from llmtui.wire.clock import Clock
from llmtui.wire.curing import Caps
from llmtui.wire.pace import Pace
from llmtui.wire.timeouts import Timeouts
from llmtui.wire.turns import Turns


@dataclass(frozen=True, slots=True)
class Shared:
    """Limits for each question, and what earlier ones have taught.

    `retries` is how often one question is sent again at most; `place_of` says where a card's key is kept,
    in words, empty if nobody knows, and `is_whole` whether a model is known not to stream. `paces` and
    `allowances` are by provider; `learned` says how a model had to be asked in this run of the program.
    """

    timeouts: Timeouts
    caps: Caps
    clock: Clock
    retries: int
    turns: Turns
    place_of: Callable[[Card], str]
    is_whole: Callable[[ModelName], bool]
    paces: dict[str, Pace] = field(default_factory=dict)
    allowances: dict[str, tuple[Allowance, ...]] = field(default_factory=dict)
    learned: dict[ModelName, tuple[Detour, ...]] = field(default_factory=dict)
