"""What another llmtui wrote into a conversation that is open here, too."""

from dataclasses import dataclass

from llmtui.chat.message import Message


@dataclass(frozen=True, slots=True)
class News:
    """The title as it is kept now, and the messages since it was last read, a parent before its children.

    Our own may be among them, and one that streams elsewhere comes again each time, longer.
    """

    title: str = ""
    messages: tuple[Message, ...] = ()
