"""The outermost layer of the kit: visitors who came for another host are shown to the kit, before anything else is asked."""

from collections.abc import Callable, Iterable
from typing import Any

from waitress.channel import ClientDisconnected
from waitress.parser import HTTPRequestParser

from .. import doors
from ..config import Config
from ..kept import KeptPages
from . import probes
from .threshold import Threshold


class FrontDoor:
    """WSGI middleware around everything the kit answers."""

    def __init__(self, pages: KeptPages, config: Config, threshold: Threshold) -> None:
        """Let requests for one of the kit's own names through to `pages`."""
        self._pages, self._address, self._threshold, self._hotspot = pages, config.address, threshold, config.hotspot
        self._own = frozenset(probes.name_of(name) for name in config.own_hosts())

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        host = environ.get("HTTP_HOST", "")
        if self._is_own(host) or self._is_number_by_cable(host, environ):
            return self._pages(environ, start)
        path, method, mode = environ["PATH_INFO"], environ["REQUEST_METHOD"], self._threshold.mode
        # Looking up the device costs more than all the rest, and most of what arrives here are apps that want their servers.
        matters = mode == probes.ON and probes.matters(host, path)
        confirmed = matters and self._threshold.confirmed(doors.phone(environ))
        found = probes.answer(host, path, method, confirmed, mode, self._own, self._address)
        if found is None:
            return self._pages(environ, start)
        if found is probes.HANG_UP:
            raise ClientDisconnected  # waitress then closes the connection and sends nothing
        # RFC 9110, 8.6: a 204 has no length.
        length = () if found.status.startswith("204") else (("Content-Length", str(len(found.body))),)
        start(found.status, [*found.headers, *length])
        return [] if method == "HEAD" else [found.body]

    def lies_ready(self, request: HTTPRequestParser) -> bool:
        """Whether a request needs nothing but sending: a page that is kept, or the way to the kit."""
        if request.error:
            return False
        host = request.headers.get("HOST", "")
        redirected = not self._is_own(host) and not probes.is_number(probes.name_of(host))
        return redirected or self._pages.lies_ready(request)

    def _is_own(self, host: str) -> bool:
        return host in self._own or probes.name_of(host) in self._own  # nearly every request spells it as we do

    def _is_number_by_cable(self, host: str, environ: dict[str, Any]) -> bool:
        """Only the hotspot leads strangers' addresses here; by cable each is the kit's. A name may be anybody's (DNS rebinding)."""
        return probes.is_number(probes.name_of(host)) and doors.way(environ, self._hotspot) == doors.CABLE
