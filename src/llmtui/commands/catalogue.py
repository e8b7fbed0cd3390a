"""Every command there is, in the order in which help shows them."""

from llmtui.commands.branch import StepBranch
from llmtui.commands.code import CopyCode
from llmtui.commands.command import Command
from llmtui.commands.copy import CopyMessage
from llmtui.commands.delete import Delete
from llmtui.commands.export import Export
from llmtui.commands.fallback import FallBack
from llmtui.commands.find import Find
from llmtui.commands.going_on import GoOn
from llmtui.commands.help import Help
from llmtui.commands.keep import Keep
from llmtui.commands.keys import ShowKeys
from llmtui.commands.model import ChooseModel
from llmtui.commands.mouse import SwitchMouse
from llmtui.commands.new import NewConversation
from llmtui.commands.pipe import PipeText
from llmtui.commands.quit import Quit
from llmtui.commands.raw import ShowRaw
from llmtui.commands.reading import MessageAbove, MessageBelow
from llmtui.commands.reasoning import ToggleReasoning, ToggleThoughts
from llmtui.commands.rename import Rename
from llmtui.commands.resume import ResumeConversation
from llmtui.commands.retry import Retry
from llmtui.commands.save import SaveText
from llmtui.commands.set import SetSampling
from llmtui.commands.sidebar import ToggleSidebar
from llmtui.commands.status import ShowStatus
from llmtui.commands.stop import Stop
from llmtui.commands.system import Instruct
from llmtui.commands.theme import ChooseTheme
from llmtui.commands.trim import Trim
from llmtui.commands.undo import Undo
from llmtui.commands.wrap import WrapCode

COMMANDS: tuple[Command, ...] = (
    ChooseModel(),
    NewConversation(),
    ResumeConversation(),
    Retry(),
    GoOn(),
    Keep(),
    Stop(),
    Instruct(),
    SetSampling(),
    FallBack(),
    Trim(),
    ShowStatus(),
    Rename(),
    Delete(),
    Undo(),
    CopyMessage(),
    CopyCode(),
    SaveText(),
    PipeText(),
    Export(),
    Find(),
    MessageAbove(),
    MessageBelow(),
    ToggleReasoning(),
    ToggleThoughts(),
    ShowRaw(),
    WrapCode(),
    StepBranch(),
    ToggleSidebar(),
    SwitchMouse(),
    ChooseTheme(),
    ShowKeys(),
    Help(),
    Quit(),
)


def find(name: str) -> Command | None:
    """The command of this name, or the only one whose name begins so."""
    exact = [command for command in COMMANDS if command.name == name]
    begun = exact or [command for command in COMMANDS if name and command.name.startswith(name)]
    return begun[0] if len(begun) == 1 else None
