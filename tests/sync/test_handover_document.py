"""docs/handover.md is true: every number in it is computed here, and its exchange is played to a real hub."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey
from sqlalchemy import update
from werkzeug.test import Client

from fieldkit import ids, invitation, journal, seal, segment, wire
from fieldkit.hub import api, app, blobs, central, ingest, tables
from fieldkit.hub.central import Central

PAGE = (Path(__file__).parents[2] / "docs" / "handover.md").read_text(encoding="utf-8")
EXAMPLE = dict(re.findall(r"```(?:json|text) (\w+)\n(.*?)\n```", PAGE, re.DOTALL))
KIT, EPOCH = "kit7kit7kit7kit7", "0001-abcdef01"
KIT_KEY, HUB_KEY = SigningKey(b"\1" * 32), SigningKey(b"\2" * 32)


@pytest.fixture
def its_hub(tmp_path: Path) -> Central:
    """A hub with the page's key, which knows the page's kit."""
    with central.opened(tmp_path, "tests") as hub:
        hub.db.write(lambda conn: conn.execute(update(tables.identity).values(signing_key=bytes(HUB_KEY))))
    with central.opened(tmp_path, "tests") as hub:
        hub.db.write(ingest.invite, b"secret", "Kit 7")
        hub.db.write(ingest.enrol, b"secret", KIT, bytes(KIT_KEY.verify_key))
        yield hub


def packed() -> bytes:
    """The page's batch as bytes."""
    return gzip.compress((EXAMPLE["batch"] + "\n").encode())


def ask(hub: Central, method: str, path: str, body: bytes = b"", signature: str = "") -> Any:
    """A call of the page's kit."""
    signature = signature or wire.sign_request(KIT_KEY, hub.verify_key, method, path, body)
    return Client(app.create_wsgi(hub)).open(path, method=method, data=body, headers={wire.SIGNATURE: signature})


def test_the_entry_has_the_hash_and_the_digest_it_says() -> None:
    entry = json.loads(EXAMPLE["entry"])
    salted = bytes.fromhex(entry["salt"]) + entry["body"].encode()
    assert hashlib.sha256(salted).hexdigest() == entry["body_hash"] == json.loads(EXAMPLE["covered"])[-1]
    assert hashlib.sha256(EXAMPLE["covered"].encode()).hexdigest() == entry["digest"]
    assert json.loads(EXAMPLE["covered"])[1:3] == [KIT, EPOCH]


def test_the_batch_is_the_one_a_kit_would_send() -> None:
    entries = wire.unpack(packed()).entries
    sent, count = wire.pack(KIT, EPOCH, "", entries)
    assert (gzip.decompress(sent).decode(), count) == (EXAMPLE["batch"] + "\n", 3)
    assert {name: entries[1][name] for name in json.loads(EXAMPLE["entry"])} == json.loads(EXAMPLE["entry"])


def test_a_hub_takes_the_batch_and_gives_the_receipt_of_the_page(its_hub: Central) -> None:
    answer = ask(its_hub, "POST", f"/api/v1/kits/{KIT}/entries", packed())
    assert answer.status_code == 201
    receipt, printed = wire.heard(its_hub.verify_key, "receipt", answer.json), json.loads(EXAMPLE["receipt"])
    assert wire.sign(HUB_KEY, "receipt", receipt | {"hub_time": printed["hub_time"]}) == printed
    assert wire.check_word(receipt["digest"]) == EXAMPLE["word"]


def test_a_hub_answers_the_call_of_the_page(its_hub: Central) -> None:
    line, header = EXAMPLE["call"].split("\n")
    method, path = line.split(" ")
    answer = ask(its_hub, method, path, signature=header.removeprefix(f"{wire.SIGNATURE}: "))
    assert (answer.status_code, answer.json["seq"]) == (200, 0)
    assert ask(its_hub, method, path + "1", signature=header.removeprefix(f"{wire.SIGNATURE}: ")).status_code == 403


def test_the_enrolment_string_of_the_page_says_where_the_hub_is_and_who_may_open_what() -> None:
    said = invitation.read(EXAMPLE["string"])
    content = base64.urlsafe_b64decode(EXAMPLE["string"] + "=" * (-len(EXAMPLE["string"]) % 4))
    assert content[:49] == b"\2" + b"0123456789:;<=>?" + bytes(HUB_KEY.verify_key)
    assert content[49:-4].decode().split("\n") == [said.url, *said.recipients]
    assert content[-4:] == hashlib.sha256(content[:-4]).digest()[:4]
    assert (said.secret, said.url, len(said.recipients)) == (content[1:17], "https://hub.example.org", 2)
    assert all(seal.is_recipient(recipient) for recipient in said.recipients)


def test_a_hub_lets_the_kit_of_the_page_in(its_hub: Central) -> None:
    assert f"`{ids.ID_ALPHABET}`" in PAGE
    its_hub.db.write(ingest.invite, invitation.read(EXAMPLE["string"]).secret, "Kit 7")
    door = Client(app.create_wsgi(its_hub))
    answer = door.post("/api/v1/enrolment", data=EXAMPLE["enrol"])
    printed = json.loads(EXAMPLE["enrolment"])
    assert (answer.status_code, answer.json) == (
        201,
        wire.sign(HUB_KEY, "enrolment", wire.heard(its_hub.verify_key, "enrolment", printed)),
    )
    other = json.loads(EXAMPLE["enrol"]) | {"kit": ids.new_id()}
    assert door.post("/api/v1/enrolment", data=json.dumps(other)).status_code == 403


def test_a_hub_says_in_the_words_of_the_page_where_to_go_on(its_hub: Central) -> None:
    entries = wire.unpack(packed()).entries
    later, _ = wire.pack(KIT, EPOCH, entries[0]["digest"], entries[1:])
    answer = ask(its_hub, "POST", f"/api/v1/kits/{KIT}/entries", later)
    assert (answer.status_code, answer.json) == (409, json.loads(EXAMPLE["gap"]))


def test_a_hub_asks_for_a_photo_and_takes_it_as_the_page_says(its_hub: Central) -> None:
    ask(its_hub, "POST", f"/api/v1/kits/{KIT}/entries", packed())
    name = hashlib.sha256(b"Foto").hexdigest()
    its_hub.db.write(blobs.note_uses, KIT, {("stops", "stop1stop1stop1s"): {"photo_sha256": name}})
    assert ask(its_hub, "GET", f"/api/v1/kits/{KIT}/blobs?epoch={EPOCH}&seq=3").json == json.loads(EXAMPLE["blobs"])
    answer = ask(its_hub, "POST", f"/api/v1/kits/{KIT}/blobs/{name}?start=0&size=4", b"Foto")
    assert (answer.status_code, answer.json) == (201, json.loads(EXAMPLE["held"]))


def test_a_kit_believes_the_piece_of_the_page() -> None:
    piece = json.loads(EXAMPLE["piece"])
    assert wire.heard(bytes(HUB_KEY.verify_key), "inbox", piece)["payload"]["status"] == "doing"
    with pytest.raises(wire.Garbage):
        wire.heard(bytes(HUB_KEY.verify_key), "receipt", piece)


def test_the_page_names_the_limits_that_hold() -> None:
    for limit in (wire.MOST_ENTRIES, wire.MOST_BYTES, wire.BODY_LIMIT, api.MOST_PIECE):
        assert f"{limit:,}" in PAGE
    assert f"at most {wire.DEPTH_LIMIT} deep" in PAGE
    assert f"at most {api.BLOBS_PAGE} names" in PAGE
    assert f"`{segment.Contents(KIT, EPOCH, 1, 3, '', 0).name}`" in PAGE
    assert wire.unpack(packed()).prev_digest == journal.EMPTY
