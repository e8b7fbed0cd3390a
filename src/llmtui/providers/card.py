"""An endpoint: where it is, what it speaks, where its key comes from, and its quirks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Auth = Literal["bearer", "x-api-key", "x-goog-api-key", "api-key", "none"]
"""How the key is shown: as a bearer's, or in a header of this name."""


@dataclass(frozen=True, slots=True)
class Card:
    """One provider, as its `.toml` file or the user's `[providers.NAME]` table describes it.

    `key_env` names the environment variable that holds the key, `url_env` one that overrides `base_url`;
    `local` marks a server on this machine, which is probed to see whether it is there; `models` is what to
    offer when the server lists none, and `suggested` the one to begin with where only a key was given.
    `usage_option` says whether to ask for usage in the stream, and
    `limit_field` how this provider calls the limit on new tokens; `inline_thinking`, whether a text that
    starts with `<think>` is a thought. `effort_field` is where a wish for more or less thinking goes,
    `replay` where thoughts must be handed back, and `prefill` how an answer is asked to be gone on with.
    `models_path` is where the list of models is: below the base URL, from the server's root if it begins
    with a slash, or a whole address. `facts` are what is known of single models and nobody lists, by model
    and by field of `ModelFacts`. `routes` says
    that the provider falls back on other models by itself, if told which. `query` goes with each request.

    Where another server stands in for this one, named by `url_env` or in the user's table: `elsewhere` is
    the dialect that it will speak, if not the same, and `url_path` the path that a bare address lacks.
    `seed_field` is how the seed of chance is called; `summaries`, whether models that think are asked to tell
    of it (OpenAI's responses).

    `streams` is false for a server that answers in one piece only; `concurrent` is how many answers may
    arrive from it at once; the two paces are per minute, None for no limit of ours. `allow_insecure` lets a
    key travel over plain http to another machine; `ca_file` is the certificate authority to trust.
    """

    name: str
    title: str
    dialect: str
    base_url: str
    auth: Auth = "bearer"
    key_env: str = ""
    key_cmd: str = field(default="", repr=False)
    url_env: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    local: bool = False
    models: tuple[str, ...] = ()
    suggested: str = ""
    usage_option: bool = True
    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    inline_thinking: bool = True
    effort_field: Literal["none", "reasoning_effort", "reasoning", "thinking"] = "reasoning_effort"
    replay: Literal["none", "reasoning_content", "reasoning", "reasoning_details"] = "none"
    prefill: Literal["none", "plain", "prefix", "final_message"] = "none"
    models_path: str = "models"
    routes: bool = False
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    elsewhere: str = ""
    url_path: str = ""
    seed_field: Literal["seed", "random_seed"] = "seed"
    summaries: bool = True
    streams: bool = True
    concurrent: int = 4
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    allow_insecure: bool = False
    ca_file: str = ""
    facts: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    configured: bool = False
