"""What a program that llmtui starts inherits: the environment without the keys of providers.

Commands that are typed, tools of the clipboard, the browser and commands that print a key: none of them has
anything to do with what llmtui proves itself with.
"""

from collections.abc import Collection, Mapping

from llmtui.redaction import names_an_address, user_infos

# As the cards name them: tests/test_keys.py looks whether all are among these.
_KEYS = ("_API_KEY",)
_KEYS_BY_NAME = frozenset({"GITHUB_TOKEN", "HF_TOKEN"})


def without_keys(environ: Mapping[str, str], variables: Collection[str] = ()) -> dict[str, str]:
    """The environment without what ends in `_API_KEY`, these variables, and addresses of servers that have a
    password in them. The system's proxies stay: they are not llmtui's."""
    return {name: value for name, value in environ.items() if not _is_secret(name, value, variables)}


def _is_secret(name: str, value: str, variables: Collection[str]) -> bool:
    if name in variables:
        return True
    plain = name.upper()
    if plain in _KEYS_BY_NAME or plain.endswith(_KEYS):
        return True
    return names_an_address(name) and bool(user_infos(name, value))
