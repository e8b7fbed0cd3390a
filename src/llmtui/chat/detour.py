"""How an answer came about otherwise than was asked."""

from dataclasses import dataclass
from typing import Literal

from llmtui.chat.failure import Failure


@dataclass(frozen=True, slots=True)
class Detour:
    """One turn away from what was asked, and the failure that made it necessary.

    `fallback`: `model` (`provider/model`) failed, and the one named in `what`, the next of the chain, was
    asked. `whole`: `model` does not stream, and was asked for its answer in one piece. `without`: `model`
    was asked again without the field of the request, named in `what`, that it refused.
    """

    kind: Literal["fallback", "whole", "without"]
    model: str
    failure: Failure
    what: str = ""
