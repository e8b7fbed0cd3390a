"""A person whose keys can all be told apart, and a search through everything that llmtui leaves behind."""

import base64
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.cli.running import Person
from tests.wire.server import LoopbackServer, Reply

# Not one of them looks like a key: what finds them knows them.
KEYS = {
    "env": "environed-7f3a91c2e8b4",
    "file": "filed-5d0c88e1a6f7",
    "ring": "ringed-c19be2740d3a",
    "command": "commanded-e4b7290f5c61",
    "header": "headed-2a6f0b9d8e13",
    "query": "queried-9c4e7d12b0a5",
    "url": "addressed-0b8d3f6ac7e9",
}
PROMPT = "the question of 41c7d2e09b5f"
_LEAST = 8

# What the keyring package would be: its backend keeps keys in a file beside it.
_KEYRING = """
import json
from pathlib import Path

_FILE = Path(__file__).with_name("ring.json")


class Backend:
    def _all(self):
        return json.loads(_FILE.read_text()) if _FILE.exists() else {}

    def get_password(self, service, name):
        return self._all().get(f"{service}/{name}")

    def set_password(self, service, name, key):
        _FILE.write_text(json.dumps({**self._all(), f"{service}/{name}": key}))


def get_keyring():
    return Backend()
"""

# Whatever llmtui runs writes down what it was started with, and what it is told of its surroundings.
_TELLING = """\
import os, sys
from pathlib import Path
folder = Path(os.environ["CHILDREN"])
told = "\\n".join((*sys.argv, *(f"{name}={value}" for name, value in os.environ.items())))
(folder / f"{sys.argv[1]}-{os.getpid()}").write_text(told)
# What others see of it and of everybody who runs now: command lines, and what its own was started with.
for seen in (*Path("/proc").glob("[0-9]*/cmdline"), Path(f"/proc/{os.getpid()}/environ")):
    try:
        line = seen.read_bytes().replace(b"\\0", b"\\n")
    except OSError:
        continue
    with (folder / f"seen-{seen.name}-{os.getpid()}").open("ab") as kept:
        kept.write(line + b"\\n")
print(sys.argv[2] if len(sys.argv) > 2 else Path(os.environ["COMMANDED"]).read_text())
"""

# What somebody who is started without an environment of their own would inherit, at the end.
_LEAVING = """\
import atexit, os
from pathlib import Path


def tell(environ=os.environ):
    told = "\\n".join(f"{name}={value}" for name, value in environ.items())
    Path(environ["CHILDREN"], f"inherited-{os.getpid()}").write_text(told)


if os.environ.get("TELLING_AT_THE_END"):
    atexit.register(tell)
"""


class Canaries(Person):
    """Seven providers at one address, each with a key from another place."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.children = folder / "children"
        self.children.mkdir()
        tools = folder / "tools"
        tools.mkdir()
        (tools / "keyring.py").write_text(_KEYRING)
        (tools / "sitecustomize.py").write_text(_LEAVING)
        (tools / "telling.py").write_text(_TELLING)
        (tools / "commanded").write_text(KEYS["command"])
        for tool in ("xclip", "xdg-open"):
            (tools / tool).write_text(f"#!/bin/sh\nexec {sys.executable} {tools}/telling.py {tool} -\n")
            (tools / tool).chmod(0o755)
        self.telling = f"{sys.executable} {tools}/telling.py"
        self.env |= {
            "ENVP_KEY": KEYS["env"],
            "OPENAI_API_KEY": f"{KEYS['env']}-2",
            "PYTHONPATH": f"{tools}:{Path(__file__).parents[2]}",
            "PATH": f"{tools}:{self.env['PATH']}",
            "CHILDREN": str(self.children),
            "COMMANDED": str(tools / "commanded"),
            "DISPLAY": ":0",
        }

    def know(self, url: str, more: str = "") -> None:
        """Everybody is at this address."""
        with_password = url.replace("://", f"://me:{KEYS['url']}@")
        own = {
            "envp": 'api_key_env = "ENVP_KEY"',
            "filep": 'api_key_env = "FILEP_KEY"',
            "ringp": 'api_key_env = "RINGP_KEY"\nauth = "x-api-key"',
            "commandp": f'api_key_cmd = "{self.telling} command"\nauth = "x-goog-api-key"',
            "headerp": f'headers = {{ X-Api-Key = "{KEYS["header"]}" }}\nauth = "none"',
            "queryp": f'query = {{ key = "{KEYS["query"]}" }}\nauth = "none"',
        }
        tables = [f'[providers.{name}]\nbase_url = "{url}"\n{said}\n' for name, said in own.items()]
        tables.append(f'[providers.urlp]\nbase_url = "{with_password}"\nauth = "none"\n')
        self.configure(f"{more}\n[limits]\nretries = 0\n[timeouts]\nfirst_event = 0.4\n" + "".join(tables))

    async def keep_keys(self) -> None:
        """Put a key into the file and one into the keyring, for the address that is known now."""
        for name, key, options in (("filep", "file", ()), ("ringp", "ring", ("--keyring",))):
            kept = await self.run("keys", "set", name, *options, stdin=f"{KEYS[key]}\n")
            assert kept.status == 0, kept

    @property
    def everybody(self) -> list[str]:
        """Options that ask one after the other as each fails."""
        others = ("filep", "ringp", "commandp", "headerp", "queryp", "urlp")
        return ["-m", "envp/m", *(word for name in others for word in ("--fallback", f"{name}/m"))]

    def left_behind(self) -> dict[str, bytes]:
        """Every file that llmtui wrote, but the ones that hold what somebody put into them as a key."""
        theirs = {self.folder / "tools", self.folder / "config"}
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and not theirs & set(path.parents)
        }


class EchoingServer(LoopbackServer):
    """Puts all that it was told in the place of SEEN, in headers, bodies and everywhere."""

    def _next(self) -> Reply:
        reply, received = super()._next(), self.requests[-1]
        seen = f"{received.path} {received.headers} {received.body.decode()} {_decoded(received.headers)}"
        quoted = json.dumps(seen)[1:-1]
        bare = quoted.replace("\\", "")
        return replace(
            reply,
            reason=reply.reason.replace("SEEN", bare),
            headers={name: text.replace("SEEN", bare) for name, text in reply.headers.items()},
            pieces=[
                piece.replace(b"SEEN", quoted.encode()) if isinstance(piece, bytes) else piece
                for piece in reply.pieces
            ],
        )


def _decoded(headers: Mapping[str, str]) -> str:
    """The name and the password behind Basic, which only the server needs to decode."""
    return base64.b64decode(headers.get("authorization", "").removeprefix("Basic ") + "==").decode("latin-1")


def found_in(text: bytes, secrets: dict[str, str]) -> list[str]:
    """The names of the secrets that can be read there, whole, in part, or in some writing."""
    plain = b"".join(text.split())
    return [name for name, secret in secrets.items() if any(way in plain for way in _ways(secret))]


def _ways(secret: str) -> set[bytes]:
    """The telling half of it, from either end, as it is and as others write it."""
    bare = "".join(secret.split())
    pieces = {bare[-12:][:_LEAST], bare[-_LEAST:]}
    backwards = {piece[::-1] for piece in pieces}
    # Three letters are four of base64, and nobody knows where the first of them stands.
    coded = {base64.b64encode(f"{'x' * at}{bare}".encode())[12:20] for at in range(3)}
    return {piece.encode() for piece in pieces | backwards} | coded
