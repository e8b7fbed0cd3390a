"""What the server hands out: a page, and six files. No request ever names a file of the disk."""

import html
from dataclasses import dataclass
from importlib.resources import files
from string import Template


@dataclass(frozen=True, slots=True)
class File:
    """A file of a package, and what it is."""

    package: str
    path: str
    kind: str

    def read(self) -> bytes:
        return files(self.package).joinpath(self.path).read_bytes()


STATIC = {
    "page.css": File("llmtui.web", "page/page.css", "text/css"),
    "page.js": File("llmtui.web", "page/page.js", "text/javascript"),
    "xterm.css": File("textual_serve", "static/css/xterm.css", "text/css"),
    "textual.js": File("textual_serve", "static/js/textual.js", "text/javascript"),
    "RobotoMono.ttf": File("textual_serve", "static/fonts/RobotoMono-VariableFont_wght.ttf", "font/ttf"),
    "RobotoMono-Italic.ttf": File(
        "textual_serve", "static/fonts/RobotoMono-Italic-VariableFont_wght.ttf", "font/ttf"
    ),
}
_PAGE = File("llmtui.web", "page/index.html", "text/html")


def page(host: str) -> str:
    """The page, for a browser that came to this host."""
    return Template(_PAGE.read().decode("utf-8")).substitute(host=html.escape(host))


def safeguards(host: str) -> dict[str, str]:
    """The headers of every answer: nothing from elsewhere, nothing to elsewhere, in no frame of anybody."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        # xterm.js writes the sizes of its cells into style elements.
        "style-src": "'self' 'unsafe-inline'",
        "font-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' ws://{host}",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "clipboard-read=(), camera=(), microphone=(), geolocation=()",
        "Cache-Control": "no-store",
        "Server": "llmtui",
    }
