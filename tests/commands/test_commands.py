"""What each command asks of the desk."""

import json

import pytest

from llmtui.chat.conversation import Sampling
from llmtui.chat.events import Done, ReasoningDelta, TextDelta
from llmtui.commands.catalogue import COMMANDS, find
from llmtui.commands.command import help_of
from tests.commands.desk import NotingDesk
from tests.engine.scripted import ScriptedLine

HELLO = (TextDelta("Hello"), Done("stop"))


async def run(desk: NotingDesk, line: str) -> None:
    name, _, words = line.partition(" ")
    command = find(name)
    assert command is not None, line
    await command.run(desk, words)


async def asked(*questions: str) -> NotingDesk:
    desk = NotingDesk(ScriptedLine(*[HELLO for _ in questions], HELLO))
    for question in questions:
        desk.session.ask(question)
        await desk.session.idle()
    return desk


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("model", ("open", "models")),
        ("model openai/gpt-4o", ("model", "openai/gpt-4o")),
        ("model llama", ("model", "groq/llama-3.3-70b")),
        ("model gpt-4o", ("model", "openai/gpt-4o")),
        ("model openai/not-listed", ("model", "openai/not-listed")),
        ("new", ("new",)),
        ("resume", ("open", "conversations")),
        ("rename", ("input", "/rename ")),
        ("theme", ("open", "themes")),
        ("theme ink", ("theme", "ink")),
        ("help", ("open", "help")),
        ("reasoning", ("reasoning", False)),
        ("reasoning all", ("reasoning", True)),
        ("reasoning pane", ("thoughts",)),
        ("thoughts", ("thoughts",)),
        ("raw", ("raw",)),
        ("sidebar", ("sidebar",)),
        ("save", ("choose", "save")),
        ("pipe", ("choose", "pipe")),
        ("branch", ("branch", 1)),
        ("branch back", ("branch", -1)),
        ("quit", ("quit",)),
    ],
)
async def test_a_command_does_what_it_says(line: str, done: tuple[object, ...]) -> None:
    desk = NotingDesk()
    await run(desk, line)
    assert desk.done == [done]


async def test_an_unclear_or_unknown_model_is_said_to_be_so() -> None:
    desk = NotingDesk()
    await run(desk, "model openai")
    await run(desk, "model nothing-like-it")
    await run(desk, "model nobody/x")
    assert not desk.done
    assert "2 models match" in desk.said[0]
    assert "nothing-like-it" in desk.said[1]
    assert "nobody/x" in desk.said[2]


async def test_the_system_prompt_is_set_shown_and_cleared() -> None:
    desk = NotingDesk()
    await run(desk, "system Be brief")
    assert desk.session.conversation.system == "Be brief"
    await run(desk, "system")
    assert desk.done == [("input", "/system Be brief")]
    await run(desk, "system -")
    assert desk.session.conversation.system == ""


@pytest.mark.parametrize(
    ("line", "sampling"),
    [
        ("set temperature 0.7", Sampling(temperature=0.7)),
        ("set temperature=0.7", Sampling(temperature=0.7)),
        ("set max_tokens 500", Sampling(max_tokens=500)),
        ("set temperature -", Sampling()),
        ("set top_p 0.9", Sampling(top_p=0.9)),
        ("set top_k 40", Sampling(top_k=40)),
        ("set seed 0", Sampling(seed=0)),
        ("set stop END|\\n\\n", Sampling(stop=("END", "\n\n"))),
        ("set stop =", Sampling(stop=("=",))),
        ("set effort high", Sampling(effort="high")),
        ("set thinking_tokens 0", Sampling(thinking_tokens=0)),
    ],
)
async def test_sampling_is_set(line: str, sampling: Sampling) -> None:
    desk = NotingDesk()
    await run(desk, line)
    assert desk.session.conversation.sampling == sampling


@pytest.mark.parametrize(
    "line",
    [
        *("set temperature hot", "set temperature 3", "set max_tokens 0", "set max_tokens ½"),
        *("set nothing 1", "set effort hard", "set top_p 2", "set temperature nan", "set seed"),
    ],
)
async def test_a_wrong_sampling_is_refused_and_changes_nothing(line: str) -> None:
    desk = NotingDesk()
    await run(desk, line)
    assert desk.session.conversation.sampling == Sampling()
    assert desk.said


async def test_retry_asks_again_or_says_that_there_is_nothing() -> None:
    desk = await asked("Hi")
    await run(desk, "retry")
    await desk.session.idle()
    assert len(desk.session.conversation.messages) == 3
    nothing = NotingDesk()
    await run(nothing, "retry")
    assert nothing.said == ["There is nothing to retry"]


async def test_stop_with_nothing_arriving_is_quiet() -> None:
    desk = NotingDesk()
    await run(desk, "stop")
    assert not desk.said


async def test_rename_gives_a_title_of_one_line() -> None:
    desk = NotingDesk()
    await run(desk, "rename  Trip  to Kyoto")
    assert desk.session.conversation.title == "Trip to Kyoto"


async def test_delete_and_undo() -> None:
    desk = NotingDesk()
    await run(desk, "delete")
    assert desk.deleted == 1
    await run(desk, "undo")
    await run(desk, "undo")
    assert "Nothing was deleted" in desk.said[-1]


async def test_copy_takes_the_answer_the_question_or_everything() -> None:
    desk = await asked("Hi")
    for words in ("copy", "copy question", "copy all"):
        await run(desk, words)
    assert desk.done[0] == ("copy", "Hello", "the answer")
    assert desk.done[1] == ("copy", "Hi", "the question")
    assert "Hi" in str(desk.done[2][1])
    nothing = NotingDesk()
    await run(nothing, "copy")
    assert nothing.said


async def test_code_counts_from_the_newest_block() -> None:
    desk = NotingDesk()
    desk.blocks = ["old", "new\nest"]
    await run(desk, "code")
    await run(desk, "code 2")
    await run(desk, "code 3")
    await run(desk, "code x")
    assert desk.done == [
        ("copy code",),
        ("copy", "new\nest", "the newest code block, 2 lines"),
        ("copy", "old", "code block 2 from the newest, 1 line"),
    ]
    assert len(desk.said) == 2


async def test_code_in_sight_goes_before_the_newest_and_a_number_before_both() -> None:
    desk = NotingDesk()
    desk.blocks, desk.in_sight = ["old", "new"], 1
    await run(desk, "code")
    assert desk.done == [("copy code",)]
    await run(desk, "code 1")
    assert desk.done[1:] == [("copy", "new", "the newest code block, 1 line")]


async def test_copy_takes_the_newest_reasoning_and_the_message_that_is_marked() -> None:
    desk = NotingDesk(ScriptedLine((ReasoningDelta("Hm…"), *HELLO)))
    desk.session.ask("Hi")
    await desk.session.idle()
    desk.meant = desk.session.conversation.path[0]
    await run(desk, "copy reasoning")
    await run(desk, "copy message")
    assert desk.done == [("copy", "Hm…", "the reasoning"), ("copy", "Hi", "the message")]
    desk.meant = None
    await run(desk, "copy message")
    assert desk.said == ["There is nothing to copy yet"]


async def test_the_mouse_is_let_go_of_and_taken_back() -> None:
    desk = NotingDesk()
    await run(desk, "mouse")
    assert not desk.mouse
    await run(desk, "mouse off")
    assert not desk.mouse
    await run(desk, "mouse")
    assert desk.mouse
    assert "terminal's" in desk.said[0]
    assert "llmtui's" in desk.said[2]
    await run(desk, "mouse perhaps")
    assert desk.said[3] == "Write /mouse on or /mouse off"


async def test_long_lines_of_code_are_wrapped_or_not() -> None:
    desk = NotingDesk()
    await run(desk, "wrap")
    assert not desk.wrapped
    await run(desk, "wrap")
    assert desk.wrapped
    assert "sideways" in desk.said[0]
    assert "wrapped" in desk.said[1]


async def test_a_mouse_that_can_not_be_switched_is_said_to_be_so() -> None:
    desk = NotingDesk()
    desk.mouse_can_be_switched = False
    await run(desk, "mouse off")
    assert desk.mouse
    assert desk.said == ["The mouse can not be switched here"]


async def test_export_writes_markdown_or_json_under_a_name_that_is_safe() -> None:
    desk = await asked("What is ../../etc/passwd?")
    await run(desk, "export")
    await run(desk, "export json")
    await run(desk, "export pdf")
    assert [done[1] for done in desk.done] == ["what-is-etc-passwd.md", "what-is-etc-passwd.json"]
    assert json.loads(str(desk.done[1][2]))["format"] == "llmtui"
    assert desk.said == ["Write /export markdown or /export json"]
    nothing = NotingDesk()
    await run(nothing, "export")
    assert nothing.said == ["There is nothing to export yet"]


def test_every_command_has_a_name_of_its_own_a_key_of_its_own_and_help() -> None:
    names = [command.name for command in COMMANDS]
    keys = [key for command in COMMANDS for key in command.keys.split(",") if key]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)
    assert all(help_of(command) for command in COMMANDS)
    assert not any("`" in help_of(command) for command in COMMANDS)
    # tmux, Tab and Enter.
    assert not {"ctrl+b", "ctrl+i", "ctrl+m"} & set(keys)


def test_a_command_is_found_by_its_name_or_an_unmistakable_beginning() -> None:
    found = find("mod")
    assert found is not None
    assert found.name == "model"
    assert find("re") is None
    assert find("") is None
    assert find("nonsense") is None


def test_completion_offers_what_there_is() -> None:
    desk = NotingDesk()
    model, theme = find("model"), find("theme")
    assert model is not None
    assert theme is not None
    assert model.complete(desk) == tuple(desk.models)
    assert theme.complete(desk) == ("ink", "paper")


async def test_keys_are_told_of_and_asked_for_and_never_taken_from_the_line() -> None:
    desk = NotingDesk()
    await run(desk, "keys")
    assert "OPENAI_API_KEY" in desk.said[0]
    assert "/keys provider" in desk.said[0]
    await run(desk, "keys groq")
    assert desk.done == [("key", "groq")]
    await run(desk, "keys groq sk-canary-1")
    await run(desk, "keys sk-canary-1")
    assert len(desk.done) == 1
    assert len(desk.said) == 3
    assert "canary" not in "".join(desk.said)


async def test_what_is_set_is_told_and_a_minus_sign_clears_it() -> None:
    desk = NotingDesk()
    for line in ("set effort low", "set stop END", "set effort -", "set"):
        await run(desk, line)
    assert desk.said == ["effort: low", "stop: END · effort: low", "stop: END", "stop: END"]


async def test_a_chain_is_set_shown_and_cleared() -> None:
    desk = NotingDesk()
    await run(desk, "fallback llama, openai/gpt-4o-mini")
    assert list(desk.session.conversation.fallbacks) == ["groq/llama-3.3-70b", "openai/gpt-4o-mini"]
    await run(desk, "fallback")
    assert desk.said[-1] == "When the model fails: groq/llama-3.3-70b, then openai/gpt-4o-mini"
    await run(desk, "fallback gpt")
    assert "models match gpt" in desk.said[-1]
    await run(desk, "fallback none")
    assert list(desk.session.conversation.fallbacks) == ["none"]
    await run(desk, "fallback -")
    assert list(desk.session.conversation.fallbacks) == []
    assert "No other model is asked" in desk.said[-1]


async def test_an_answer_that_was_cut_is_gone_on_with_or_kept() -> None:
    desk = NotingDesk(ScriptedLine((TextDelta("Half"), Done("length")), HELLO))
    await run(desk, "continue")
    assert "no unfinished answer" in desk.said[-1]
    desk.session.ask("Hi")
    await desk.session.idle()
    await run(desk, "keep")
    answer = desk.session.conversation.path[-1].answer
    assert answer is not None
    assert answer.accepted
    await run(desk, "continue")
    await desk.session.idle()
    assert [message.text for message in desk.session.conversation.path][1:] == [
        "Half",
        "Go on where you stopped.",
        "Hello",
    ]


async def test_the_oldest_turns_are_left_out_and_sent_again() -> None:
    desk = await asked("One", "Two", "Three")
    await run(desk, "trim 2")
    assert [message.text for message in desk.session.conversation.sent] == ["Three", "Hello"]
    assert desk.said[-1].startswith("The oldest 2 turns are no longer sent")
    await run(desk, "trim 0")
    assert desk.session.conversation.sent == desk.session.conversation.path
    await run(desk, "trim some")
    assert "/trim 4" in desk.said[-1]
    alone = await asked("One")
    await run(alone, "trim")
    assert "only one turn" in alone.said[-1]


async def test_status_opens_its_panel() -> None:
    desk = NotingDesk()
    await run(desk, "status")
    assert desk.done == [("open", "status")]
