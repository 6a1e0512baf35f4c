"""The index that the hub's records are found by: a tsvector on PostgreSQL, FTS5 on SQLite. Beside archive.py the only SQL of one dialect.

Both compare folded words (`search.fold`) and find a word by its German stem, at the beginning of a word: "Bänken" finds "Bank" and
"Banklehne". SQLite also finds what was typed anywhere inside a word: "bank" finds "Parkbank", which PostgreSQL does not. Words that say
nothing (`search.STOP_WORDS`) are not looked for; PostgreSQL knows some more of them.

PostgreSQL keeps its index itself. On SQLite a trigram index takes ten times as long to write as the record, so every write indexes only
the next few texts (`go_on`), a search reads those that still wait one by one, and no hand-over waits for the index. What was changed
or erased leaves the index in the same transaction.
"""

import re
from typing import Any

import snowballstemmer
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    and_,
    case,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.ext.compiler import compiles

from .. import search

BITE = 20  # records; some 2 ms for each write while texts wait

HAS_STEMS = "SELECT 1 FROM pg_attribute WHERE attrelid = 'records'::regclass AND attname = 'stems'"
ON_POSTGRESQL = (
    # Stored, for PostgreSQL does not know how long it takes to work them out and would do so for every record of a list.
    "ALTER TABLE records ADD COLUMN stems tsvector GENERATED ALWAYS AS (to_tsvector('german', words)) STORED",
    "CREATE INDEX records_by_words ON records USING gin (stems) WHERE words <> ''",
)

ON_SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS records_search USING fts5 (words, tokenize = 'trigram', detail = 'none')",
    "CREATE TABLE IF NOT EXISTS search_progress (number INTEGER NOT NULL)",  # records up to here are in the index
    "INSERT INTO search_progress SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM search_progress)",
    "CREATE TABLE IF NOT EXISTS search_changed (number INTEGER PRIMARY KEY)",  # in the index, but no longer with these words
    """
    CREATE TRIGGER IF NOT EXISTS search_updated AFTER UPDATE OF words ON records
    WHEN old.words <> new.words AND old.number <= (SELECT number FROM search_progress)
    BEGIN INSERT OR IGNORE INTO search_changed VALUES (old.number); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS search_deleted AFTER DELETE ON records WHEN old.number <= (SELECT number FROM search_progress)
    BEGIN INSERT OR IGNORE INTO search_changed VALUES (old.number); END
    """,
)

_index = table("records_search", column("rowid"), column("words"))
_progress = table("search_progress", column("number"))


def prepare(conn: Connection) -> None:
    """Make what the index needs, where it is missing."""
    if _is_postgresql(conn) and conn.exec_driver_sql(HAS_STEMS).first():
        return
    for statement in ON_POSTGRESQL if _is_postgresql(conn) else ON_SQLITE:
        conn.exec_driver_sql(statement)


def go_on(conn: Connection) -> None:
    """Before a transaction on SQLite ends: take out what it changed or erased, and index the next few texts."""
    if _is_postgresql(conn):
        return
    run = conn.exec_driver_sql
    changed = "IN (SELECT number FROM search_changed)"
    if run("SELECT 1 FROM search_changed").first():
        run(f"DELETE FROM records_search WHERE rowid {changed}")
        run(
            f"INSERT INTO records_search (rowid, words) SELECT number, ' ' || words FROM records WHERE number {changed} AND words <> ''"
        )
        run("DELETE FROM search_changed")
        run("INSERT INTO records_search (records_search) VALUES ('optimize')")  # or the words stay in old segments
    done, end = run(
        "SELECT number, (SELECT max(number) FROM (SELECT number FROM records WHERE number > p.number ORDER BY number LIMIT ?)) "
        "FROM search_progress p", (BITE,)
    ).one()  # fmt: skip
    if end:
        run("INSERT INTO records_search (rowid, words) "
            "SELECT number, ' ' || words FROM records WHERE number > ? AND number <= ? AND words <> ''", (done, end))  # fmt: skip
        run("UPDATE search_progress SET number = ?", (end,))


class _Matching(ColumnElement[bool]):
    """Says in the SQL of the database at hand that a record has all these words."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, records: Any, words: list[str]) -> None:
        self.records, self.words = records, words


def matching(records: Any, typed: str) -> ColumnElement[bool]:
    """The condition for records (the table, or an alias of it) with all the words somebody typed, in any order."""
    words = [word for word in re.findall(r"\w+", search.fold(typed)) if word not in search.STOP_WORDS]
    return _Matching(records, words) if words else true()


@compiles(_Matching, "postgresql")
def _on_postgresql(asked: _Matching, compiler: Any, **kwargs: Any) -> str:
    stems: ColumnElement[Any] = literal_column(f"{asked.records.name}.stems")
    has_all = stems.op("@@")(func.to_tsquery(literal_column("'german'"), " & ".join(f"'{word}':*" for word in asked.words)))
    condition = and_(asked.records.c.words != literal_column("''"), has_all)  # the first as the index says it
    return f"({compiler.process(condition, **kwargs)})"


@compiles(_Matching, "sqlite")
def _on_sqlite(asked: _Matching, compiler: Any, **kwargs: Any) -> str:
    return f"({compiler.process(and_(*(_with_word(asked.records, word) for word in asked.words)), **kwargs)})"


def _with_word(records: Any, word: str) -> ColumnElement[bool]:
    """On SQLite: the word anywhere, or its stem where a word begins; a word too short for the index only there."""
    stem = snowballstemmer.stemmer("german").stemWord(word)  # a new one: they cannot be shared between threads
    begin = f"*[^a-z0-9]{stem}*"
    # Most texts have it nowhere, which is found out quickly; only the others are looked at closely.
    has_begin = case((func.instr(records.c.words, stem) > 0, (" " + records.c.words).op("GLOB")(begin)), else_=false())
    if len(word) < search.SHORTEST:
        return has_begin
    waiting = records.c.number > select(_progress.c.number).scalar_subquery()
    anywhere = or_(_indexed(records, f"*{word}*"), and_(waiting, func.instr(records.c.words, word) > 0))
    if stem == word or len(stem) < search.SHORTEST:
        return anywhere
    return or_(anywhere, _indexed(records, begin), and_(waiting, has_begin))


def _indexed(records: Any, pattern: str) -> ColumnElement[bool]:
    return records.c.number.in_(select(_index.c.rowid).where(_index.c.words.op("GLOB")(pattern)))


def _is_postgresql(conn: Connection) -> bool:
    return conn.dialect.name == "postgresql"
