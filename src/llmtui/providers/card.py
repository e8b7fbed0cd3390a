"""An endpoint: where it is, what it speaks, where its key comes from, and its quirks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Auth = Literal["bearer", "none"]


@dataclass(frozen=True, slots=True)
class Card:
    """One provider, as its `.toml` file or the user's `[providers.NAME]` table describes it.

    `key_env` names the environment variable that holds the key, `url_env` one that overrides `base_url`;
    `local` marks a server on this machine, which is probed to see whether it is there; `models` is what to
    offer when the server lists none, and `suggested` the one to begin with where only a key was given.
    `usage_option` says whether to ask for usage in the stream, and
    `limit_field` how this provider calls the limit on new tokens; `inline_thinking`, whether a text that
    starts with `<think>` is a thought.
    """

    name: str
    title: str
    dialect: str
    base_url: str
    auth: Auth = "bearer"
    key_env: str = ""
    key_cmd: str = ""
    url_env: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    local: bool = False
    models: tuple[str, ...] = ()
    suggested: str = ""
    usage_option: bool = True
    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    inline_thinking: bool = True
    configured: bool = False
