"""docs/handover.md is true: every number in it is computed here, and its exchange is played to a real hub."""

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

from fieldkit import journal, wire
from fieldkit.hub import app, central, ingest, tables
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


def test_a_kit_believes_the_piece_of_the_page() -> None:
    piece = json.loads(EXAMPLE["piece"])
    assert wire.heard(bytes(HUB_KEY.verify_key), "inbox", piece)["payload"]["status"] == "doing"
    with pytest.raises(wire.Garbage):
        wire.heard(bytes(HUB_KEY.verify_key), "receipt", piece)


def test_the_page_names_the_limits_that_hold() -> None:
    for limit in (wire.MOST_ENTRIES, wire.MOST_BYTES, wire.BODY_LIMIT):
        assert f"{limit:,}" in PAGE
    assert f"at most {wire.DEPTH_LIMIT} deep" in PAGE
    assert wire.unpack(packed()).prev_digest == journal.EMPTY
