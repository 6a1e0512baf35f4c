"""Phones in a workshop, without their screens: they join, ask for what is new at the pace the page names, follow, write and tap."""

import asyncio
import contextlib
import gzip
import random
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE = 10.0  # seconds for an answer
AGAIN = 3.0  # seconds until an unsent note is tried again, as in workshops-live.js


@dataclass
class Answer:
    """What came back."""

    status: int
    location: str
    cookie: str
    packed: bytes

    @property
    def text(self) -> str:
        """The page."""
        return gzip.decompress(self.packed).decode() if self.packed[:2] == b"\x1f\x8b" else self.packed.decode()


class Line:
    """One connection that stays open, as a browser holds it."""

    def __init__(self, port: int) -> None:
        """Not connected yet."""
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()
        self.cookie = ""

    async def get(self, path: str, part: bool = False) -> Answer:
        """Ask for a page, or for a part of it as htmx does."""
        return await self._ask("GET", path, b"", part)

    async def post(self, path: str, fields: dict[str, str], part: bool = False) -> Answer:
        """Send a form."""
        return await self._ask("POST", path, urlencode(fields).encode(), part)

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, method: str, path: str, body: bytes, part: bool) -> Answer:
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: gzip\r\nAccept-Language: de\r\n"
        head += f"Cookie: {self.cookie}\r\n" * bool(self.cookie) + "HX-Request: true\r\n" * part
        if method == "POST":
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        async with self._turn, asyncio.timeout(PATIENCE):
            try:
                for tries_left in (1, 0):
                    try:
                        return await self._once(head.encode() + b"\r\n" + body)
                    except (ConnectionError, asyncio.IncompleteReadError):
                        self.close()  # the server closed a connection that was idle for long
                        if not tries_left:
                            raise
            except BaseException:
                self.close()  # half an answer must not be read as the next one
                raise
        raise ConnectionError

    async def _once(self, request: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        said = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])}
        length = int(said.get("content-length", 0))
        body = await reader.readexactly(length) if length else b""
        cookie = said.get("set-cookie", "").partition(";")[0]
        return Answer(int(head.split(" ", 2)[1]), said.get("location", ""), cookie, body)


@dataclass
class Figures:
    """What all phones saw together."""

    joined: int = 0
    noted: dict[str, float] = field(default_factory=dict)
    """Id of an accepted note -> seconds until it was."""
    unsent: int = 0
    seen: list[float] = field(default_factory=list)
    """Seconds until a phone saw that the facilitator went on, for each phone and step."""
    polls: int = 0
    fresh: int = 0
    votes: int = 0
    faults: list[str] = field(default_factory=list)


class Phone:
    """Somebody who takes part."""

    def __init__(self, port: int, code: str, figures: Figures, moves: dict[str, float]) -> None:
        """`moves` says when the facilitator went to which board."""
        self.line, self.code, self.figures, self.moves = Line(port), code, figures, moves
        self.link = self.asks = self.shape = ""
        self.every = 2.0
        self.have = 0
        self._last_move = 0.0
        self._woken = asyncio.Event()

    async def run(self, after: float, until: float) -> None:
        """Join after so many seconds, then look until it is over."""
        await asyncio.sleep(after)
        await self._patiently(self.join)
        while (left := until - time.monotonic()) > 0:
            # A fifth more or less, so that phones that joined together do not ask together.
            wait = min(self.every * (0.8 + 0.4 * random.random()), left)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), wait)
            self._woken.clear()
            await self._patiently(self.poll)
        self.line.close()

    async def join(self) -> None:
        """Scan the code and go in."""
        page = (await self.line.get(f"/join/{self.code}")).text
        seat = re.search(r'name="seat" value="([^"]+)"', page)[1]
        answer = await self.line.post("/join", {"seat": seat, "code": self.code, "name": ""})
        assert answer.status == 303, answer.status
        self.line.cookie, self.link = answer.cookie, answer.location.removesuffix("/welcome")
        self.figures.joined += 1
        page = (await self.line.get(answer.location)).text
        await asyncio.sleep(1.2 + int(re.search(r'data-wait="(\d+)"', page)[1]) / 1000)
        await self.load()

    async def load(self) -> None:
        """The whole page of the board."""
        self._read((await self.line.get(f"{self.link}/")).text)
        self.figures.fresh += 1

    async def poll(self) -> None:
        """Ask for what is new; go along if the group is elsewhere."""
        answer = await self.line.get(self.asks, part=True)
        self.figures.polls += 1
        if answer.status == 204:
            return
        assert answer.status == 200, answer.status
        self.figures.fresh += 1
        shape = self.shape
        self._read(answer.text)
        if self.shape != shape:
            await self.load()

    async def write(self, board: str, note: str, text: str) -> None:
        """Send a note until it is accepted, always under the same id."""
        began = time.monotonic()
        while True:
            try:
                answer = await self.line.post(f"{self.link}/boards/{board}/notes", {"id": note, "text": text}, part=True)
                if answer.status == 200:
                    self.figures.noted[note] = time.monotonic() - began
                    self._woken.set()  # the page asks at once after a form
                    return
                self._fault(f"note {answer.status}")
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                self._fault(f"note {error!r}")
            if time.monotonic() - began > 20:
                self.figures.unsent += 1
                return
            await asyncio.sleep(AGAIN)

    async def tap(self, board: str, note: str, fingers: int = 1) -> None:
        """Give a dot; with more fingers over as many connections at the same moment, each claiming another number of dots."""
        lines = [self.line] if fingers == 1 else [Line(self.line.port) for _ in range(fingers)]
        path = f"{self.link}/boards/{board}/dots"
        taps = (line.post(path, {"note": note, "have": str(self.have + nth)}, part=True) for nth, line in enumerate(lines))
        for answer in await asyncio.gather(*taps, return_exceptions=True):
            if not isinstance(answer, Answer) or answer.status != 200:
                self._fault(f"vote {answer!r}"[:80])
                continue
            self.figures.votes += 1
            found = re.search(r'name="have" value="(\d+)"', answer.text)
            self.have = int(found[1]) if found else self.have
        for line in lines[1:] if fingers == 1 else lines:
            line.close()
        self._woken.set()

    def _read(self, page: str) -> None:
        tag = re.search(r'<div id="stand"[^>]*>', page)[0]
        self.asks = f"{self.link}/" + re.search(r'hx-get="([^"]+)"', tag)[1].replace("&amp;", "&")
        self.shape = re.search(r'data-shape="([^"]*)"', tag)[1]
        self.every = int(re.search(r'data-every="(\d+)"', tag)[1]) / 1000
        moved = self.moves.get(self.shape.partition("-")[0], 0.0)
        if moved > self._last_move:
            if self._last_move:
                self.figures.seen.append(time.monotonic() - moved)
            self._last_move = moved

    async def _patiently(self, act) -> None:
        try:
            await act()
        except (OSError, TimeoutError, AssertionError, TypeError, asyncio.IncompleteReadError) as error:
            self._fault(f"{act.__name__} {error!r}"[:120])
            await asyncio.sleep(1)

    def _fault(self, what: str) -> None:
        self.figures.faults.append(what)
