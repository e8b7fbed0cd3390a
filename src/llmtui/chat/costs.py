"""What answers cost, in US dollars: as the provider says, else by its prices; what is unknown is not zero."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from llmtui.chat.events import Usage
from llmtui.chat.message import Answer, Message
from llmtui.chat.models import ModelFacts
from llmtui.chat.way import another_answered

_PER_MILLION = 1_000_000


def cost_of(usage: Usage | None, facts: ModelFacts | None) -> float | None:
    """What an answer with this usage cost; None if nobody can tell.

    Tokens from the cache are cheaper where a price for them is known and cost like others where none is:
    rather too much than too little. Those written to it cost more, so without their price there is no sum.
    Reasoning is paid like all that is made. Prices that rise with the length of the context are not known.
    """
    if usage is None:
        return None
    if usage.cost is not None:
        return usage.cost
    read, made = usage.read, usage.made
    if facts is None or read is None or made is None:
        return None
    if facts.input_price is None or facts.output_price is None:
        return None
    cached = min(usage.cached or 0, read)
    written = min(usage.cache_written or 0, read - cached)
    cached_price = facts.input_price if facts.cached_price is None else facts.cached_price
    if not written:
        written_price = 0.0
    elif facts.cache_write_price is not None:
        written_price = facts.cache_write_price
    elif facts.input_price == 0:
        written_price = 0.0
    else:
        return None
    plain = read - cached - written
    spent = plain * facts.input_price + cached * cached_price + written * written_price
    return (spent + made * facts.output_price) / _PER_MILLION


def payee(answer: Answer, facts_of: Callable[[str], ModelFacts | None]) -> ModelFacts | None:
    """What is known of the model that an answer is to be paid to; `facts_of` knows a `provider/model`.

    It is the one that was asked, unless quite another one answered whose prices are known: a name of one's
    own, such as that of a deployment, has the prices that its owner gave it.
    """
    asked = facts_of(answer.asked)
    if another_answered(answer, lambda _name: asked.canonical if asked else ""):
        answered = facts_of(f"{answer.provider}/{answer.model}")
        if answered and answered.input_price is not None:
            return answered
    return asked


@dataclass(frozen=True, slots=True)
class Bill:
    """A sum of costs; None if not one of them is known. `whole` says that none of them is unknown."""

    amount: float | None = None
    whole: bool = True

    def plus(self, cost: float | None) -> "Bill":
        """With one more cost."""
        if cost is None:
            return Bill(self.amount, whole=False)
        return Bill((self.amount or 0.0) + cost, self.whole)

    def __add__(self, other: "Bill") -> "Bill":
        if self.amount is None or other.amount is None:
            return Bill(self.amount if other.amount is None else other.amount, self.whole and other.whole)
        return Bill(self.amount + other.amount, self.whole and other.whole)


def bill_of(messages: Iterable[Message], facts_of: Callable[[str], ModelFacts | None]) -> Bill:
    """What the answers among the messages cost; `facts_of` knows a `provider/model`.

    What still streams is left out, and so is what ended before it said a word and was not counted: nobody
    is asked to pay it.
    """
    costs: list[float] = []
    whole = True
    for message in messages:
        answer = message.answer
        if answer is None or answer.outcome == "streaming" or answer.provider == "builtin":
            continue
        if answer.usage is None and _came_to_nothing(message, answer):
            continue
        cost = cost_of(answer.usage, payee(answer, facts_of)) if answer.usage else None
        if cost is None:
            whole = False
        else:
            costs.append(cost)
    return Bill(sum(costs) if costs else None, whole)


def _came_to_nothing(message: Message, answer: Answer) -> bool:
    """Whether it ended before anything of its own had come; what it was to go on with is not its own."""
    match answer.outcome:
        case "failed":
            return True
        case "stopped" | "truncated":
            own = not message.parts or (answer.continued > 0 and not any(message.new))
            return own and answer.timing.first_token is None
        case _:
            return False
