"""Which conversation is meant by `-c`, `-r ID` or `history show ID`."""

from llmtui.cli.choosing import Misconfigured
from llmtui.store.history import History


async def find_conversation(history: History, beginning: str) -> str | Misconfigured:
    """The whole id of the one conversation whose id begins so."""
    found = await history.find(beginning)
    match found:
        case (conversation_id,):
            return conversation_id
        case ():
            return Misconfigured(
                f"no conversation has an id that begins with {beginning!r}: llmtui history list"
            )
        case _:
            return Misconfigured(
                f"{len(found)} conversations have ids that begin with {beginning!r}: write more of it"
            )


async def newest_conversation(history: History) -> str | Misconfigured:
    """The id of the conversation that was last talked in."""
    newest = await history.newest()
    return newest or Misconfigured("there is no conversation to continue yet")
