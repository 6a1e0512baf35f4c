"""What kits have handed over to the hub in tests: a bench on Rathausplatz, a well on Leopoldplatz."""

from typing import Any

from fieldkit import journal, wire
from fieldkit.hub import ingest
from fieldkit.hub.central import Central

KIT, OTHER_KIT, EPOCH = "kit7kit7kit7kit7", "kit8kit8kit8kit8", "0001-abcdef01"


def arrive(hub: Central, *records: tuple[str, str, dict[str, Any]], kit: str = KIT, name: str = "Kit 7") -> None:
    """Records as a kit hands them over."""
    hub.db.write(ingest.invite, kit.encode(), name)
    hub.db.write(ingest.enrol, kit.encode(), kit, bytes(32))
    entries = []
    digest = ""
    for seq, (table, rid, said) in enumerate(records, 1):
        entry = {"seq": seq, "tbl": table, "rid": rid, "op": "put", "at": "2026-11-22T14:00:00Z", "salt": "ab" * 16}
        entry |= {"body": journal.canonical(said), "body_hash": "0" * 64, "said": said}
        digest = journal.chain(digest, kit, EPOCH, entry)
        entries.append(entry | {"digest": digest})
    hub.db.write(ingest.take, wire.Batch(kit, EPOCH, 1, "", entries), hub.signing_key)


STOP = {"place": "Rathausplatz", "district": "Neukölln", "question": "Was fehlt?", "answer_by": "2027-01-15"}
IDEA = {"stop_id": "stop1", "title": "Mehr Bänke", "body": "Im Schatten.", "category": "meeting", "state": "visible"}


def two_stops(hub: Central) -> None:
    """Three ideas from Neukölln, one of them merged and one hidden, and one from Mitte."""
    arrive(
        hub,
        ("stops", "stop1", STOP),
        ("ideas", "bench", IDEA),
        ("ideas", "twin", IDEA | {"title": "Bänke!", "merged_into": "bench"}),
        ("ideas", "rude", IDEA | {"title": "Unfug", "state": "hidden"}),
        ("supports", "s1", {"idea_id": "bench", "strokes": 1}),
        ("supports", "s2", {"idea_id": "twin", "strokes": 6}),
        ("comments", "c1", {"idea_id": "bench", "body": "Ja bitte!", "name": "Ayşe", "state": "visible"}),
        ("comments", "c2", {"idea_id": "bench", "body": "Schimpfwort", "state": "hidden"}),
    )
    arrive(
        hub,
        ("stops", "stop2", STOP | {"place": "Leopoldplatz", "district": "Mitte"}),
        ("ideas", "well", IDEA | {"stop_id": "stop2", "title": "Ein Brunnen für den Platz"}),
        kit=OTHER_KIT, name="Kit 8",
    )  # fmt: skip
