"""Whatever is done, in any order, through two histories on one file: it is as a plain dict would have it."""

import asyncio
import os
import shutil
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from llmtui.chat.archive import Unreadable, from_json, to_json
from llmtui.chat.conversation import Conversation, Sampling
from llmtui.chat.events import (
    Delta,
    Done,
    Ending,
    Failed,
    ModelReported,
    ReasoningDelta,
    Report,
    Stopped,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageReported,
)
from llmtui.chat.failure import Failure
from llmtui.chat.message import Answer, Message, after
from llmtui.chat.parts import Image, Text
from llmtui.store.history import History

words = st.text(max_size=12)
events: st.SearchStrategy[Delta | Report] = st.one_of(
    st.builds(TextDelta, words),
    st.builds(ReasoningDelta, words, st.none() | words),
    st.builds(ToolCallDelta, st.integers(0, 2), words, words, words),
    st.builds(ModelReported, words, words),
    st.builds(UsageReported, st.builds(Usage, st.none() | st.integers(0, 9), st.integers(0, 9))),
)
endings: st.SearchStrategy[Ending] = st.sampled_from(
    [Done("stop"), Stopped(), Failed(Failure("cut", "the stream was cut"))]
)
which = st.integers(0, 1)


def interrupted(message: Message) -> Message:
    assert message.answer is not None
    return replace(message, answer=replace(message.answer, outcome="interrupted"))


class Talk(RuleBasedStateMachine):
    """`told` is what must be there; a streaming answer belongs to the history that it was added through."""

    names = Bundle("names")
    answers = Bundle("answers")

    @initialize()
    def begin_with_nothing(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "history.db"
        self.now = 1000.0
        self.told: dict[str, Conversation] = {}
        self.deleted: set[str] = set()
        self.streaming: dict[tuple[str, str], int] = {}
        # The states of a streaming answer of which each may be the newest that is written.
        self.handed: dict[tuple[str, str], list[Message]] = {}
        self.lives = 0
        self.dead: list[History] = []
        self.notices: list[str] = []
        self.count = 0
        self.histories = [self.opened(), self.opened()]

    def opened(self) -> History:
        return History(self.path, lambda: self.now, self.notices.append)

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            for history in (*self.histories, *self.dead):
                self.runner.run(history.close())
            self.runner.close()
            self.folder.cleanup()

    def new_name(self) -> str:
        self.count += 1
        self.now += 1
        return f"n{self.count}"

    def change(self, message: Message, conversation: str) -> None:
        self.told[conversation] = self.told[conversation].replacing(message)

    @rule(target=names, title=words, who=which)
    def begin(self, title: str, who: int) -> str:
        name = self.new_name()
        self.told[name] = Conversation(name, title, self.now, self.now)
        assert self.runner.run(self.histories[who].begin(self.told[name])) is None
        return name

    @rule(name=names, text=words, picture=st.binary(max_size=5), who=which)
    def ask(self, name: str, text: str, picture: bytes, who: int) -> None:
        question = Message(
            self.new_name(),
            "user",
            (Text(text), Image("image/png", picture)),
            self.told[name].head,
            self.now,
        )
        assert self.runner.run(self.histories[who].add(name, question)) is None
        self.told[name] = replace(self.told[name].adding(question), updated=self.now)
        self.deleted.discard(name)

    @rule(target=answers, name=names, who=which)
    def begin_to_answer(self, name: str, who: int) -> tuple[str, str]:
        message = self.new_name()
        answer = Message(message, "assistant", (), self.told[name].head, self.now, Answer("p/m"))
        assert self.runner.run(self.histories[who].add(name, answer)) is None
        self.told[name] = replace(self.told[name].adding(answer), updated=self.now)
        self.streaming[name, message] = who
        self.handed[name, message] = [answer]
        return name, message

    @rule(answer=answers, heard=st.lists(events, min_size=1, max_size=8), flush=st.booleans())
    def go_on(self, answer: tuple[str, str], heard: list[Delta | Report], flush: bool) -> None:
        if answer not in self.streaming:
            return
        name, message = answer
        history = self.histories[self.streaming[answer]]
        state = self.told[name].by_id[message]
        for at, event in enumerate(heard):
            state = after(state, event, float(at))
            history.checkpoint(name, state)
            self.handed[answer].append(state)
        self.change(state, name)
        if flush:
            assert self.runner.run(history.flush()) is None
            self.handed[answer] = [state]

    @rule(answer=consumes(answers), ending=endings)
    def end(self, answer: tuple[str, str], ending: Ending) -> None:
        if answer not in self.streaming:
            return
        name, message = answer
        self.now += 1
        ended = after(self.told[name].by_id[message], ending, 9.0)
        who = self.streaming.pop(answer)
        assert self.runner.run(self.histories[who].settle(name, ended)) is None
        self.change(ended, name)
        self.told[name] = replace(self.told[name], updated=self.now)

    @rule(
        name=names,
        title=words,
        draft=words,
        tokens=st.none() | st.integers(1, 9),
        back=st.booleans(),
        who=which,
    )
    def amend(self, name: str, title: str, draft: str, tokens: int | None, back: bool, who: int) -> None:
        # Whoever changes a conversation has seen it: what they leave as they saw it is not written.
        if name in self.deleted or self.runner.run(self.histories[who].load(name)) is None:
            return
        told = self.told[name]
        head = told.messages[0].id if back and told.messages else told.head
        changed = replace(told, title=title, draft=draft, sampling=Sampling(None, tokens), head=head)
        assert self.runner.run(self.histories[who].amend(changed)) is None
        self.told[name] = changed

    @rule(name=names, text=words, who=which)
    def ask_and_look_back(self, name: str, text: str, who: int) -> None:
        if name not in self.deleted:
            before = self.runner.run(self.histories[who].load(name))
            assert before is not None
            self.ask(name, text, b"", who)
            self.told[name] = replace(self.told[name], head=before.head)
            assert self.runner.run(self.histories[who].amend(self.told[name])) is None

    @rule(name=names, who=which)
    def delete(self, name: str, who: int) -> None:
        assert self.runner.run(self.histories[who].delete(name)) is None
        self.deleted.add(name)

    @rule(name=names, who=which)
    def restore(self, name: str, who: int) -> None:
        assert self.runner.run(self.histories[who].restore(name)) is None
        self.deleted.discard(name)

    @rule(name=names, who=which)
    def export_and_import(self, name: str, who: int) -> None:
        if any(talk == name for talk, _ in self.streaming):
            return
        read = from_json(to_json([self.told[name]]))
        assert not isinstance(read, Unreadable)
        assert self.runner.run(self.histories[who].insert_all(read)) is None
        self.deleted.discard(name)

    @rule(who=which)
    def reopen(self, who: int) -> None:
        self.runner.run(self.histories[who].close())
        self.histories[who] = self.opened()
        for (name, message), owner in list(self.streaming.items()):
            if owner == who:
                del self.streaming[name, message]
                self.change(interrupted(self.told[name].by_id[message]), name)

    @rule()
    def die(self) -> None:
        """Both are killed: others go on with the files as they are at this moment."""
        self.lives += 1
        place = Path(self.folder.name) / f"life {self.lives}" / "history.db"
        place.parent.mkdir()
        for suffix in ("", "-wal"):
            if Path(f"{self.path}{suffix}").exists():
                shutil.copyfile(f"{self.path}{suffix}", f"{place}{suffix}")
        self.dead += self.histories
        if place.exists():
            with closing(apsw.Connection(str(place))) as connection:
                connection.execute(
                    "UPDATE message SET owner = '1:2:another boot' WHERE outcome = 'streaming'"
                )
        self.path = place
        self.histories = [self.opened(), self.opened()]
        for name, message in self.streaming:
            found = self.runner.run(self.loaded(name))
            state = found.by_id[message]
            assert state in [interrupted(handed) for handed in self.handed[name, message]]
            self.change(state, name)
        self.streaming.clear()

    async def loaded(self, name: str) -> Conversation:
        """A conversation as it is in the file, deleted or not."""
        if name in self.deleted:
            await self.histories[0].restore(name)
        found = await self.histories[0].load(name)
        if name in self.deleted:
            await self.histories[0].delete(name)
        assert found is not None
        return found

    @rule(who=which)
    def look(self, who: int) -> None:
        for history in self.histories:
            assert self.runner.run(history.flush()) is None
        reader = self.histories[who]
        shown = {name: told for name, told in self.told.items() if name not in self.deleted}
        for name in self.told:
            assert self.runner.run(reader.load(name)) == shown.get(name)
        listed = [told for told in shown.values() if told.messages]
        summaries = self.runner.run(reader.summaries())
        assert {summary.id for summary in summaries} == {told.id for told in listed}
        assert [summary.updated for summary in summaries] == sorted(
            (told.updated for told in listed), reverse=True
        )
        for summary in summaries:
            told = self.told[summary.id]
            assert (summary.title, summary.messages) == (told.title, len(told.messages))
            assert summary.streaming == any(message.streaming for message in told.messages)

    @invariant()
    def nothing_is_wrong(self) -> None:
        for history in getattr(self, "histories", []):
            assert history.trouble is None
        assert getattr(self, "notices", []) == []


TestTalk = Talk.TestCase
TestTalk.settings = settings(
    max_examples=int(os.environ.get("LLMTUI_EXAMPLES", "30")),
    stateful_step_count=40,
    suppress_health_check=list(HealthCheck),
)
