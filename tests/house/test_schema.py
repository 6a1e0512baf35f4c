"""The tables as people review them: `data/schema.sql` is what a fresh kit has."""

import re
import textwrap

from fieldkit.config import folder
from fieldkit.hub import upgrades
from fieldkit.hub.archive import Archive

HEADER = "-- The tables of a fresh kit. Made by scripts/golden from the rooms' migrations; read it, do not edit it.\n"
HUBS_HEADER = (
    "-- The tables of a fresh hub on SQLite, release {}. Made by scripts/golden from fieldkit/hub; read it, do not edit it.\n"
)


MADE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"


def schema(rows, header=HEADER):
    """The statements that made the database, in the order of the floor plan; what sqlite-utils and FTS5 make for themselves is left out."""
    virtual = {row["name"] for row in rows if row["sql"].startswith("CREATE VIRTUAL")}
    shadows = {f"{name}_{part}" for name in virtual for part in ("data", "idx", "content", "docsize", "config")}
    ours = [row for row in rows if row["name"] not in shadows and "_sqlite_migrations" not in row["name"]]
    return header + "".join("\n" + _even(row["sql"]) + ";\n" for row in ours)


def _even(sql):
    """The statement as it was written, without the indentation of its file."""
    first, _, rest = sql.partition("\n")
    return f"{first}\n{textwrap.dedent(rest)}".strip() if rest else first


def test_the_tables_are_those_that_were_reviewed(kit, golden):
    golden(folder("data") / "schema.sql", schema(kit.db.read().execute(MADE).fetchall()))


def test_the_hubs_tables_and_their_release_are_those_that_were_reviewed(tmp_path, golden):
    archive = Archive(f"sqlite:///{tmp_path / 'hub.db'}")
    with archive.read() as conn:
        rows = conn.exec_driver_sql(MADE.replace("rowid", "tbl_name, type = 'table' DESC, name")).mappings().all()
    archive.close()
    golden(folder("data") / "hub.sql", schema(rows, HUBS_HEADER.format(upgrades.RELEASE)))


def test_every_table_of_ours_checks_its_types(kit):
    rows = kit.db.read().execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    virtual = [row["name"] for row in rows if row["sql"].startswith("CREATE VIRTUAL")]
    ours = [
        r for r in rows if not r["name"].startswith(("sqlite_", "_sqlite_")) and not any(r["name"].startswith(v) for v in virtual)
    ]
    assert [row["name"] for row in ours if not re.search(r"\)\s*STRICT(,|\s|$)", row["sql"])] == []


def test_no_table_has_room_for_an_address_or_a_browser(kit):
    conn = kit.db.read()
    tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {f"{table}.{row['name']}" for table in tables for row in conn.execute(f'PRAGMA table_info("{table}")')}
    assert [c for c in columns if re.search(r"\.(ip|ip_.*|.*_ip|.*address|.*agent|mac|device.*|email|phone|code)$", c)] == []
