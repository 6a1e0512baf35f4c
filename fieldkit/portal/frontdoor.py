"""The outermost layer of the kit: visitors who came for another host are shown to the front page, before anything else is asked."""

from collections.abc import Callable, Iterable
from typing import Any

from ..config import Config
from ..kept import KeptPages
from . import probes


class FrontDoor:
    """WSGI middleware around everything the kit answers."""

    def __init__(self, pages: KeptPages, config: Config) -> None:
        """Let requests for one of the kit's own names through to `pages`."""
        self._pages, self._address = pages, config.address
        self.lies_ready = pages.lies_ready
        self._own = frozenset(probes.name_of(name) for name in config.own_hosts())

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        found = probes.answer(
            environ.get("HTTP_HOST", ""), environ["PATH_INFO"], environ["REQUEST_METHOD"], self._own, self._address
        )
        if found is None:
            return self._pages(environ, start)
        start(found.status, [*found.headers, ("Content-Length", str(len(found.body)))])
        return [found.body]
