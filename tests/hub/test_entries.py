"""What kits send to the hub: taken whole and once, or refused whole with a sentence, whatever it is."""

import gzip
import json
import random
from typing import Any

import pytest
from nacl.signing import SigningKey
from sqlalchemy import and_, select
from werkzeug.test import Client, TestResponse

from fieldkit import ids, journal, wire
from fieldkit.hub import app, ingest, tables
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import store as reading
from fieldkit.hub.kits import store as kits_store

EPOCH = "0001-abcdef01"


class FakeKit:
    """A kit without a house: a key, a chain, and a client that signs."""

    def __init__(self, hub: Central) -> None:
        """Enrol at the hub."""
        self.hub, self.id, self.key = hub, ids.new_id(), SigningKey.generate()
        self.entries: list[dict[str, Any]] = []
        self._client = Client(app.create_wsgi(hub))
        hub.db.write(ingest.invite, self.id.encode(), "Kit 7")
        hub.db.write(ingest.enrol, self.id.encode(), self.id, bytes(self.key.verify_key))

    def say(self, rid: str, said: dict[str, Any] | None, table: str = "ideas") -> None:
        """Add an entry to the journal; without a body it is an erasure."""
        salt = "ab" * 16
        body = None if said is None else journal.canonical(said)
        entry = {
            "seq": len(self.entries) + 1, "tbl": table, "rid": rid, "op": "erase" if body is None else "put",
            "salt": salt if body else None, "body": body, "at": "2026-11-22T14:00:00Z",
            "body_hash": journal.body_hash(bytes.fromhex(salt), body or ""),
        }  # fmt: skip
        self.entries.append(entry | {"digest": journal.chain(self.digest(len(self.entries)), self.id, EPOCH, entry)})

    def digest(self, seq: int) -> str:
        """Our digest at a number."""
        return self.entries[seq - 1]["digest"] if seq else ""

    def packed(self, first: int, last: int) -> bytes:
        """Entries `first` to `last` as a batch."""
        return wire.pack(self.id, EPOCH, self.digest(first - 1), self.entries[first - 1 : last])[0]

    def send(self, body: bytes, key: SigningKey | None = None) -> TestResponse:
        """Post a batch, signed."""
        return self.call("POST", f"/api/v1/kits/{self.id}/entries", body, key)

    def call(self, method: str, path: str, body: bytes = b"", key: SigningKey | None = None) -> TestResponse:
        """Any signed call."""
        signature = wire.sign_request(key or self.key, self.hub.verify_key, method, path, body)
        return self._client.open(path, method=method, data=body, headers={wire.SIGNATURE: signature})

    def held(self) -> list[Any]:
        """What the hub has of us: the number of every entry, with the body where it is the newest of its record."""
        entries, records = tables.entries, tables.records
        newest = and_(*(entries.c[name] == records.c[name] for name in ("kit", "epoch", "seq")))
        with self.hub.db.read() as conn:
            rows = conn.execute(
                select(entries.c.seq, records.c.body).outerjoin_from(entries, records, newest).order_by(entries.c.seq)
            )
            return [tuple(row) for row in rows]


@pytest.fixture
def sender(hub: Central) -> FakeKit:
    """A kit with five ideas in its journal."""
    kit = FakeKit(hub)
    for number in range(1, 6):
        kit.say(f"idea{number}", {"title": f"Idee {number}"})
    return kit


def test_the_receipt_names_what_was_stored_and_is_signed(sender: FakeKit) -> None:
    answer = sender.send(sender.packed(1, 5))
    assert answer.status_code == 201
    receipt = wire.heard(sender.hub.verify_key, "receipt", answer.json)
    assert (receipt["kit"], receipt["epoch"], receipt["seq"], receipt["digest"]) == (sender.id, EPOCH, 5, sender.digest(5))


@pytest.mark.parametrize("batches", [[(1, 5), (1, 5)], [(1, 3), (2, 5)], [(1, 3), (4, 5), (1, 2)], [(1, 4), (4, 5)]])
def test_the_same_batch_twice_or_overlapping_is_stored_once(sender: FakeKit, batches: list[tuple[int, int]]) -> None:
    for first, last in batches:
        answer = sender.send(sender.packed(first, last))
        assert answer.status_code == 201
    assert answer.json["seq"] == 5
    assert [seq for seq, _ in sender.held()] == [1, 2, 3, 4, 5]


def test_a_gap_is_refused_with_what_the_hub_has_and_becomes_a_task(sender: FakeKit, reader: Client) -> None:
    sender.send(sender.packed(1, 2))
    answer = sender.send(sender.packed(4, 5))
    assert answer.status_code == 409
    assert answer.json["expected"] == {"epoch": EPOCH, "seq": 2, "digest": sender.digest(2)}
    assert len(sender.held()) == 2
    assert "Vor Nummer 4 fehlt etwas" in reader.get("/kits").text


def test_a_fork_is_refused_noted_once_and_overwrites_nothing(sender: FakeKit, reader: Client) -> None:
    sender.send(sender.packed(1, 3))
    twin = FakeKit(sender.hub)
    twin.id, twin.key = sender.id, sender.key
    for number in (1, 2, 3, 4):
        twin.say(f"idea{number}", {"title": f"Idee {number}" if number < 3 else "Etwas ganz anderes"})
    for _ in range(2):
        answer = twin.send(twin.packed(3, 4))
        assert (answer.status_code, answer.json["kind"]) == (409, "fork")
    assert twin.send(twin.packed(4, 4)).status_code == 409  # what follows a fork, too
    assert sender.held()[2][1] == '{"title":"Idee 3"}'
    assert len(sender.held()) == 3
    assert reader.get("/kits").text.count("etwas anderes geschickt") == 1  # one task, however often it happens


def test_another_key_an_unknown_kit_and_a_revoked_one_stay_outside(sender: FakeKit) -> None:
    assert sender.send(sender.packed(1, 5), key=SigningKey.generate()).status_code == 403
    own, sender.id = sender.id, ids.new_id()
    assert sender.send(b"").status_code == 403
    sender.id = own
    sender.hub.db.write(kits_store.revoke, sender.id, "Frau Krüger")
    answer = sender.send(sender.packed(1, 5))
    assert (answer.status_code, "gesperrt" in answer.json["error"]) == (403, True)
    assert sender.held() == []


def test_a_signature_for_one_call_does_not_fit_another(sender: FakeKit) -> None:
    path = f"/api/v1/kits/{sender.id}/inbox?after="
    signature = wire.sign_request(sender.key, sender.hub.verify_key, "GET", path + "0", b"")
    client = Client(app.create_wsgi(sender.hub))
    assert client.get(path + "0", headers={wire.SIGNATURE: signature}).status_code == 200
    assert client.get(path + "1", headers={wire.SIGNATURE: signature}).status_code == 403
    assert client.get(path + "0").status_code == 403


def test_a_batch_of_another_kit_is_refused(sender: FakeKit) -> None:
    other = FakeKit(sender.hub)
    other.say("idea1", {"title": "Fremd"})
    assert sender.send(other.packed(1, 1)).status_code == 400


def test_a_truncated_batch_is_refused_wherever_it_ends(sender: FakeKit) -> None:
    whole = sender.packed(1, 5)
    for end in range(len(whole)):
        answer = sender.send(whole[:end])
        assert (answer.status_code, answer.is_json) == (400, True), end
    assert sender.held() == []


def test_a_batch_with_any_flipped_bit_is_refused_or_changes_nothing(sender: FakeKit) -> None:
    whole = gzip.decompress(sender.packed(1, 5))
    chance = random.Random(7)
    for _ in range(400):
        flipped = bytearray(whole)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        answer = sender.send(gzip.compress(bytes(flipped), 1))
        assert answer.status_code in (400, 409), flipped
    assert sender.held() == []


def lines(*values: Any) -> bytes:
    """Gzipped lines: texts as they are, everything else as JSON."""
    return gzip.compress("".join((value if isinstance(value, str) else json.dumps(value)) + "\n" for value in values).encode())


HEADER = {"kit": "k", "epoch": EPOCH, "from_seq": 1, "prev_digest": ""}
SALT, AT = "ab" * 16, "2026-11-22T14:00:00Z"
NAMES = f"ideas a put {AT} {SALT}"
TRAILER = {"to_seq": 1, "digest": "0" * 64, "count": 1}


def chained(names: str, body: str) -> bytes:
    """A batch whose sums are all right: what is refused, is refused for its content."""
    table, rid, operation, at, salt = names.split(" ")
    entry = {"seq": 1, "tbl": table, "rid": rid, "op": operation, "at": at}
    entry["body_hash"] = journal.body_hash(bytes.fromhex(salt), body)
    return lines(HEADER, names, body, TRAILER | {"digest": journal.chain("", "k", EPOCH, entry)})


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"hello",
        gzip.compress(b""),
        gzip.compress(b"\n\n\n\n"),
        gzip.compress(b"[" * 900_000),
        gzip.compress(bytes(50_000_000)),
        gzip.compress(b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\na\nb\n{}\n"),
        gzip.compress(b'{"seq":' + b"9" * 5000 + b"}\na\nb\n{}\n"),
        gzip.compress(b"\xff\xfe\na\nb\n{}\n"),
        lines(1, 2, 3, 4),
        lines(HEADER, TRAILER),
        lines(HEADER, NAMES, TRAILER),
        lines(HEADER, NAMES, "{}", TRAILER),
        lines(HEADER, NAMES, "", TRAILER),
        lines(HEADER | {"from_seq": True}, NAMES, "{}", TRAILER),
        lines(HEADER | {"from_seq": -1}, NAMES, "{}", TRAILER),
        lines(HEADER | {"from_seq": 2**60}, NAMES, "{}", TRAILER),
        lines(HEADER | {"prev_digest": None}, NAMES, "{}", TRAILER),
        lines(HEADER | {"more": 1}, NAMES, "{}", TRAILER),
        lines(HEADER, f"ideas;DROP a put {AT} {SALT}", "{}", TRAILER),
        lines(HEADER, f"ideas {'x' * 65} put {AT} {SALT}", "{}", TRAILER),
        lines(HEADER, f"ideas a\0 put {AT} {SALT}", "{}", TRAILER),
        lines(HEADER, f"ideas a delete {AT} {SALT}", "{}", TRAILER),
        lines(HEADER, f"ideas a erase {AT} {SALT}", "{}", TRAILER),
        lines(HEADER, f"ideas a put {AT} {'0' * 64}", "{}", TRAILER),
        lines(HEADER, f"ideas a put {AT.translate({ord('2'): '٢'})} {SALT}", "{}", TRAILER),
        lines(HEADER, f"ideas a put {AT}", "{}", TRAILER),
        lines(HEADER, *[NAMES, "{}"] * 2001, TRAILER),
        chained(NAMES, "[]"),
        chained(NAMES, "5"),
        chained(NAMES, '{"a":'),
        chained(NAMES, '{"a":NaN}'),
        chained(NAMES, '{"a":"' + "x" * 300_000 + '"}'),
        chained(NAMES, '{"a":' * 20 + "1" + "}" * 20),
        chained(NAMES, '{"a":"\\ud800"}'),
        chained(NAMES, '{"a":"\\uDFFF"}'),
    ],
    ids=lambda garbage: f"{len(garbage)} bytes",
)
def test_garbage_is_answered_with_a_sentence(sender: FakeKit, garbage: bytes) -> None:
    answer = sender.send(garbage)
    assert answer.status_code == 400
    assert answer.json["error"].endswith(".")
    assert sender.held() == []


def test_more_than_any_batch_can_have_is_not_even_read(sender: FakeKit) -> None:
    assert sender.send(random.Random(7).randbytes(2_500_000)).status_code == 413


def test_an_erasure_is_final_and_takes_every_earlier_body_along(sender: FakeKit) -> None:
    sender.send(sender.packed(1, 5))
    sender.say("idea3", {"title": "Idee 3, besser"})
    sender.say("idea3", None)
    sender.send(sender.packed(6, 7))
    sender.say("idea3", {"title": "Wieder da?"})
    assert sender.send(sender.packed(8, 8)).status_code == 201
    assert [seq for seq, body in sender.held() if body] == [1, 2, 4, 5]
    with sender.hub.db.read() as conn:
        assert reading.one(conn, sender.id, "idea3") is None


def test_only_the_newest_body_of_a_record_stays(sender: FakeKit) -> None:
    sender.send(sender.packed(1, 5))
    sender.say("idea1", {"title": "Neu", "colour": "blue"})
    sender.say("idea2", {"title": "Alt"})
    sender.say("idea2", {"title": "Neuer"})
    sender.send(sender.packed(6, 8))
    assert [seq for seq, body in sender.held() if body] == [3, 4, 5, 6, 8]
    with sender.hub.db.read() as conn:
        assert reading.one(conn, sender.id, "idea2")["title"] == "Neuer"
        kept = conn.scalar(select(tables.records.c.body).where(tables.records.c.rid == "idea1"))
    assert json.loads(kept) == {"title": "Neu", "colour": "blue"}  # columns the hub does not know are kept


def test_a_record_of_any_shape_can_be_listed_and_read(sender: FakeKit, reader: Client) -> None:
    odd: list[dict[str, Any]] = [
        {}, {"title": 5, "body": None, "state": [], "stop_id": {}, "at": "gestern"},
        {"title": "x", "stop_id": "s", "at": "2026-13-99T99:99:99Z", "category": "unknown"},
    ]  # fmt: skip
    for number, said in enumerate(odd):
        sender.say(f"odd{number}", said)
    sender.say("s", {"answer_by": "bald", "place": None, "district": 3, "starts_on": "2026-02-31"}, table="stops")
    sender.say("p", {"idea_id": "odd2", "strokes": "viele"}, table="supports")
    sender.say("c", {"idea_id": "odd2", "body": 7}, table="comments")
    assert sender.send(sender.packed(1, len(sender.entries))).status_code == 201
    assert reader.get("/ideas").status_code == 200
    for number in (1, 2):
        assert reader.get(f"/ideas/{sender.id}/odd{number}").status_code == 200


def test_a_head_is_a_receipt_for_any_epoch(sender: FakeKit) -> None:
    sender.send(sender.packed(1, 5))
    for epoch, seq in ((EPOCH, 5), ("0002-00000000", 0)):
        answer = sender.call("GET", f"/api/v1/kits/{sender.id}/head?epoch={epoch}")
        assert wire.heard(sender.hub.verify_key, "receipt", answer.json)["seq"] == seq


def test_the_hub_chain_reads_the_kits_own_bytes(sender: FakeKit) -> None:
    batch = wire.unpack(sender.packed(2, 4))
    assert [entry["digest"] for entry in batch.entries] == [sender.digest(seq) for seq in (2, 3, 4)]
    assert [
        {name: entry[name] for name in sent} for entry, sent in zip(batch.entries, sender.entries[1:4], strict=True)
    ] == sender.entries[1:4]


def test_a_batch_that_only_looks_strange_is_taken(sender: FakeKit) -> None:
    """What the garbage above would be without its fault."""
    odd = {"title": "\\ud800 {[{[{[{[{[ \0", "body": ["x"]}
    sender.say("odd", odd)
    assert sender.send(sender.packed(1, 6)).status_code == 201
    assert json.loads(sender.held()[-1][1]) == odd
