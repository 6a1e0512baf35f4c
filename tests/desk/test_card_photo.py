"""A photo comes with a paper card: made anew and small, seen by the team alone, and no file a stranger made gets through."""

import io
import re
import struct
import zlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import Client, TestResponse

from fieldkit import doors, ids, photos, web
from fieldkit.doors import Person
from fieldkit.house import House

Enter = Callable[..., TestResponse]
CANARY = b"Hobrechtstrasse 66"


def picture(width: int = 400, height: int = 300, kind: str = "JPEG", **more: Any) -> bytes:
    """A picture that is dark on its left and light on its right."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("black", (0, 0, width // 2, height))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def from_a_phone() -> bytes:
    """A photo that knows where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 29.0, 30.0)
    return picture(4000, 3000, exif=exif, comment=CANARY)


@pytest.fixture
def enter(facilitator: Client, stop: dict[str, Any]) -> Enter:
    """Types in a card with a photo."""

    def send(content: bytes, **fields: str) -> TestResponse:
        card = {"id": ids.new_id(), "room": "ideas", "title": "Mehr Bänke", **fields}
        return facilitator.post("/desk/paper", data={**card, "photo": (io.BytesIO(content), "IMG_1.jpg")})

    return send


def kept(kit: House) -> list[bytes]:
    """The photos on the kit."""
    return [path.read_bytes() for path in (kit.config.home / "blobs").rglob("*") if path.is_file()]


def test_a_photo_is_kept_upright_small_and_without_place_and_time(enter: Enter, kit: House) -> None:
    original = from_a_phone()
    assert CANARY in original
    assert enter(original).status_code == 303
    (photo,) = kept(kit)
    with Image.open(io.BytesIO(photo)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif()), "comment" in shown.info) == ("JPEG", (1200, 1600), {}, False)
    assert CANARY not in photo
    assert CANARY not in (kit.config.home / "fieldkit.db").read_bytes()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_pictures_become_a_jpeg(enter: Enter, kit: House, kind: str) -> None:
    assert enter(picture(kind=kind)).status_code == 303
    assert kept(kit)[0].startswith(b"\xff\xd8")


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        picture(kind="GIF"),
        picture()[:500],
        bomb(),
    ],
    ids=["svg", "pdf", "gif", "cut", "bomb"],
)
def test_what_is_no_photo_gets_a_sentence_and_the_words_stay(enter: Enter, kit: House, content: bytes) -> None:
    answer = enter(content)
    assert answer.status_code == 422
    assert "lässt sich nicht lesen" in answer.text
    assert 'value="Mehr Bänke"' in answer.text
    assert kept(kit) == []
    assert kit.db.read().execute("SELECT count(*) FROM ideas").fetchone()[0] == 0


def test_a_photo_that_is_too_large_gets_a_sentence(enter: Enter, kit: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "LARGEST", 1000)
    assert "mehr als 8 MB" in enter(picture()).text
    assert kept(kit) == []


def test_after_another_mistake_the_photo_is_asked_for_again(enter: Enter) -> None:
    answer = enter(picture(), strokes="viele")
    assert answer.status_code == 422
    assert "wähle auch das Foto noch einmal aus" in answer.text


def test_the_team_sees_the_photo_beside_the_card_and_a_visitor_never_does(
    enter: Enter, facilitator: Client, visitor: Client, kit: House
) -> None:
    enter(picture())
    (rid,) = kit.db.read().execute("SELECT id FROM ideas").fetchone()
    page = facilitator.get(f"/ideas/moderation?only={rid}").text
    shown = facilitator.get(re.search(r'<img class="card-photo"[^>]* src="([^"]+)"', page)[1])
    assert (shown.status_code, shown.mimetype, shown.data) == (200, "image/jpeg", kept(kit)[0])
    assert visitor.get(f"/ideas/{rid}/photo").status_code == 303
    assert "photo" not in visitor.get(f"/ideas/{rid}").text


def test_an_idea_without_a_photo_has_none_to_show(facilitator: Client, idea: Callable[..., str], kit: House) -> None:
    idea()
    (rid,) = kit.db.read().execute("SELECT id FROM ideas").fetchone()
    assert facilitator.get(f"/ideas/{rid}/photo").status_code == 404
    assert "card-photo" not in facilitator.get(f"/ideas/moderation?only={rid}").text
    assert facilitator.get("/ideas/nothing/photo").status_code == 404


def test_a_visitor_cannot_send_what_is_as_large_as_a_photo(visitor: Client, stop: dict[str, Any]) -> None:
    for path, status in (("/ideas/new", 413), ("/desk/paper", 403)):
        sent = {"title": "x", "photo": (io.BytesIO(bytes(200_000)), "x.jpg")}
        assert visitor.post(path, data=sent).status_code == status


def test_a_decoder_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "LONGEST", 0.01)
    with pytest.raises(photos.Unreadable):
        photos.develop(picture())


def test_only_whoever_is_signed_in_may_send_megabytes(kit: House) -> None:
    def allowed(cookie: str) -> int:
        return web.largest(kit, SimpleNamespace(headers={"COOKIE": cookie}))

    token = kit.sessions.begin(Person(ids.new_id(), "Jonas", doors.FACILITATOR))
    assert allowed(f"lang=de; {doors.COOKIE}={token}") > photos.LARGEST
    for cookie in ("", f"{doors.COOKIE}=guess", f"{doors.COOKIE}", "\x00=;;;", "a" * 9000):
        assert allowed(cookie) == web.VISITOR_LIMIT
