"""Making journal and tables agree again. Nothing is deleted: the table is what people see, the journal what was acknowledged."""

import sqlite3
from collections.abc import Sequence

from .. import clock, journal
from ..room import Room
from ..storage import replay, soundness


class NotPossible(Exception):
    """The file itself is damaged; the text says what to do."""


def repair(conn: sqlite3.Connection, rooms: Sequence[Room]) -> list[str]:
    """Enter what the tables say otherwise, put back rows that the journal still proves, and leave a broken chain behind.

    Returns what was done, a German sentence each. Raises NotPossible.
    """
    if soundness.damage(conn):
        raise NotPossible("Die Datei selbst ist beschädigt. Bitte das Kit neu starten: Dann nimmt es die neueste gute Kopie.")
    before = list(soundness.disagreements(conn))
    done = _put_back(conn, [(table, rid) for table, rid, what in before if what == soundness.MISSING])
    broken = _broken(conn)
    for epoch in broken:
        conn.execute("INSERT INTO broken_epochs (epoch, at) VALUES (?, ?)", [epoch, clock.stamp()])
        done.append(f"Die Kette der Epoche {epoch} ist unterbrochen und wird nicht mehr weitergeführt.")
    present = journal.head(conn).epoch
    if present in broken:
        journal.new_epoch(conn)
        head = journal.head(conn)
        done.append(f"Neue Epoche {head.epoch}: Alles, was in den Tabellen steht, ist neu eingetragen ({head.seq} Einträge).")
    for table, rid, what in list(soundness.disagreements(conn)):
        if what == soundness.DIFFERENT:
            journal.enter(conn, table, rid)
            done.append(f"{table}/{rid}: Neu ins Journal eingetragen, wie es in der Tabelle steht.")
    if done:
        replay.rebuild(conn, rooms)
        journal.log(conn, "Feldkit", "repair", "kit", "", f"{len(done)}")
    return done


def _broken(conn: sqlite3.Connection) -> list[str]:
    """Epochs whose chain is broken and that nobody has given up yet."""
    epochs = conn.execute(
        "SELECT DISTINCT epoch FROM journal WHERE epoch NOT IN (SELECT epoch FROM broken_epochs) ORDER BY epoch"
    )
    return [epoch for (epoch,) in epochs.fetchall() if next(soundness.chain_faults(conn, epoch), None)]


def _put_back(conn: sqlite3.Connection, missing: list[tuple[str, str]]) -> list[str]:
    """Rows the journal has and the table lost: written again where their words are still proven, or else entered as erased."""
    entries = [_newest(conn, table, rid) for table, rid in missing]
    proven = [entry for entry in entries if _is_proven(entry)]
    back: list[replay.Entry] = []

    def put(entry: replay.Entry) -> bool:
        if replay.put(conn, entry):
            back.append(entry)
            return True
        return False

    replay.until_no_more(put, proven)
    done = [f"{entry['tbl']}/{entry['rid']}: Aus dem Journal wieder in die Tabelle eingesetzt." for entry in back]
    for (table, rid), entry in zip(missing, entries, strict=True):
        if entry not in back:
            journal.erase(conn, table, rid)
            done.append(f"{table}/{rid}: Der Inhalt ist nirgends mehr; als gelöscht eingetragen.")
    return done


def _newest(conn: sqlite3.Connection, table: str, rid: str) -> replay.Entry:
    row = conn.execute("SELECT * FROM journal WHERE tbl = ? AND rid = ? ORDER BY epoch DESC, seq DESC LIMIT 1", [table, rid])
    return dict(row.fetchone())


def _is_proven(entry: replay.Entry) -> bool:
    return entry["body"] is not None and journal.body_hash(entry["salt"], entry["body"]) == entry["body_hash"]
