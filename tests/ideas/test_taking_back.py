"""What an owner corrects or withdraws is gone: from tables, journal, index, write-ahead log and the bytes of the file."""

import pytest

from fieldkit import clock
from fieldkit.house import House
from fieldkit.ideas import moderation_store, store

CANARY = "Zwergkanarienvogel"
RUNES = "ᚠᚢᚦ"  # three letters nobody else uses: in the trigram index they stand in one piece
WORDS = [CANARY.encode(), CANARY.lower().encode(), CANARY.encode("utf-16-le")]
TRACES = [*WORDS, RUNES.encode()]


@pytest.fixture
def bytes_left(kit: House):
    """How often the canary, or the runes beside it, can be read in any file of the kit's home."""

    def count(traces=TRACES) -> int:
        files = [path.read_bytes() for path in kit.config.home.rglob("*") if path.is_file()]
        return sum(content.count(trace) for content in files for trace in traces)

    return count


@pytest.fixture
def quiet_moment(kit, monkeypatch):
    """A moment in which nobody leaves anything."""

    def pass_by() -> None:
        later = clock.monotonic() + 60
        monkeypatch.setattr(clock, "monotonic", lambda: later)
        kit.copies.tend()

    return pass_by


@pytest.fixture
def crowd(kit, left):
    """Forty other ideas before and after, so that the canary does not lie alone on its pages."""
    return lambda: [left(f"Noch eine Idee {n}", "Worte " * 40) for n in range(40)]


def test_a_withdrawn_idea_is_gone_to_the_last_byte(kit, owned, crowd, bytes_left, quiet_moment, in_order):
    crowd()
    ticket = owned(f"Ein {CANARY} {RUNES}", f"Mein {CANARY} heißt Piet. " * 50)
    crowd()
    comment = kit.office.read(kit.office.issue())
    kit.db.write(store.comment, comment, ticket.id, {"body": f"Auch ich will einen {CANARY}"})
    kit.db.write(store.support, ticket.id)
    kit.db.write(store.report, ticket.id, None, f"{CANARY} ist Tierquälerei")
    kit.db.write(moderation_store.reply, ticket.id, f"Ein {CANARY}, wie schön", "Jonas")
    kit.db.write(moderation_store.hide, "comments", comment.id, f"{CANARY} ist Werbung", "Jonas")
    assert bytes_left() > 60
    kit.db.write(store.withdraw, ticket.id)
    assert bytes_left(WORDS) == 0
    quiet_moment()
    assert bytes_left() == 0
    assert in_order()


def test_a_withdrawn_comment_is_gone_to_the_last_byte(kit, left, bytes_left, in_order):
    rid, comment = left(), kit.office.read(kit.office.issue())
    kit.db.write(store.comment, comment, rid, {"body": f"Mein {CANARY}", "name": CANARY})
    assert bytes_left() > 0
    kit.db.write(store.withdraw_comment, comment.id)
    assert bytes_left() == 0
    assert in_order()


def test_corrected_words_are_gone_to_the_last_byte(kit, owned, crowd, bytes_left, quiet_moment, in_order):
    ticket = owned(f"Ein {CANARY} {RUNES}", f"Mein {CANARY} heißt Piet. " * 50)
    crowd()
    kit.db.write(store.correct, ticket.id, {"title": "Ein Vogel", "body": "Er heißt Piet.", "category": "", "place": ""})
    assert bytes_left(WORDS) == 0
    quiet_moment()
    assert bytes_left() == 0
    assert store.one(kit.db.read(), ticket.id)["title"] == "Ein Vogel"
    assert [idea["id"] for idea in store.listing(kit.db.read(), store.Question(words="vogel"))[0]] == [ticket.id]
    assert in_order()


def test_a_corrected_comment_is_gone_to_the_last_byte(kit, left, bytes_left, in_order):
    rid, comment = left(), kit.office.read(kit.office.issue())
    kit.db.write(store.comment, comment, rid, {"body": f"Mein {CANARY}"})
    kit.db.write(store.correct_comment, comment.id, {"body": "Mein Vogel"})
    assert bytes_left() == 0
    assert in_order()


def test_a_withdrawn_idea_is_found_no_more(visitor, kit, owned):
    ticket = owned(f"Ein {CANARY}")
    kit.db.write(store.withdraw, ticket.id)
    assert visitor.get(f"/ideas/{ticket.id}").status_code == 404
    assert "Dazu gibt es hier noch keine Idee" in visitor.get(f"/ideas?q={CANARY}").text
    assert store.idea_by_receipt(kit.db.read(), ticket.receipt) is None


def test_who_said_the_same_stands_alone_again_when_the_other_withdraws(visitor, kit, owned, in_order):
    twin, main = owned("Brunnen"), owned("Ein Brunnen")
    kit.db.write(moderation_store.merge, twin.id, main.id, "Jonas")
    kit.db.write(store.withdraw, main.id)
    assert "Brunnen" in visitor.get(f"/ideas/{twin.id}").text
    assert store.idea_by_receipt(kit.db.read(), twin.receipt)["merged_into"] is None
    assert in_order()
