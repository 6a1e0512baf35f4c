"""The chain: nothing that was entered can be changed, dropped or swapped unnoticed; what is erased is gone."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldkit import journal
from fieldkit.storage import soundness


@pytest.fixture
def chain(db):
    """Three notes, one of them corrected: four entries."""
    for rid, body in [("a", "Bänke"), ("b", "Bäume"), ("c", "Brunnen"), ("b", "mehr Bäume")]:
        db.write(journal.save, "notes", {"id": rid, "body": body})
    return db


def tamper(db, sql):
    db.write(lambda conn: conn.execute(sql).rowcount)
    return list(soundness.journal_faults(db.read()))


def test_an_honest_chain_has_no_fault(chain):
    assert list(soundness.journal_faults(chain.read())) == []
    assert journal.head(chain.read()).seq == 4


def test_a_changed_body_is_found(chain):
    assert tamper(chain, "UPDATE journal SET body = replace(body, 'Bänke', 'Autos') WHERE seq = 1")[0].endswith(
        "/1: Der Inhalt passt nicht zu seiner Prüfsumme."
    )


@pytest.mark.parametrize("column", ["tbl", "rid", "at", "body_hash"])
def test_a_change_of_anything_covered_is_found(chain, column):
    faults = tamper(chain, f"UPDATE journal SET {column} = {column} || 'x' WHERE seq = 2")
    assert any(fault.endswith("/2: Die Kette ist hier unterbrochen.") for fault in faults)


def test_a_changed_operation_is_found(chain):
    assert any("/2: Die Kette" in fault for fault in tamper(chain, "UPDATE journal SET op = 'erase' WHERE seq = 2"))


def test_a_changed_digest_is_found(chain):
    faults = tamper(chain, "UPDATE journal SET digest = 'f' || substr(digest, 2) || '0' WHERE seq = 2")
    assert any("/2: Die Kette" in fault for fault in faults)
    assert any("/3: Die Kette" in fault for fault in faults)


def test_a_missing_entry_is_found(chain):
    assert any("/3: Lücke, erwartet war Nummer 2." in fault for fault in tamper(chain, "DELETE FROM journal WHERE seq = 2"))


def test_two_swapped_entries_are_found(chain):
    faults = tamper(chain, "UPDATE journal SET seq = CASE seq WHEN 1 THEN -2 WHEN 2 THEN -1 END WHERE seq IN (1, 2)")
    faults = tamper(chain, "UPDATE journal SET seq = -seq WHERE seq < 0")
    assert any("/1: Die Kette" in fault for fault in faults)


def test_a_cut_off_end_is_found_where_the_table_says_more(chain):
    assert tamper(chain, "DELETE FROM journal WHERE seq >= 3") != []


def test_a_row_changed_behind_the_journals_back_is_found(chain):
    assert tamper(chain, "UPDATE notes SET body = 'anders' WHERE id = 'a'") == [
        "notes/a: Die Tabelle sagt etwas anderes als das Journal."
    ]


def test_a_row_deleted_behind_the_journals_back_is_found(chain):
    assert tamper(chain, "DELETE FROM notes WHERE id = 'a'") == ["notes/a: steht im Journal, fehlt aber in der Tabelle."]


def test_a_row_added_behind_the_journals_back_is_found(chain):
    assert len(tamper(chain, "INSERT INTO notes (id, body) VALUES ('z', 'leise')")) == 1


def test_a_column_that_stays_may_change_without_an_entry(chain):
    assert tamper(chain, "UPDATE notes SET entered_by = 'Jonas'") == []


def test_erased_words_are_gone_from_table_journal_and_disk_and_the_chain_still_holds(chain):
    chain.write(journal.erase, "notes", "b")
    conn = chain.read()
    assert conn.execute("SELECT count(*) FROM notes WHERE id = 'b'").fetchone()[0] == 0
    assert [row["op"] for row in conn.execute("SELECT op FROM journal WHERE rid = 'b' ORDER BY seq")] == ["put", "put", "erase"]
    assert list(soundness.journal_faults(conn)) == []
    for file in chain.path.parent.glob("fieldkit.db*"):
        assert "Bäume".encode() not in file.read_bytes(), file.name


def test_a_correction_takes_the_old_words_out_and_the_chain_still_holds(chain):
    def correct(conn):
        journal.forget(conn, "notes", "a")
        journal.save(conn, "notes", {"id": "a", "body": "Sitze"})

    chain.write(correct)
    assert list(soundness.journal_faults(chain.read())) == []
    for file in chain.path.parent.glob("fieldkit.db*"):
        assert "Bänke".encode() not in file.read_bytes(), file.name


def test_a_new_epoch_enters_everything_that_exists_again_and_every_erasure(chain):
    chain.write(journal.erase, "notes", "c")
    old = journal.head(chain.read()).epoch
    chain.write(journal.new_epoch)
    conn = chain.read()
    head = journal.head(conn)
    assert head.epoch > old
    again = journal.entries(conn, head.epoch, 0, 10)
    assert [(entry["rid"], entry["op"]) for entry in again] == [("a", "put"), ("b", "put"), ("c", "erase")]
    assert list(soundness.journal_faults(conn)) == []


def test_two_copies_of_one_card_take_different_epochs():
    assert journal.next_epoch("0001-aaaaaaaa") != journal.next_epoch("0001-aaaaaaaa")
    assert journal.next_epoch("0009-aaaaaaaa").startswith("0010-")


def test_a_table_without_a_plate_stays_and_nothing_of_it_is_stored(chain):
    with pytest.raises(journal.Stay, match="diary"):
        chain.write(journal.save, "diary", {"id": "x"})
    with pytest.raises(journal.Stay):
        chain.write(journal.erase, "diary", "x")
    assert chain.read().execute("SELECT count(*) FROM diary").fetchone()[0] == 0


def test_only_the_columns_on_the_plate_travel(db):
    db.write(journal.save, "notes", {"id": "a", "body": "Text", "entered_by": "Jonas"})
    entry = journal.entries(db.read(), journal.head(db.read()).epoch, 0, 1)[0]
    assert entry["body"] == '{"body":"Text","id":"a"}'
    assert "Jonas" not in str(entry)


def test_what_is_not_said_keeps_its_value(db):
    db.write(journal.save, "notes", {"id": "a", "body": "Text", "entered_by": "Jonas"})
    db.write(journal.save, "notes", {"id": "a", "body": "neu"})
    assert tuple(db.read().execute("SELECT body, entered_by FROM notes").fetchone()) == ("neu", "Jonas")


def test_row_and_entry_are_stored_together_or_not_at_all(db):
    def save_and_fail(conn):
        journal.save(conn, "notes", {"id": "a", "body": "Text"})
        raise sqlite3.IntegrityError

    with pytest.raises(sqlite3.IntegrityError):
        db.write(save_and_fail)
    assert journal.head(db.read()).seq == 0
    assert db.read().execute("SELECT count(*) FROM notes").fetchone()[0] == 0


def test_the_same_words_twice_have_different_hashes(db):
    for rid in "ab":
        db.write(journal.save, "notes", {"id": rid, "body": "Ja"})
    hashes = {row[0] for row in db.read().execute("SELECT body_hash FROM journal")}
    assert len(hashes) == 2


def test_entries_come_in_pieces_in_order(chain):
    epoch = journal.head(chain.read()).epoch
    assert [entry["seq"] for entry in journal.entries(chain.read(), epoch, 1, 2)] == [2, 3]


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text()))
def test_the_hashed_form_does_not_depend_on_the_order_of_keys(value):
    assert journal.canonical(value) == journal.canonical(dict(reversed(value.items())))


def test_what_staff_did_is_written_down(db):
    db.write(journal.log, "Jonas", "hide", "ideas", "a", "Werbung")
    assert tuple(db.read().execute("SELECT who, act, rid, note FROM log").fetchone()) == ("Jonas", "hide", "a", "Werbung")
