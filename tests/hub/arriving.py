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
WORKSHOP = (
    ("stops", "stop1", STOP),
    ("workshops", "w1", {"title": "Ein Platz zum Bleiben", "stop_id": "stop1", "state": "ended", "attendance": 31, "goal": "Drei Ideen"}),
    ("workshop_steps", "s1", {"workshop_id": "w1", "place": 1, "title": "Ideen sammeln", "minutes": 15}),
    ("boards", "b1", {"step_id": "s1", "kind": "brainstorm", "question": "Was fehlt?", "group_id": None, "options": "{}"}),
    ("notes", "n1", {"board_id": "b1", "text": "Mehr Bänke", "state": "shown"}),
    ("notes", "n2", {"board_id": "b1", "text": "Unfug", "state": "removed"}),
    ("boards", "b2", {"step_id": "s1", "kind": "poll", "question": "Wieder?", "options": '{"answers": [{"key": "a", "label": "Ja gern"}]}'}),
    ("boards", "b3", {"step_id": "s1", "kind": "dotvote", "question": "Was zuerst?", "source_id": "b1", "options": "{}"}),
    ("boards", "b4", {"step_id": "s1", "kind": "checkin", "question": "Wie geht es?", "options": "{}"}),
    ("tallies", "t1", {"board_id": "b3", "target": "n1", "value": 1, "votes": 5, "paper_votes": 2}),
    ("tallies", "t3", {"board_id": "b4", "target": "mood", "value": 4, "votes": 6, "paper_votes": 0}),
    ("tallies", "t2", {"board_id": "b2", "target": "a", "value": 1, "votes": 4, "paper_votes": 0}),
    ("outcomes", "o1", {"workshop_id": "w1", "kind": "task", "text": "Angebot holen", "assignee": "Bezirksamt", "due": "März", "place": 0}),
)  # fmt: skip
"""A workshop that has ended, with a board of several kinds, a vote and a task."""


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
