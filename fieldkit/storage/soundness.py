"""Whether a database can be believed: its pages, its references, its chain, and that journal and tables agree."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from .. import journal

DIFFERENT = "Die Tabelle sagt etwas anderes als das Journal."
MISSING = "steht im Journal, fehlt aber in der Tabelle."


def faults(conn: sqlite3.Connection) -> list[str]:
    """What is wrong with a database, a German sentence each; empty when all is well."""
    found = damage(conn)
    if found:
        return found  # nothing read from a damaged file can be believed
    found += [
        f"{row[0]}: Zeile {row[1]} verweist auf etwas, das es in {row[2]} nicht gibt."
        for row in conn.execute("PRAGMA foreign_key_check").fetchall()
    ]
    return found + list(journal_faults(conn))


def damage(conn: sqlite3.Connection) -> list[str]:
    """What is wrong with the pages of the file itself. Raises sqlite3.DatabaseError when not even that can be told."""
    return [f"Datenbank: {row[0]}" for row in conn.execute("PRAGMA quick_check(5)").fetchall() if row[0] != "ok"]


def journal_faults(conn: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with the chain, or between journal and tables: a German sentence for each fault, none when all is well."""
    given_up = {epoch for (epoch,) in _since_m004(conn, "SELECT epoch FROM broken_epochs")}
    for (epoch,) in conn.execute("SELECT DISTINCT epoch FROM journal ORDER BY epoch").fetchall():
        if epoch not in given_up:
            yield from chain_faults(conn, epoch)
    for table, rid, what in disagreements(conn):
        yield f"{table}/{rid}: {what}"


def chain_faults(conn: sqlite3.Connection, epoch: str) -> Iterator[str]:
    """What is wrong with the chain of one epoch, a German sentence each."""
    kit = conn.execute("SELECT id FROM kit").fetchone()["id"]
    previous, expected = journal.EMPTY, 1
    for row in conn.execute("SELECT * FROM journal WHERE epoch = ? ORDER BY seq", [epoch]):
        entry = dict(row)
        where = f"Journal {epoch}/{entry['seq']}"
        if entry["seq"] != expected:
            yield f"{where}: Lücke, erwartet war Nummer {expected}."
        if entry["body"] is not None and journal.body_hash(entry["salt"], entry["body"]) != entry["body_hash"]:
            yield f"{where}: Der Inhalt passt nicht zu seiner Prüfsumme."
        if journal.chain(previous, kit, epoch, entry) != entry["digest"]:
            yield f"{where}: Die Kette ist hier unterbrochen."
        previous, expected = entry["digest"], entry["seq"] + 1


def disagreements(conn: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """Where tables and journal disagree: table, id, and DIFFERENT or MISSING. What was purged is meant to be gone."""
    # Where the newest entry of a record stands, not what it says: all bodies at once would fill the memory of a small kit.
    latest = {
        (row["tbl"], row["rid"]): (row["op"], row["epoch"], row["seq"])
        for row in conn.execute("SELECT tbl, rid, op, epoch, seq FROM journal ORDER BY epoch, seq")
    }
    purged = {(row["tbl"], row["rid"]) for row in _since_m004(conn, "SELECT tbl, rid FROM purged")}
    travelling = {plate.table: plate for plate in journal.plates()}
    for table, leaves in travelling.items():
        for row in conn.execute(f"SELECT {', '.join(leaves.columns)} FROM {table}"):
            operation, epoch, seq = latest.pop((table, row["id"]), ("", "", 0))
            if operation != "put" or not _agrees(_body_at(conn, epoch, seq), dict(row)):
                yield table, row["id"], DIFFERENT
    for (table, rid), (operation, _, _) in latest.items():
        if operation == "put" and table in travelling and (table, rid) not in purged:
            yield table, rid, MISSING


def _body_at(conn: sqlite3.Connection, epoch: str, seq: int) -> str | None:
    return conn.execute("SELECT body FROM journal WHERE epoch = ? AND seq = ?", [epoch, seq]).fetchone()[0]


def _agrees(body: str | None, row: dict[str, Any]) -> bool:
    """Whether a body says what a row says. One of an earlier release lacks the columns that came later and still are empty."""
    if body == journal.canonical(row):
        return True
    said = json.loads(body) if body else {}
    return (
        bool(said)
        and all(said[name] == value if name in said else not value for name, value in row.items())
        and said.keys() <= row.keys()
    )


def _since_m004(conn: sqlite3.Connection, query: str) -> list[Any]:
    """Rows of a table that a copy from an earlier release does not have."""
    known = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'purged'").fetchone()
    return conn.execute(query).fetchall() if known else []
