"""What answers cost: as it was counted, at prices that are known, and never a zero for want of knowing."""

from dataclasses import replace

import pytest

from llmtui.chat.costs import Bill, bill_of, cost_of, payee
from llmtui.chat.detour import Detour
from llmtui.chat.events import Usage
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, Outcome, Timing
from llmtui.chat.models import ModelFacts, ModelName
from llmtui.chat.parts import Text

M = 1_000_000
NAME = ModelName("x", "m")
PRICED = ModelFacts(NAME, input_price=4.0, output_price=20.0, cached_price=1.0, cache_write_price=5.0)
BARE = ModelFacts(NAME, input_price=4.0, output_price=20.0)


@pytest.mark.parametrize(
    ("usage", "facts", "cost"),
    [
        (Usage(M, M), BARE, 24.0),
        # What the provider says goes before what we reckon.
        (Usage(M, M, cost=0.5), BARE, 0.5),
        (Usage(M, M, cost=0.0), BARE, 0.0),
        (Usage(cost=0.5), None, 0.5),
        # Of what was read a part came from the cache, or was read beside it (Anthropic).
        (Usage(M, 0, cached=M // 2), PRICED, 2.5),
        (Usage(M // 2, 0, cached=M // 2, cached_apart=True), PRICED, 2.5),
        (Usage(M // 2, 0, cached=M // 4, cache_written=M // 4, cached_apart=True), PRICED, 3.5),
        (Usage(M, 0, cached=M // 4, cache_written=M // 4), PRICED, 3.5),
        (Usage(M, 0, cached=2 * M), PRICED, 1.0),
        # Too much rather than too little; and no sum at all where it could be too little.
        (Usage(M, 0, cached=M), BARE, 4.0),
        (Usage(M, 0, cache_written=M), BARE, None),
        # Reasoning is made, whether it is counted in the output or beside it (Gemini, xAI).
        (Usage(0, M, reasoning=M // 2), BARE, 20.0),
        (Usage(0, M // 2, reasoning=M // 2, reasoning_apart=True), BARE, 20.0),
        # Free is a price.
        (Usage(M, M, cached=5, cache_written=5), ModelFacts(NAME, input_price=0.0, output_price=0.0), 0.0),
        # Nobody knows.
        (Usage(M, M), None, None),
        (Usage(M, M), ModelFacts(NAME, output_price=20.0), None),
        (Usage(M, M), ModelFacts(NAME, input_price=4.0), None),
        (Usage(None, M), BARE, None),
        (Usage(M, None), BARE, None),
        (Usage(total=M), BARE, None),
        (None, BARE, None),
    ],
)
def test_an_answer_costs_what_was_counted_at_the_prices_that_are_known(
    usage: Usage | None, facts: ModelFacts | None, cost: float | None
) -> None:
    assert cost_of(usage, facts) == pytest.approx(cost)


def said(model: str, usage: Usage | None, outcome: Outcome = "complete") -> Message:
    return Message(
        "m", "assistant", answer=Answer(model, model.partition("/")[0], usage=usage, outcome=outcome)
    )


def facts_of(model: str) -> ModelFacts | None:
    return BARE if model == "x/m" else None


def test_a_conversation_costs_all_its_answers() -> None:
    messages = [
        Message("q", "user"),
        said("x/m", Usage(M, 0)),
        said("x/m", Usage(0, M), "truncated"),
        # Neither of these is billed: it is still arriving, it never began, nobody was asked.
        said("x/m", None, "streaming"),
        said("x/m", None, "failed"),
        said("builtin/guide", Usage(5, 5, estimated=True)),
    ]
    assert bill_of(messages, facts_of) == Bill(24.0, whole=True)


def test_what_ended_before_a_word_costs_nothing() -> None:
    paid = said("x/m", Usage(M, 0))
    stopped = said("x/m", None, "stopped")
    assert bill_of([paid, stopped, said("x/m", None, "failed")], facts_of) == Bill(4.0, whole=True)
    # What it was to go on with was said, and paid, before.
    going_on = replace(said("x/m", None, "truncated"), parts=(Text("Once"),))
    assert going_on.answer is not None
    unheard = replace(going_on, answer=replace(going_on.answer, continued=4))
    assert bill_of([paid, unheard], facts_of) == Bill(4.0, whole=True)


def test_what_had_begun_and_was_not_counted_is_not_free() -> None:
    paid = said("x/m", Usage(M, 0))
    stopped, counted = said("x/m", None, "stopped"), said("y/m", Usage(M, 0), "stopped")
    assert stopped.answer is not None
    heard = replace(stopped, answer=replace(stopped.answer, timing=Timing(first_token=1.0)))
    for begun in (replace(stopped, parts=(Text("Once"),)), heard, counted):
        assert bill_of([paid, begun], facts_of) == Bill(4.0, whole=False)


def test_an_unknown_price_makes_it_at_least_so_much() -> None:
    dear = said("y/m", Usage(M, M))
    assert bill_of([said("x/m", Usage(M, 0)), dear], facts_of) == Bill(4.0, whole=False)
    assert bill_of([dear], facts_of) == Bill(None, whole=False)
    assert bill_of([], facts_of) == Bill(None, whole=True)


def test_who_answered_instead_is_paid() -> None:
    detour = Detour("fallback", "x/m", Failure("server", "it broke"), "x/m")
    answer = Answer("y/m", "x", usage=Usage(M, 0), outcome="complete", detours=(detour,))
    assert bill_of([Message("m", "assistant", answer=answer)], facts_of) == Bill(4.0)


@pytest.mark.parametrize(
    ("asked", "answered", "paid"),
    [
        ("x/m", "m", 4.0),
        ("x/m", "m-2026-01-01", 4.0),
        ("x/m", "dear", 9.0),
        ("x/unpriced", "dear", 9.0),
        # A deployment has the price that its owner wrote down, whatever the model behind it is called.
        ("x/m", "unheard-of", 4.0),
        ("x/unpriced", "unheard-of", None),
    ],
)
def test_the_model_that_answers_is_paid_if_it_is_quite_another(
    asked: str, answered: str, paid: float | None
) -> None:
    dear = ModelFacts(ModelName("x", "dear"), input_price=9.0, output_price=20.0)
    known = {"x/m": BARE, "x/dear": dear, "x/unpriced": ModelFacts(ModelName("x", "unpriced"))}
    answer = Answer(asked, "x", model=answered, usage=Usage(M, 0), outcome="complete")
    assert cost_of(answer.usage, payee(answer, known.get)) == paid
    assert bill_of([Message("m", "assistant", answer=answer)], known.get).amount == paid
