"""A workshop on the square: Jonas leads, Ayşe and others take part."""

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from waitress.server import create_server
from werkzeug.test import TestResponse

from fieldkit import ids
from fieldkit.boards import KINDS
from fieldkit.house import House
from fieldkit.portal.frontdoor import FrontDoor
from fieldkit.workshops import boards_store, store
from tests.conftest import Browser


class Phone(Browser):
    """Somebody who takes part; their link is all they have."""

    code = link = asks = ""

    def join(self, code: str, **fields: str) -> TestResponse:
        """Type the code on /join and go in."""
        seat = re.search(r'name="seat" value="([^"]+)"', self.get("/join").text)[1]
        answer = self.post("/join", data={"seat": seat, "code": code, **fields})
        if answer.status_code == 303:
            self.code, self.link = code, answer.headers["Location"].removesuffix("/welcome")
        return answer

    def board(self) -> str:
        """The page of the present board."""
        page = self.get(f"{self.link}/").text
        self.asks = f"{self.link}/" + re.search(r'hx-get="([^"]+)"[^>]* hx-trigger="stand"', page)[1].replace("&amp;", "&")
        return page

    def write(self, text: str, **fields: str) -> TestResponse:
        """Fill in the form of the present board and send it."""
        page = self.board()
        action = re.search(r'action="([^"]+/notes)"', page)[1]
        note_id = re.search(r'name="id" value="([^"]+)"', page)[1]
        return self.post(action, data={"id": note_id, "text": text, **fields}, follow_redirects=True)

    def dot(self, note_id: str) -> TestResponse:
        """Tap on a note."""
        page = self.board()
        have = re.search(r'name="have" value="(\d+)"', page)[1]
        action = re.search(r'action="([^"]+/dots)"', page)[1]
        return self.post(action, data={"note": note_id, "have": have}, follow_redirects=True)

    def poll(self, part: bool = True) -> TestResponse:
        """Ask for what is new since the board was looked at, the way the page asks."""
        if not self.asks:
            self.board()
        return self.get(self.asks, headers={"HX-Request": "true"} if part else {})


class Workshop:
    """A workshop that is being led."""

    def __init__(self, kit: House) -> None:
        """Plan it."""
        self.kit, self.id = kit, ids.new_id()
        self.code = kit.db.write(store.create, {"id": self.id, "title": "Ein Platz zum Bleiben"})

    def add(self, kind: str, **board: Any) -> str:
        """Add a step with a board; the board's id."""
        presets = {**KINDS[kind].presets, "question": f"Frage {kind}"}
        step = {"id": ids.new_id(), "title": f"Schritt {kind}", "minutes": 10}
        self.kit.db.write(store.add_step, self.id, step, {"kind": kind, **presets, **board})
        return self.boards()[-1]["id"]

    def boards(self) -> list[dict[str, Any]]:
        """All its boards."""
        return boards_store.boards(self.kit.db.read(), self.id)

    def begin(self) -> "Workshop":
        """Open it and go to the first step."""
        self.kit.db.write(store.open_workshop, self.id)
        return self.go()

    def go(self) -> "Workshop":
        """Go to the next step."""
        now = store.one(self.kit.db.read(), self.id)["step_id"]
        steps = [step["id"] for step in store.agenda(self.kit.db.read(), self.id)]
        self.kit.db.write(store.go, self.id, now, steps[steps.index(now) + 1 if now else 0])
        return self

    def turn(self, board_id: str, **switches: int) -> None:
        """Turn switches of a board."""
        self.kit.db.write(store.switch, board_id, switches)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return self.kit.db.read().execute(f"SELECT count(*) FROM {table}").fetchone()[0]


@pytest.fixture
def workshop(kit: House) -> Workshop:
    """One without steps, not open yet."""
    return Workshop(kit)


@pytest.fixture
def phone(door: FrontDoor) -> Callable[..., Phone]:
    """Hands out phones; with a code they have joined already."""

    def take(code: str = "", **fields: str) -> Phone:
        one = Phone(door)
        if code:
            assert one.join(code, **fields).status_code == 303
        return one

    return take


@pytest.fixture
def address(door: FrontDoor) -> Iterator[str]:
    """The kit behind a real port."""
    server = create_server(door, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=partial(server.asyncore.loop, timeout=0.1, map=server._map), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


@pytest.fixture
def brainstorm(workshop: Workshop) -> Workshop:
    """A brainstorm that has begun, everybody sees everything."""
    workshop.add("brainstorm")
    return workshop.begin()


@pytest.fixture
def hidden(workshop: Workshop) -> Workshop:
    """A brainstorm that has begun, hidden until the reveal."""
    workshop.add("brainstorm", reveal="facilitator")
    return workshop.begin()


@pytest.fixture
def desk(facilitator: Browser) -> Callable[..., TestResponse]:
    """Sends the forms of the facilitator's pages."""

    def send(path: str, **fields: Any) -> TestResponse:
        answer = facilitator.post(f"/workshops/{path}", data=fields)
        assert answer.status_code in (303, 422, 409, 404, 400), answer.status_code
        return answer

    return send


def undo(facilitator: Browser, code: str) -> str:
    """Press the button that takes the newest act back; where the answer leads."""
    act = re.search(r'name="act" value="(\d+)"', facilitator.get(f"/workshops/{code}").text)[1]
    return facilitator.post(f"/workshops/{code}/undoing", data={"act": act}).headers["Location"]
