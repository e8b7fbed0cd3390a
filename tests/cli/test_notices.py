"""Notices of the history, on their way from its thread to whoever shows them."""

from llmtui.cli.notices import Notices


def gone() -> None:
    raise RuntimeError("Event loop is closed")


def test_a_notice_that_nobody_listens_to_any_more_is_kept_for_who_shows_the_rest() -> None:
    notices = Notices()
    notices.listen(gone)
    notices.hear("The history file was set aside.")
    assert list(notices.taken()) == ["The history file was set aside."]
