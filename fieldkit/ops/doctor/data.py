"""What people left: the database, its copies, and how much the hub has."""

import sqlite3
from datetime import datetime, timedelta

from ... import clock, journal, kit
from ...house import House
from ...i18n import format_time, ngettext
from ...i18n import gettext as _
from ...storage import second_copy
from ...storage.second_copy import Standing
from ...storage.snapshots import made_at
from ...sync import store
from .finding import ATTENTION, BLOCKS, GOOD, Finding, Patient

FULL = 2  # PRAGMA synchronous
SAFE = (3, 51, 3)
"""From here on SQLite is without the WAL-reset bug; before, it takes two writers to meet it."""
OLD = timedelta(hours=26)  # of a backup: one a day, and some patience


def sqlite(patient: Patient) -> Finding:
    """Which SQLite it is, and that what is acknowledged is durable."""
    if patient.house is None:
        return Finding(BLOCKS, patient.trouble, _("Ist das behoben, noch einmal prüfen."))
    mode = patient.house.db.read().execute("PRAGMA journal_mode").fetchone()[0]
    durable = patient.house.db.write(lambda conn: conn.execute("PRAGMA synchronous").fetchone()[0])
    return sqlite_finding(sqlite3.sqlite_version_info, mode, durable)


def sqlite_finding(version: tuple[int, ...], mode: str, durable: int) -> Finding:
    """What this version in this mode means."""
    number = ".".join(map(str, version))
    if mode != "wal" or durable < FULL:
        return Finding(
            BLOCKS,
            _(
                "SQLite %(version)s schreibt nicht stromausfallsicher (%(mode)s, %(durable)s)",
                version=number,
                mode=mode,
                durable=durable,
            ),
            _("Die Daten auf einen Datenträger mit Linux-Dateisystem legen (ext4) und das Kit neu starten."),
        )
    if version < SAFE:
        return Finding(GOOD, _("SQLite %(version)s, stromausfallsicher, ein Schreiber", version=number))
    return Finding(GOOD, _("SQLite %(version)s, stromausfallsicher", version=number))


def copies(patient: Patient) -> Finding:
    """How many copies there are: only what lies on another medium is a second one, an own backup dies with the disk."""
    house = _open(patient)
    standing = house.copies.second.standing()
    if not patient.serving and standing.copies == 1:  # nobody tends it now; would it be found?
        folder = next(second_copy.folders(house.config.home, house.config.media, house.kit.id), None)
        standing = Standing(2, folder.parent.parent.name) if folder else standing
    newest = house.copies.backups().newest
    return copies_finding(standing, made_at(newest) if newest else None, journal.head(house.db.read()).seq)


def copies_finding(standing: Standing, backed_up: datetime | None, entries: int) -> Finding:
    """What this number of copies of so many entries means."""
    if standing.copies > 1:
        return Finding(GOOD, _("2 Kopien, Stick „%(name)s“", name=standing.label), endpoint="desk.copies")
    if standing.trouble:
        fix = _("Den Stick ab- und wieder anstecken. Hilft das nicht, einen anderen zur zweiten Kopie machen.")
        return Finding(BLOCKS, _("1 Kopie, der Stick antwortet nicht"), fix, "desk.copies")
    word = _("1 Kopie, Sicherung vom %(moment)s", moment=format_time(backed_up)) if backed_up else _("1 Kopie")
    fix = _("Einen USB-Stick anstecken und am Tisch zur zweiten Kopie machen.")
    return Finding(ATTENTION if entries else GOOD, word, fix if entries else "", "desk.copies")


def backup(patient: Patient) -> Finding:
    """When the last own backup was written."""
    house = _open(patient)
    backups = house.copies.backups()
    made = made_at(backups.newest) if backups.newest else None
    head = journal.head(house.db.read())
    whole = backups.newest is not None and backups.newest.stem.endswith(f"-{head.epoch}-{head.seq}")
    return backup_finding(made, whole or not head.seq, backups.trouble, clock.now())


def backup_finding(made: datetime | None, whole: bool, trouble: str, now: datetime) -> Finding:
    """What a backup means that was written then, and whether it holds everything."""
    if trouble:
        return Finding(BLOCKS, _("die letzte ist gescheitert"), trouble, "desk.copies")
    if made is None:
        fix = _("Das Kit schreibt sie von selbst, jede Stunde. Sofort: fieldkit backup ORDNER")
        return Finding(GOOD if whole else ATTENTION, _("noch keine"), "" if whole else fix, "desk.copies")
    word = _("vom %(moment)s", moment=format_time(made))
    if whole or now - made < OLD:
        return Finding(GOOD, word, endpoint="desk.copies")
    return Finding(ATTENTION, word, _("Das Kit eine Stunde laufen lassen, oder: fieldkit backup ORDNER"), "desk.copies")


def handover(patient: Patient) -> Finding:
    """How much the hub has not confirmed."""
    conn = _open(patient).db.read()
    known = store.hub(conn)
    return handover_finding(known.confirmed_at if known else None, store.pending(conn))


def handover_finding(confirmed_at: str | None, pending: int) -> Finding:
    """What it means that so many entries wait; None for a kit without a hub, empty before the first hand-over."""
    since = _(", zuletzt am %(moment)s", moment=format_time(confirmed_at)) if confirmed_at else ""
    if confirmed_at is not None and not pending:
        return Finding(GOOD, _("alles bestätigt") + since, endpoint="sync.index")
    word = (
        _("noch kein Hub")
        if confirmed_at is None
        else ngettext("%(num)s Eintrag wartet", "%(num)s Einträge warten", pending) + since
    )
    if not pending:
        return Finding(GOOD, word, endpoint="sync.index")
    return Finding(ATTENTION, word, _("Vor der Abfahrt übergeben: mit Internet am Tisch, sonst mit einem Stick."), "sync.index")


def hub_key(patient: Patient) -> Finding:
    """Whether contacts can be sealed here."""
    conn = _open(patient).db.read()
    known = store.hub(conn)
    return hub_key_finding(known.name if known else "", len(kit.recipients(conn)))


def hub_key_finding(hub: str, keys: int) -> Finding:
    """What it means to know this hub (empty: none) and so many keys of it."""
    if not hub:
        fix = _("Beim Hub anmelden: Am Hub „fieldkit hub enrol“, hier „fieldkit enrol ZEILE“.")
        return Finding(ATTENTION, _("keiner, niemand kann einen Kontakt dalassen"), fix, "sync.index")
    if keys < 2:
        fix = _("Am Hub „fieldkit hub keys STICK“ ausführen, dann hier einmal übergeben.")
        return Finding(ATTENTION, _("%(hub)s hat noch keine Schlüssel für Kontakte", hub=hub), fix, "sync.index")
    return Finding(GOOD, _("%(hub)s, Betrieb und Ersatz", hub=hub), endpoint="sync.index")


def _open(patient: Patient) -> House:
    assert patient.house is not None
    return patient.house
