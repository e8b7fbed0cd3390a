"""What may stand after `llmtui`, with an example for everything."""

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol

from llmtui import __version__

# As `chat.conversation.Effort` has them, which is not loaded for `--version`.
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
# As `providers.dialects` has them, and `cli.decode` its aliases.
DIALECTS = (
    *("openai-chat", "openai-responses", "openai-completions", "anthropic", "gemini", "ollama"),
    *("ollama-generate", "ollama-chat", "gemini-json-array"),
)
# As `config.LOG_LEVELS` has them.
LOG_LEVELS = ("off", "error", "warning", "info", "debug")


class Run(Protocol):
    """A subcommand: takes its arguments, gives the exit status."""

    def __call__(self, arguments: argparse.Namespace) -> int: ...


_SCREEN_EXAMPLES = """\
examples:
  llmtui                                     open the screen
  llmtui "why is the sky blue?"              open it and ask at once
  llmtui -m openrouter/openai/gpt-4o-mini    with this model
  llmtui -c                                  go on with the newest conversation
  llmtui -r 3f9a                             go on with the conversation of this id

  llmtui ask "why is the sky blue?"          just print the answer
  git diff | llmtui ask "what changed?"      about what comes through a pipe
  llmtui models                              the models that can be asked
  llmtui keys set groq                       keep a key, for this provider alone
  llmtui doctor                              what works, what does not, and why
  llmtui history list                        the conversations that are kept
  llmtui paths                               where things are kept
  llmtui serve                               the screen in a browser of this machine

Each of ask, models, keys, doctor, decode, history, paths and serve has a --help of its own.
"""

_ASK_EXAMPLES = """\
examples:
  llmtui ask "why is the sky blue?"
  git diff | llmtui ask "write a commit message"
  llmtui ask -m gateway/groq/llama-3.3-70b-versatile --reasoning --usage "17 * 23?"
  llmtui ask --json "one word: yes or no" | jq -r .text
  llmtui ask -c "and at night?"              goes on with the newest conversation
  llmtui ask -m groq/llama-3.3-70b-versatile --fallback openai/gpt-4o-mini "17 * 23?"

exit status: 0 complete, 1 failed or cut off (what came is still printed),
2 wrong usage or settings, 130 interrupted
"""

_MODELS_EXAMPLES = """\
examples:
  llmtui models
  llmtui models | grep -i llama
  llmtui models --json | jq -r '.[].name'
"""

_KEYS_EXAMPLES = """\
examples:
  llmtui keys set groq               paste the key; nothing is shown
  pass show groq | llmtui keys set groq
  llmtui keys set groq --keyring     into the system's keyring instead of a file
  llmtui keys list                   where each key comes from, and where it may go
  llmtui keys remove groq
"""

_DOCTOR_EXAMPLES = """\
examples:
  llmtui doctor
  llmtui doctor groq openrouter      look at these only, active or not
  llmtui doctor --json

exit status: 0 all is well, 1 something is not
"""

_DECODE_EXAMPLES = """\
examples:
  llmtui decode --dialect anthropic answer.sse
  llmtui decode --dialect openai-chat --json answer.sse | jq .usage
  curl -sN https://… | tee answer.sse | llmtui decode --dialect gemini -

dialects: openai-chat, openai-responses, openai-completions, anthropic, gemini, ollama,
ollama-generate (one prompt); ollama-chat is ollama, gemini-json-array is gemini
exit status: 0 complete, 1 failed or cut off, 2 wrong usage, or nothing to read
"""

_HISTORY_EXAMPLES = """\
examples:
  llmtui history list
  llmtui history show 3f9a
  llmtui history export 3f9a --format markdown > talk.md
  llmtui history export --all > backup.json
  llmtui history import backup.json
  llmtui history backup history-2026.db
  llmtui history delete 3f9a
"""

_SERVE_EXAMPLES = """\
examples:
  llmtui serve                       prints an address: open it in a browser
  llmtui serve --port 9000 --sessions 1
  llmtui serve -m groq/llama-3.3-70b-versatile
  ssh -t -L 8765:127.0.0.1:8765 HOST llmtui serve      from another machine, encrypted

Needs the extra `web`: pip install 'llmtui[web]'. Only a browser of this machine can come, with the
token in the address. Nothing is encrypted: for other machines use a tunnel, not --host.
exit status: 1 cannot listen there, 2 wrong usage, 130 ended by Ctrl+C
"""

_SCREEN = "llmtui.cli.screen"
SUBCOMMANDS = ("ask", "models", "keys", "doctor", "decode", "history", "paths", "serve")


def read_arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments, with the function to run as `run`. Ends the program on wrong usage (2) and help (0)."""
    first = next(iter(argv), "")
    if first in SUBCOMMANDS:
        return _subcommands(first).parse_args(argv[1:])
    parser = _screen()
    arguments = parser.parse_args(argv)
    if (word := next(iter(arguments.prompt), "")) in SUBCOMMANDS:
        parser.error(
            f"{word} comes first: llmtui {word} …, then the options. "
            "A question that begins so goes between quotation marks"
        )
    return arguments


def _parser(
    program: str,
    about: str,
    examples: str,
    kind: type[argparse.ArgumentParser] = argparse.ArgumentParser,
) -> argparse.ArgumentParser:
    # Colours of argparse 3.14 would be escape codes of somebody else's choosing.
    options = {"color": False} if sys.version_info >= (3, 14) else {}
    parser = kind(
        prog=program,
        description=about,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        **options,  # type: ignore[arg-type]
    )
    # Whether what is run hears Ctrl+C by itself.
    parser.set_defaults(hears=False)
    parser.add_argument(
        "--log-level", metavar="L", choices=LOG_LEVELS, default="", help=f"log this: {', '.join(LOG_LEVELS)}"
    )
    return parser


def _screen() -> argparse.ArgumentParser:
    parser = _parser("llmtui", "A terminal chat for every LLM.", _SCREEN_EXAMPLES)
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="ask this at once")
    _add_model(parser)
    parser.add_argument(
        "-c", "--continue", dest="newest", action="store_true", help="the newest conversation"
    )
    parser.add_argument(
        "-r", "--resume", metavar="ID", default="", help="a conversation, by the start of its id"
    )
    parser.add_argument("-s", "--system", metavar="TEXT", default="", help="the system prompt")
    parser.add_argument("--theme", metavar="NAME", default="", help="wear this theme, this once")
    parser.add_argument("--version", action="version", version=f"llmtui {__version__}")
    parser.set_defaults(run=_lazily(_SCREEN), hears=True)
    return parser


def _subcommands(name: str) -> argparse.ArgumentParser:
    builders: dict[str, Callable[[], argparse.ArgumentParser]] = {
        "ask": _ask,
        "models": _models,
        "keys": _keys,
        "doctor": _doctor,
        "decode": _decode,
        "history": _history,
        "paths": _paths,
        "serve": _serve,
    }
    return builders[name]()


def _ask() -> argparse.ArgumentParser:
    about = "Ask once and print the answer. What comes through a pipe is put after the prompt."
    parser = _parser("llmtui ask", about, _ASK_EXAMPLES)
    parser.add_argument("prompt", nargs="*", metavar="PROMPT", help="the question")
    _add_model(parser)
    parser.add_argument("-s", "--system", metavar="TEXT", default="", help="the system prompt")
    parser.add_argument("-c", "--continue", dest="newest", action="store_true", help="go on with the newest")
    parser.add_argument("-r", "--resume", metavar="ID", default="", help="go on with this conversation")
    parser.add_argument(
        "--fallback",
        metavar="MODEL",
        action="append",
        default=[],
        help="ask this one when the model fails; may be given again",
    )
    parser.add_argument("--effort", choices=EFFORTS, default="", help="how hard to think")
    parser.add_argument("--no-stream", dest="stream", action="store_false", help="print it all at once")
    parser.add_argument("--reasoning", action="store_true", help="print what the model thought, too")
    parser.add_argument("--usage", action="store_true", help="print the tokens, too")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object")
    shape.add_argument("--events", action="store_true", help="print a JSON object a line as it happens")
    parser.add_argument("--progress", action="store_true", help="tell how many tokens have come, how fast")
    parser.add_argument("--no-save", dest="save", action="store_false", help="keep nothing")
    parser.set_defaults(run=_lazily("llmtui.cli.ask"), hears=True)
    return parser


def _models() -> argparse.ArgumentParser:
    parser = _parser("llmtui models", "List the models that can be asked.", _MODELS_EXAMPLES)
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    parser.add_argument("--refresh", action="store_true", help="ask every provider anew")
    parser.set_defaults(run=_lazily("llmtui.cli.models"))
    return parser


class _SecretiveParser(argparse.ArgumentParser):
    """Does not repeat what it does not understand: it may be a key."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: this cannot be understood: see `llmtui keys --help`\n")


def _keys() -> argparse.ArgumentParser:
    about = "Keep keys for providers, say where they come from, forget them."
    parser = _parser("llmtui keys", about, _KEYS_EXAMPLES, _SecretiveParser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    kept = actions.add_parser("set", help="keep a key, read from the terminal or from a pipe")
    kept.add_argument("name", metavar="NAME", help="the provider, as in `groq`")
    kept.add_argument("value", nargs="*", help=argparse.SUPPRESS)
    kept.add_argument("--keyring", action="store_true", help="in the system's keyring, not in a file")
    listed = actions.add_parser("list", help="where each key comes from; never the keys")
    listed.add_argument("--json", action="store_true", help="print a JSON object")
    removed = actions.add_parser("remove", help="forget a key that was kept")
    removed.add_argument("name", metavar="NAME", help="the provider")
    parser.set_defaults(run=_lazily("llmtui.cli.keys"))
    return parser


def _doctor() -> argparse.ArgumentParser:
    parser = _parser(
        "llmtui doctor", "Say what works, what does not, and what to do about it.", _DOCTOR_EXAMPLES
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a provider; all active ones without")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=_lazily("llmtui.cli.doctor"))
    return parser


def _decode() -> argparse.ArgumentParser:
    about = "Read a recorded response body as if its provider sent it now. Nothing is sent, nothing is kept."
    parser = _parser("llmtui decode", about, _DECODE_EXAMPLES)
    parser.add_argument("file", metavar="FILE", help="the file, or - for standard input")
    parser.add_argument(
        "--dialect", metavar="D", choices=DIALECTS, required=True, help="the language it is in (see below)"
    )
    parser.add_argument("--reasoning", action="store_true", help="print what the model thought, too")
    parser.add_argument("--usage", action="store_true", help="print the tokens, too")
    parser.add_argument("--json", action="store_true", help="print one JSON object, as ask does")
    parser.set_defaults(run=_lazily("llmtui.cli.decode"))
    return parser


def _history() -> argparse.ArgumentParser:
    parser = _parser(
        "llmtui history", "List, show, export, import, back up and delete conversations.", _HISTORY_EXAMPLES
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="the conversations, newest first")
    listed.add_argument("--json", action="store_true", help="print a JSON list")
    shown = actions.add_parser("show", help="print one conversation")
    shown.add_argument("id", metavar="ID", help="the start of its id")
    shown.add_argument("--json", action="store_true", help="print it as JSON")
    exported = actions.add_parser("export", help="print conversations in a format to keep")
    exported.add_argument("id", metavar="ID", nargs="?", default="", help="the start of its id")
    exported.add_argument("--all", action="store_true", help="every conversation")
    exported.add_argument("--format", choices=("json", "markdown"), default="json")
    exported.add_argument("--json", action="store_true", help="the same as --format json")
    imported = actions.add_parser("import", help="read conversations from a file that export wrote")
    imported.add_argument("file", metavar="FILE", help="the file, or - for standard input")
    imported.add_argument("--json", action="store_true", help="print the new ids as JSON")
    backed = actions.add_parser("backup", help="copy the whole history into a file, also while it is in use")
    backed.add_argument("file", metavar="FILE", help="the file to make")
    backed.add_argument("--force", action="store_true", help="write over a file that is there")
    backed.add_argument("--json", action="store_true", help="print its name as JSON")
    deleted = actions.add_parser("delete", help="delete one conversation")
    deleted.add_argument("id", metavar="ID", help="the start of its id")
    deleted.add_argument("--json", action="store_true", help="print the id as JSON")
    parser.set_defaults(run=_lazily("llmtui.cli.history"))
    return parser


def _paths() -> argparse.ArgumentParser:
    parser = _parser(
        "llmtui paths", "Say where settings, history and themes are kept.", "example:\n  llmtui paths"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=_lazily("llmtui.cli.places"))
    return parser


def _serve() -> argparse.ArgumentParser:
    parser = _parser("llmtui serve", "Open the screen in a browser of this machine.", _SERVE_EXAMPLES)
    _add_model(parser)
    parser.add_argument("--theme", metavar="NAME", default="", help="wear this theme")
    parser.add_argument(
        "--port", metavar="N", type=int, default=8765, help="the port (8765); 0 takes a free one"
    )
    parser.add_argument("--sessions", metavar="N", type=int, default=3, help="so many pages at once (3)")
    parser.add_argument(
        "--host", metavar="ADDRESS", default="127.0.0.1", help="listen on another address than 127.0.0.1"
    )
    parser.add_argument(
        "--allow-others",
        action="store_true",
        help="yes, other machines may come to that address, unencrypted, and who has the token is you",
    )
    parser.set_defaults(run=_lazily("llmtui.cli.serve"))
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-m", "--model", metavar="MODEL", default="", help="provider/model to ask")


def _lazily(module: str) -> Run:
    """The `run` of a module that is imported when it is needed: each door loads only what is behind it."""

    def run(arguments: argparse.Namespace) -> int:
        from importlib import import_module

        door = import_module(module)
        if module != _SCREEN:
            # The screen goes on starting until it is painted.
            gc.enable()
        status: int = door.run(arguments)
        return status

    return run
