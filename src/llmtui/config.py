"""What you prefer, and where things live."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple, get_args

ReasoningPanel = Literal["auto", "open", "closed"]
CodeLines = Literal["wrap", "scroll"]
LogLevel = Literal["off", "error", "warning", "info", "debug"]

LOG_LEVELS: tuple[str, ...] = get_args(LogLevel)
LOG_LEVEL = "LLMTUI_LOG_LEVEL"
"""The variable that goes before the setting; `--log-level` sets it."""

RECENT_MODELS = 10


class Paths(NamedTuple):
    """The three directories of llmtui, and what is in them."""

    config: Path
    data: Path
    state: Path

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def keys_file(self) -> Path:
        return self.config / "keys.json"

    @property
    def themes(self) -> Path:
        return self.config / "themes"

    @property
    def history(self) -> Path:
        return self.data / "history.db"

    @property
    def remembered(self) -> Path:
        return self.state / "state.json"

    @property
    def listings(self) -> Path:
        return self.state / "models.json"

    @property
    def log(self) -> Path:
        return self.state / "llmtui.log"

    @property
    def exports(self) -> Path:
        return self.data / "exports"


def find_paths(environ: Mapping[str, str]) -> Paths:
    """The directories: from LLMTUI_CONFIG_DIR, LLMTUI_DATA_DIR and LLMTUI_STATE_DIR, else the platform's."""
    from platformdirs import PlatformDirs

    usual = PlatformDirs("llmtui", appauthor=False)

    def place(variable: str, otherwise: Path) -> Path:
        return Path(environ[variable]).expanduser() if environ.get(variable) else otherwise

    return Paths(
        place("LLMTUI_CONFIG_DIR", usual.user_config_path),
        place("LLMTUI_DATA_DIR", usual.user_data_path),
        place("LLMTUI_STATE_DIR", usual.user_state_path),
    )


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, for the first event, between events, and for all of an answer (0: as
    long as it takes)."""

    connect: float = 5.0
    first_event: float = 120.0
    idle: float = 90.0
    total: float = 0.0
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


USUAL_TIMEOUTS = Timeouts()


@dataclass(frozen=True, slots=True)
class Limits:
    """How many answers may arrive at once, from all providers together, and how often a request that
    failed before its first word is sent again."""

    streams: int = 8
    retries: int = 2
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Settings:
    """`config.toml`, read.

    `fallback` are the models asked in turn when one fails; `providers` holds its `[providers.NAME]` tables
    as they are written.
    """

    default_model: str = ""
    theme: str = ""
    reasoning: ReasoningPanel = "auto"
    code: CodeLines = "wrap"
    enter_sends: bool = True
    mouse: bool = True
    fallback: tuple[str, ...] = ()
    log_level: LogLevel = "warning"
    timeouts: Timeouts = USUAL_TIMEOUTS
    limits: Limits = USUAL_LIMITS
    keys: dict[str, str] = field(default_factory=dict)
    providers: dict[str, dict[str, Any]] = field(default_factory=dict)
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


class Unreadable(NamedTuple):
    """A file of yours that could not be read as what it should be; `what` says where in it."""

    path: Path
    what: str

    @property
    def message(self) -> str:
        return f"{self.path}: {self.what}"


def read_settings(path: Path) -> Settings | Unreadable:
    """The settings in this file; the defaults if there is no such file."""
    try:
        source = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        return Unreadable(path, error.strerror or "cannot be read")

    import tomllib

    try:
        table = tomllib.loads(source.decode())
    except UnicodeDecodeError as error:
        return Unreadable(path, f"is not UTF-8 text (byte {error.start})")
    except ValueError as error:
        # Not only what tomllib itself says: a number of five thousand digits is Python's to refuse.
        return Unreadable(path, str(error))
    except RecursionError:
        return Unreadable(path, "is nested too deeply")

    # pydantic takes 40 ms to load: only those who have a config file wait for it.
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Settings).validate_python(table)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        if first["type"] == "unexpected_keyword_argument" or first["type"] == "extra_forbidden":
            meant = _meant([str(step) for step in first["loc"]])
            return Unreadable(path, f"`{where}` is not a setting that llmtui knows{meant}")
        return Unreadable(path, f"`{where}`: {first['msg']}")


def _meant(steps: Sequence[str]) -> str:
    """` (did you mean theme?)`, for a setting that there is not; empty where no name is near."""
    from difflib import get_close_matches

    *tables, name = steps
    place: Any = Settings()
    for table in tables:
        place = getattr(place, table)
    names = [known.name for known in fields(place)]
    found = [known for known in names if name in known.split("_")] or get_close_matches(name, names, 1)
    return f" (did you mean {'.'.join([*tables, found[0]])}?)" if found else ""


def write_setting(path: Path, name: str, value: str | bool) -> None:
    """Change one top-level setting and leave everything else, comments too, as it is. Raises OSError."""
    import tomlkit

    source = path.read_text(encoding="utf-8") if path.exists() else ""
    document = tomlkit.parse(source)
    document[name] = value
    write_whole(path, tomlkit.dumps(document))


class Remembered(NamedTuple):
    """What llmtui remembers between runs without being told to; models are `provider/model`.

    `reasoning` is how all of it was last shown, None for as the setting says; `thoughts` is whether the pane
    with it is open. `code` is what was last done with long lines of code, None for as the setting says.
    """

    model: str = ""
    favourites: tuple[str, ...] = ()
    recents: tuple[str, ...] = ()
    sidebar: bool = True
    reasoning: ReasoningPanel | None = None
    thoughts: bool = False
    code: CodeLines | None = None

    def using(self, model: str) -> "Remembered":
        """With this model as the newest one."""
        others = [recent for recent in self.recents if recent != model]
        return self._replace(model=model, recents=(model, *others)[:RECENT_MODELS])

    def starring(self, model: str) -> "Remembered":
        """With this model as a favourite, or no longer as one."""
        others = tuple(star for star in self.favourites if star != model)
        kept = others if model in self.favourites else (*others, model)
        return self._replace(favourites=kept)


def read_remembered(path: Path) -> Remembered:
    """What is remembered; a damaged file is as good as none, for nothing in it is anybody's words."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return Remembered()
    if not isinstance(table, dict):
        return Remembered()

    def names(key: str) -> tuple[str, ...]:
        value = table.get(key)
        return tuple(name for name in value if isinstance(name, str)) if isinstance(value, list) else ()

    model = table.get("model")
    return Remembered(
        model=model if isinstance(model, str) else "",
        favourites=names("favourites"),
        recents=names("recents"),
        sidebar=table.get("sidebar") is not False,
        reasoning=next(
            (shown for shown in get_args(ReasoningPanel) if shown == table.get("reasoning")), None
        ),
        thoughts=table.get("thoughts") is True,
        code=next((way for way in get_args(CodeLines) if way == table.get("code")), None),
    )


def write_remembered(path: Path, remembered: Remembered) -> None:
    """Raises OSError."""
    table = {
        "model": remembered.model,
        "favourites": remembered.favourites,
        "recents": remembered.recents,
        "sidebar": remembered.sidebar,
        "reasoning": remembered.reasoning,
        "code": remembered.code,
        "thoughts": remembered.thoughts,
    }
    write_whole(path, json.dumps(table, indent=1) + "\n")


def make_private(directory: Path) -> None:
    """Make a directory, and those above it that are missing, for you alone. Raises OSError."""
    # What `mkdir` makes on the way has the rights of the umask.
    for folder in (*reversed(directory.parents), directory):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file that only you can read, whole or not at all. Raises OSError."""
    # A link to a file kept elsewhere stays a link.
    path = path.resolve()
    make_private(path.parent)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
