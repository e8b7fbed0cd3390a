"""One question until it is answered: its turn, its pace, other ways to ask, and asking again.

Nothing is sent again once a model has said something; whatever is waited for is told first.
"""

import asyncio
import logging
import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import httpx

from llmtui.chat.detour import Detour
from llmtui.chat.events import Detoured, Done, Event, Failed, UsageReported, Waiting
from llmtui.chat.failure import Failure
from llmtui.chat.request import Request
from llmtui.chat.tokens import estimate
from llmtui.providers.addresses import host_of
from llmtui.providers.card import Card
from llmtui.providers.dialect import Dialect
from llmtui.wire.detours import Course, does_not_stream
from llmtui.wire.exchange import Exchange
from llmtui.wire.keys import naming, without_key
from llmtui.wire.pace import Pace
from llmtui.wire.retries import SAID, retries_for, wait_before
from llmtui.wire.shared import Shared
from llmtui.wire.trip import Trip
from llmtui.wire.turns import Turn

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything that one question needs; the key is left out of the repr."""

    client: httpx.AsyncClient
    card: Card
    dialect: Dialect
    request: Request
    key: str = field(repr=False)
    key_headers: dict[str, str] = field(repr=False)
    shared: Shared
    watched: asyncio.Event

    async def events(self) -> AsyncGenerator[Event, None]:
        """The events until the answer's one ending. Raises nothing but what a bug raises."""
        shared = self.shared
        course, detours = self._known_way()
        for detour in detours:
            yield Detoured(detour)
        until = math.inf
        done = 0
        waited = False
        while True:
            trip = Trip()
            call = self.dialect.call(course.card, course.request)
            failed: Failed | None = None
            said = False
            with shared.turns.join(self.card.name, self.card.concurrent) as turn:
                async with aclosing(self._admitted(turn, trip)) as waits:
                    async for wait in waits:
                        waited = True
                        yield wait
                timeouts = shared.timeouts if course.request.stream else shared.timeouts.for_whole
                if waited:
                    yield Waiting("answer", timeouts.first_byte)
                if timeouts.total and until == math.inf:
                    until = asyncio.get_running_loop().time() + timeouts.total
                exchange = Exchange(
                    self.client,
                    course.card,
                    self.dialect,
                    call,
                    self.key_headers,
                    timeouts,
                    shared,
                    trip,
                    self.watched,
                    until,
                )
                began = shared.clock.steady()
                log.debug("%s: POST %s, %d bytes", self._name, call.path.partition("?")[0], len(call.body))
                outcome = "left"
                try:
                    async with aclosing(exchange.events()) as events:
                        async for event in events:
                            match event:
                                case Failed(failure):
                                    failed = replace(event, failure=self._told(failure))
                                    outcome = failed.failure.kind
                                    continue
                                case UsageReported(usage) if trip.step is not None:
                                    trip.step.tokens = float((usage.read or 0) + (usage.made or 0))
                                case Done():
                                    # Before it is told, as who asked may leave then.
                                    self._learn(detours)
                                    outcome = "answered"
                            said = said or isinstance(event, SAID)
                            yield event
                finally:
                    self._log(trip, outcome, shared.clock.steady() - began, done + 1)
            if failed is None:
                return
            if not said and (otherwise := course.after(failed.failure, call)):
                course, detour = otherwise
                detours.append(detour)
                yield Detoured(detour)
                continue
            retry = None if said else self._retry(failed.failure, trip, done, until)
            if retry is None:
                yield failed
                return
            log.info("%s: again in %.1f s (%d of %d)", self._name, retry.seconds, done + 1, retry.attempts)
            yield retry
            await shared.clock.sleep(retry.seconds)
            done, waited = done + 1, True

    async def _admitted(self, turn: Turn, trip: Trip) -> AsyncGenerator[Waiting, None]:
        """Wait until this question may be sent, and tell for what."""
        if not turn.come.is_set():
            yield Waiting("turn")
            await turn.come.wait()
        card, clock = self.card, self.shared.clock
        if card.requests_per_minute is None and card.tokens_per_minute is None:
            return
        pace = self.shared.paces.setdefault(card.name, Pace())
        size = _size(self.request) if card.tokens_per_minute is not None else 0.0
        now = clock.steady()
        step = pace.step(card.requests_per_minute, card.tokens_per_minute, size, now)
        try:
            if step.start > now:
                yield Waiting("pace", step.start - now)
                await clock.sleep(step.start - now)
            trip.step = step
        finally:
            if trip.step is None:
                pace.forget(step)

    def _told(self, failure: Failure) -> Failure:
        """The failure with the key's place in it, and without the key."""
        return naming(without_key(failure, self.card, self.key), self.card, self.shared.place_of(self.card))

    @property
    def _name(self) -> str:
        """What is asked, for the log: the model and the host."""
        return f"{self.request.model} at {host_of(self.card.base_url)}"

    def _log(self, trip: Trip, outcome: str, seconds: float, attempt: int) -> None:
        """What came of one request. Not what the other side said: it may quote the question."""
        level = logging.INFO if outcome in ("answered", "left") else logging.WARNING
        came = f"status {trip.status or 'none'} in {seconds:.3f} s, {trip.received} bytes, try {attempt}"
        log.log(level, "%s: %s, %s", self._name, outcome, came)

    def _retry(self, failure: Failure, trip: Trip, done: int, until: float) -> Waiting | None:
        """The wait before this is sent again, None if it is not."""
        attempts = retries_for(failure, trip, self.card, self.shared.retries)
        seconds = wait_before(failure, done, self.shared.clock)
        if done >= attempts or seconds is None:
            return None
        if asyncio.get_running_loop().time() + seconds >= until:
            return None
        return Waiting("retry", seconds, failure, done + 1, attempts)

    def _known_way(self) -> tuple[Course, list[Detour]]:
        """How this model has to be asked, as far as that is known, and how that is otherwise than wished."""
        course, detours = Course(self.card, self.request), []
        model = course.request.model
        told = self.card.facts.get(model.model, {}).get("streaming")
        known = not self.card.streams or told is False or (told is None and self.shared.is_whole(model))
        if course.request.stream and known:
            course, detour = course.whole(does_not_stream(self.card))
            detours.append(detour)
        for learned in self.shared.learned.get(model, ()):
            if learned.kind == "whole" and not course.request.stream:
                continue
            course, detour = course.taking(learned)
            detours.append(detour)
        return course, detours

    def _learn(self, detours: list[Detour]) -> None:
        """Remember a way that has led to an answer, so that the same is not refused every time."""
        if detours:
            self.shared.learned[self.request.model] = tuple(detours)


def _size(request: Request) -> float:
    """The estimated tokens of a question."""
    return estimate(request.system) + sum(estimate(message.text) for message in request.messages)
