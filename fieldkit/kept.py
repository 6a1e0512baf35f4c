"""Pages and files answered before Flask: public pages are rendered once per data version and kept compressed in memory.

A page is kept when its view says `page(..., keep=True)`: it is then the same for everybody, language, query and lock apart. The version is what
the writer last committed, so nothing is ever invalidated by hand.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from waitress.parser import HTTPRequestParser

from . import clock, i18n
from .assets import PREFIX, Assets
from .db import Database

KEEP = "fieldkit.keep"
"""The key in the WSGI environment that a view sets to have its page kept."""
VARY = ("Vary", "Accept-Encoding, Accept-Language, HX-Request")
"""On what a page depends beside its address."""
MOST = 512  # pages; a crawler that tries every query must not fill the memory

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]


@dataclass(frozen=True)
class Page:
    """A rendered page with everything needed to send it again."""

    version: tuple[Any, ...]
    headers: list[tuple[str, str]]
    etag: str
    gzipped: bytes


class KeptPages:
    """WSGI middleware in front of the application."""

    def __init__(self, app: App, db: Database, assets: Assets) -> None:
        """Answer for `app` whatever is kept or static."""
        self._app, self._db, self._assets = app, db, assets
        self._pages: OrderedDict[tuple[Any, ...], Page] = OrderedDict()
        self._rendering: dict[tuple[Any, ...], threading.Lock] = {}
        self._personal: set[str] = set()
        """Paths that were not to be kept when we last saw them: nobody waits for anybody there."""
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start)
        if environ["PATH_INFO"].startswith(PREFIX):
            return self._send_asset(environ, start)
        key = _key(
            environ["PATH_INFO"], environ["QUERY_STRING"], environ.get("HTTP_ACCEPT_LANGUAGE", ""), "HTTP_HX_REQUEST" in environ,
            environ["wsgi.url_scheme"],
        )  # fmt: skip
        page = self._fresh(key)
        if page:
            return _send(environ, start, page.headers, page.etag, page.gzipped)
        if environ["REQUEST_METHOD"] == "HEAD":
            return self._app(environ, start)
        if environ["PATH_INFO"] in self._personal:
            return self._render(key, environ, start)
        # One request renders, the others that want the same page wait for it: no herd at the start or after a commit.
        arrived = self._version()
        with self._lock:
            lock = self._rendering.setdefault(key, threading.Lock())
        with lock:
            page = self._pages.get(key)
            # What was rendered since this request came is new enough for it, even if there was another commit meanwhile.
            if page is None or page.version[0] < arrived[0] or page.version[1] != arrived[1]:
                try:
                    return self._render(key, environ, start)
                finally:
                    self._rendering.pop(key, None)
        return _send(environ, start, page.headers, page.etag, page.gzipped)

    def lies_ready(self, request: HTTPRequestParser) -> bool:
        """Whether a request needs nothing but sending: a static file, or a page of the present version."""
        if request.error or request.command != "GET":
            return False
        if request.path.startswith(PREFIX):
            return self._assets.find(request.path) is not None
        headers = request.headers
        scheme = headers.get("X_FORWARDED_PROTO", "http")  # who makes this up only sees to it that the wrong thread looks
        key = _key(request.path, request.query, headers.get("ACCEPT_LANGUAGE", ""), "HX_REQUEST" in headers, scheme)
        return self._fresh(key) is not None

    def _version(self) -> tuple[Any, ...]:
        return self._db.version, clock.today()

    def _fresh(self, key: tuple[Any, ...]) -> Page | None:
        page = self._pages.get(key)
        return page if page and page.version == self._version() else None

    def _render(self, key: tuple[Any, ...], environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        version = self._version()
        answer: list[Any] = []
        chunks = self._app(environ, lambda status, headers, exc_info=None: answer.append((status, headers)))
        status, headers = answer[-1]
        if not environ.get(KEEP) or not status.startswith("200"):
            if len(self._personal) > MOST:
                self._personal.clear()
            self._personal.add(environ["PATH_INFO"])
            return _pass_on(environ, start, status, headers, chunks)
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        kept = [(n, v) for n, v in headers if n not in ("Content-Length", "ETag", "Cache-Control", "Vary")]
        etag = f'"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
        page = Page(version, [*kept, ("Cache-Control", "no-cache"), VARY], etag, gzip.compress(body, 6, mtime=0))
        with self._lock:
            self._pages[key] = page
            if len(self._pages) > MOST:
                self._pages.popitem(last=False)
        self._personal.discard(environ["PATH_INFO"])
        return _send(environ, start, page.headers, etag, page.gzipped)

    def _send_asset(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        asset = self._assets.find(environ["PATH_INFO"])
        if asset is None:
            return self._app(environ, start)
        headers = [
            ("Content-Type", asset.type),
            ("Cache-Control", "public, max-age=31536000, immutable"),
            ("X-Content-Type-Options", "nosniff"),
            ("Vary", "Accept-Encoding"),
        ]
        etag = f'"{environ["PATH_INFO"].split(".")[-2]}"'  # its content, as the address has it
        return _send(environ, start, headers, etag, asset.gzipped, asset.plain)


def _key(path: str, query: str, accept_language: str, fragment: bool, scheme: str) -> tuple[Any, ...]:
    wanted = parse_qs(query).get("lang", [None])[0] if "lang=" in query else None
    return path, query, i18n.negotiate(wanted, accept_language), fragment, scheme


def _pass_on(
    environ: dict[str, Any], start: Start, status: str, headers: list[tuple[str, str]], chunks: Iterable[bytes]
) -> Iterable[bytes]:
    """A page for one person: sent once, compressed where that is worth it."""
    said = dict(headers)
    is_page = status.startswith("200") and said.get("Content-Type", "").startswith("text/html") and "Content-Encoding" not in said
    if not is_page or "gzip" not in environ.get("HTTP_ACCEPT_ENCODING", ""):
        start(status, headers)
        return chunks
    body = gzip.compress(b"".join(chunks), 6, mtime=0)
    if hasattr(chunks, "close"):
        chunks.close()
    passed = [(name, value) for name, value in headers if name not in ("Content-Length", "Vary")]
    start(status, [*passed, VARY, ("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))])
    return [body]


def _send(
    environ: dict[str, Any],
    start: Start,
    headers: list[tuple[str, str]],
    etag: str,
    gzipped: bytes,
    plain: bytes | None = None,
) -> Iterable[bytes]:
    headers = [*headers, ("ETag", etag)]
    if environ.get("HTTP_IF_NONE_MATCH") == etag:
        start("304 Not Modified", headers)
        return [b""]
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        body, headers = gzipped, [*headers, ("Content-Encoding", "gzip")]
    else:
        body = gzip.decompress(gzipped) if plain is None else plain
    start("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
