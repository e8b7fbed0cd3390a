"""Branches, heads and titles."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from llmtui.chat.conversation import TITLE_LENGTH, Conversation, title_from
from llmtui.chat.message import Message
from llmtui.chat.parts import Text
from llmtui.chat.tree import Tree


def tree() -> Conversation:
    """A question with two answers, the second of which goes on."""
    conversation = Conversation("c")
    for key, parent in (("q", None), ("a1", "q"), ("a2", "q"), ("q2", "a2")):
        conversation = conversation.adding(Message(key, "user", (Text(key),), parent))
    return conversation


def test_the_path_leads_from_the_first_message_to_the_head() -> None:
    assert [message.id for message in tree().path] == ["q", "a2", "q2"]


def test_branches_begin_where_a_message_has_siblings() -> None:
    assert tree().siblings("a1") == ("a1", "a2")
    assert tree().siblings("q") == ("q",)


def test_choosing_a_branch_leads_to_its_newest_leaf() -> None:
    assert tree().leaf("a2") == "q2"
    assert tree().leaf("a1") == "a1"


def test_a_newer_version_takes_the_place_of_the_old_one() -> None:
    newer = Message("a1", "user", (Text("newer"),), "q")
    replaced = tree().replacing(newer)
    assert replaced.by_id["a1"].text == "newer"
    assert [message.id for message in replaced.messages] == ["q", "a1", "a2", "q2"]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["adds", "goes on", "changes"]), st.integers(0, 9)))
)
def test_what_a_tree_hands_on_is_what_would_be_found_out_anew(
    changes: list[tuple[int, str, int]],
) -> None:
    trees = [Tree()]
    for number, (which, does, looked_at) in enumerate(changes):
        # Any of those that there were goes on: they share what they know, and none may see what is another's.
        tree = trees[which % len(trees)] if does == "goes on" else trees[-1]
        if does == "adds" or not tree:
            parents = [*(message.id for message in tree), None, "gone"]
            tree = tree.adding(Message(f"m{number}", "user", (), parents[which % len(parents)]))
        elif does == "goes on":
            # The same message may go on with several of them.
            if f"s{looked_at}" not in tree.by_id:
                tree = tree.adding(Message(f"s{looked_at}", "user", (), tree[-1].id))
        else:
            tree = tree.replacing(replace(tree[which % len(tree)], parts=(Text(str(number)),)))
        tree.path(tree[looked_at % len(tree)].id)
        trees.append(tree)
    for tree in trees:
        anew = Tree(tuple(tree))
        assert tree.by_id == anew.by_id == {message.id: message for message in tree}
        for message in tree:
            assert tree.path(message.id) == anew.path(message.id)
            assert tree.leaf(message.id) == anew.leaf(message.id)
            assert tree.siblings(message.id) == anew.siblings(message.id)
            beside = [other.id for other in tree if other.parent == message.parent]
            assert tree.siblings(message.id) == tuple(beside)


def test_a_tree_does_not_know_what_was_added_to_it_later() -> None:
    before = Tree().adding(Message("q", "user"))
    after = before.adding(Message("a", "assistant", (), "q"))
    beside = before.adding(Message("b", "assistant", (), "q"))
    assert "a" in after.by_id
    assert "a" not in before.by_id
    assert "a" not in beside.by_id
    assert after.by_id["a"].id == "a"
    assert before.leaf("q") == "q"


def test_a_title_is_the_first_written_line_cut_at_a_word() -> None:
    assert title_from("\n\n## What is   a monad?\nI wonder") == "What is a monad?"
    assert title_from("\n" * 5000 + "one\n" * 5000) == "one"
    assert title_from("word " * 40) == ("word " * 12).strip() + "…"


@given(st.text())
def test_a_title_is_always_one_short_line(text: str) -> None:
    title = title_from(text)
    assert len(title) <= TITLE_LENGTH + 1
    assert "\n" not in title
