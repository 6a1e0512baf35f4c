"""A small database of its own, with one table that may travel and one that stays."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlite_utils import Migrations

from fieldkit import clock, i18n, journal, kit, schema
from fieldkit.db import Database, run_script
from fieldkit.room import Leaves

NOTES = Leaves("notes", ("id", "body"))


def plan() -> list[Migrations]:
    """The ground floor's tables and two for the tests."""
    tests = Migrations("tests")

    @tests()
    def m001_notes(db):
        run_script(
            db.conn, "CREATE TABLE notes (id TEXT PRIMARY KEY, body TEXT, entered_by TEXT);\nCREATE TABLE diary (id TEXT);\n"
        )

    return [schema.migrations, tests]


@pytest.fixture
def plans() -> Callable[[], list[Migrations]]:
    """Makes the migrations of the small database."""
    return plan


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An open database where `notes` may leave the device."""
    monkeypatch.setattr(journal, "_leaving", {"notes": NOTES})
    database = Database(tmp_path / "fieldkit.db", plan())
    database.write(kit.make)
    yield database
    database.close()


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The hands of the monotonic clock: `hands.move(seconds)`."""
    state = SimpleNamespace(at=1000.0)
    state.move = lambda seconds: setattr(state, "at", state.at + seconds)
    monkeypatch.setattr(clock, "time", SimpleNamespace(monotonic=lambda: state.at))
    return state


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three tiny catalogues in place of the real ones: English, Einfache Sprache, Arabic."""
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    for code, danke in {"en": "Thanks, %(name)s", "de-simple": "Danke dir, %(name)s", "ar": "شكرا %(name)s"}.items():
        (tmp_path / f"{code}.po").write_text(f'{head}msgid "Danke, %(name)s"\nmsgstr "{danke}"\n', encoding="utf-8")
    caches = (i18n.offered, i18n.negotiate, i18n._catalogue)
    for cached in caches:
        cached.cache_clear()
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    before = i18n.current()
    yield
    i18n.speak(before)
    for cached in caches:
        cached.cache_clear()
