"""Static files: read, compressed and named by their content once at start, then served from memory and cached for ever."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from .config import folder

PREFIX = "/static/"

# What is not ours comes from installed packages, under our own URL.
PACKAGED = {"js/htmx.js": ("js_lib_htmx", "static/htmx/htmx.min.js")}

COMMENTS = {".css": re.compile(rb"/\*.*?\*/\s*", re.DOTALL), ".js": re.compile(rb"^\s*//.*\n", re.MULTILINE)}
"""In a style sheet, and on lines of their own in a script: for us, not for a hundred phones."""


@dataclass(frozen=True)
class Asset:
    """One static file, ready to send."""

    type: str
    plain: bytes
    gzipped: bytes


class Assets:
    """All static files of the house."""

    def __init__(self) -> None:
        """Read `static/` and the packaged files."""
        self._urls: dict[str, str] = {}
        self._by_url: dict[str, Asset] = {}
        root = folder("static")
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                self._add(path.relative_to(root).as_posix(), path.read_bytes())
        for name, (package, inside) in PACKAGED.items():
            self._add(name, files(package).joinpath(inside).read_bytes())

    def url(self, name: str) -> str:
        """The address of `css/base.css`, with its content in it. Raises KeyError for a file that is not there."""
        return self._urls[name]

    def find(self, path: str) -> Asset | None:
        """The file behind an address, if it is one of ours."""
        return self._by_url.get(path)

    def _add(self, name: str, content: bytes) -> None:
        named = Path(name)
        if named.suffix in COMMENTS:
            content = COMMENTS[named.suffix].sub(b"", content)
        digest = hashlib.blake2b(content, digest_size=4).hexdigest()
        url = f"{PREFIX}{named.with_name(f'{named.stem}.{digest}{named.suffix}').as_posix()}"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        self._urls[name] = url
        self._by_url[url] = Asset(kind, content, gzip.compress(content, 9, mtime=0))
