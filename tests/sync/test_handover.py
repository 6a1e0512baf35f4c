"""Handing over: what arrives is proven, what is not proven is not believed, and withdrawn words vanish at both ends."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey

from fieldkit import journal, tickets, wire
from fieldkit.house import House
from fieldkit.hub import outbox
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import store as reading
from fieldkit.hub.kits import store as kits_store
from fieldkit.ideas import store as ideas
from fieldkit.sync import Failed, handover, store


def quiet(*_: Any) -> None:
    """Nobody watches the progress."""


def sync(kit: House) -> dict[str, Any]:
    """Hand over without waiting between tries."""
    return handover.run(kit, quiet, wait=lambda _: None)


def the_idea(kit: House) -> str:
    """The id of the one idea."""
    return kit.db.read().execute("SELECT id FROM ideas").fetchone()[0]


def held(hub: Central) -> dict[str, Any]:
    """What the hub has of its one kit."""
    with hub.db.read() as conn:
        return kits_store.everything(conn)[0]


def test_everything_handed_over_is_at_the_hub_and_confirmed(enrolled: House, hub: Central, idea: Callable[..., str]) -> None:
    idea("Mehr Bänke im Schatten", body="Am besten unter der Linde.")
    idea("Ein Brunnen")
    head = journal.head(enrolled.db.read())
    outcome = sync(enrolled)
    assert outcome == {
        "confirmed": head.seq, "pending": 0, "epoch": head.epoch, "seq": head.seq, "digest": head.digest,
        "word": wire.check_word(head.digest), "answers": 0, "photos": 0, "missing": 0,
    }  # fmt: skip
    assert {key: held(hub)[key] for key in ("name", "seq", "digest", "records")} == {
        "name": "Kit 7", "seq": head.seq, "digest": head.digest, "records": 3,
    }  # fmt: skip
    with hub.db.read() as conn:
        found, total = reading.listing(conn, reading.Question(words="schatten", district="Neukölln"))
    assert total == 1
    assert (found[0]["title"], found[0]["body"]) == ("Mehr Bänke im Schatten", "Am besten unter der Linde.")


def test_a_second_hand_over_only_sends_what_is_new(enrolled: House, hub: Central, idea: Callable[..., str], line: Any) -> None:
    idea()
    sync(enrolled)
    asked = []
    line.app = lambda environ, start: asked.append(environ["REQUEST_METHOD"]) or line.hub(environ, start)
    assert sync(enrolled)["pending"] == 0
    assert asked == ["GET", "GET"]  # head and inbox
    idea("Noch eine")
    assert sync(enrolled)["confirmed"] == held(hub)["seq"] == journal.head(enrolled.db.read()).seq


def test_a_season_goes_over_in_several_batches(
    enrolled: House, hub: Central, stop: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_ENTRIES", 10)
    for number in range(35):
        ticket = tickets.Ticket(f"{number:016}", "", f"receipt {number}")
        enrolled.db.write(ideas.submit, ticket, {"title": f"Idee {number}", "body": "", "category": "", "place": "", "name": ""})
    steps = []
    outcome = handover.run(enrolled, lambda done, *_: steps.append(done))
    assert outcome["confirmed"] == held(hub)["seq"] == 37  # the stop was planned and opened
    assert steps == [0, 10, 20, 30, 37]


def test_the_next_batch_is_packed_while_the_hub_works_on_the_present_one_and_counts_for_nothing(
    enrolled: House, hub: Central, idea: Callable[..., str], line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_ENTRIES", 1)
    idea()
    packed, second = [], threading.Event()
    pack = wire.pack

    def counted(*args: Any) -> Any:
        packed.append(args[3][0]["seq"])
        if len(packed) == 2:
            second.set()
        return pack(*args)

    monkeypatch.setattr(wire, "pack", counted)

    def slow_and_deaf(environ: dict[str, Any], start: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST":
            assert second.wait(5)
            return captive_page(environ, start)
        return line.hub(environ, start)

    line.app = slow_and_deaf
    with pytest.raises(Failed):
        sync(enrolled)
    assert packed == [1, 2]
    assert store.confirmed(enrolled.db.read()).seq == held(hub)["seq"] == 0


def test_what_was_cut_off_in_the_middle_goes_on_where_it_stopped(
    enrolled: House, hub: Central, idea: Callable[..., str], line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_ENTRIES", 1)
    idea()
    posts = []

    def only_one(environ: dict[str, Any], start: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST":
            posts.append(1)
        return line.hub(environ, start) if len(posts) < 2 else captive_page(environ, start)

    line.app = only_one
    with pytest.raises(Failed):
        sync(enrolled)
    assert store.confirmed(enrolled.db.read()).seq == held(hub)["seq"] == 1
    line.app = line.hub
    assert sync(enrolled)["pending"] == 0


def test_a_receipt_that_got_lost_is_given_again(enrolled: House, hub: Central, idea: Callable[..., str], line: Any) -> None:
    idea()

    def lose_answers(environ: dict[str, Any], start: Any) -> Any:
        answer = line.hub(environ, lambda *_: None) if environ["REQUEST_METHOD"] == "POST" else None
        if answer is None:
            return line.hub(environ, start)
        list(answer)
        return captive_page(environ, start)

    line.app = lose_answers
    with pytest.raises(Failed):
        sync(enrolled)
    assert store.confirmed(enrolled.db.read()).seq == 0
    assert held(hub)["seq"] == 3
    line.app = line.hub
    assert sync(enrolled)["confirmed"] == 3


def captive_page(environ: dict[str, Any], start: Any) -> list[bytes]:
    """A hotel's sign-in page that answers everything."""
    start("200 OK", [("Content-Type", "text/html")])
    return [b"<h1>Welcome! Please accept our terms.</h1>"]


def redirect(environ: dict[str, Any], start: Any) -> list[bytes]:
    """A portal that sends everybody elsewhere."""
    start("302 Found", [("Location", "http://127.0.0.1:1/login"), ("Content-Type", "text/html")])
    return [b""]


def wrong_hub(environ: dict[str, Any], start: Any) -> list[bytes]:
    """Somebody who speaks our language, but with another key."""
    said = {"kit": environ["PATH_INFO"].split("/")[4], "epoch": "x", "seq": 0, "digest": "", "hub_time": ""}
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(wire.sign(SigningKey.generate(), "receipt", said)).encode()]


def nothing_inside(environ: dict[str, Any], start: Any) -> list[bytes]:
    """A friendly success without any proof."""
    start("200 OK", [("Content-Type", "application/json")])
    return [b"{}"]


def nonsense(environ: dict[str, Any], start: Any) -> list[bytes]:
    """JSON that is none."""
    start("200 OK", [("Content-Type", "application/json")])
    return [b"[" * 100_000]


def cut_short(environ: dict[str, Any], start: Any) -> list[bytes]:
    """An answer that ends too early."""
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", "1000")])
    return [b'{"kit":']


def server_error(environ: dict[str, Any], start: Any) -> list[bytes]:
    """A proxy whose backend is away."""
    start("502 Bad Gateway", [("Content-Type", "text/html")])
    return [b"<h1>Bad Gateway</h1>"]


@pytest.mark.parametrize(
    ("stranger", "sentence"),
    [
        (captive_page, "zwischen"),
        (redirect, "zwischen"),
        (wrong_hub, "Unterschrift"),
        (nothing_inside, "Unterschrift"),
        (nonsense, "zwischen"),
        (cut_short, "antwortet nicht"),
        (server_error, "502"),
    ],
)
def test_whoever_answers_in_the_hubs_place_confirms_nothing(
    enrolled: House, idea: Callable[..., str], line: Any, stranger: Any, sentence: str
) -> None:
    idea()
    line.app = stranger
    with pytest.raises(Failed, match=sentence):
        sync(enrolled)
    assert store.confirmed(enrolled.db.read()).seq == 0
    assert store.pending(enrolled.db.read()) == 3


def test_a_receipt_for_other_entries_is_not_believed(enrolled: House, hub: Central, idea: Callable[..., str], line: Any) -> None:
    idea()

    def lie(environ: dict[str, Any], start: Any) -> list[bytes]:
        epoch = journal.head(enrolled.db.read()).epoch
        said = {"kit": enrolled.kit.id, "epoch": epoch, "seq": 2, "digest": "0" * 64, "hub_time": "2026-11-22T14:00:00Z"}
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(wire.sign(hub.signing_key, "receipt", said)).encode()]

    line.app = lie
    with pytest.raises(Failed, match="Kopie dieses Kits"):
        sync(enrolled)
    assert store.confirmed(enrolled.db.read()).seq == 0


def test_a_hub_that_is_away_is_asked_three_times_with_growing_pauses(
    enrolled: House, idea: Callable[..., str], line: Any
) -> None:
    idea()
    line.cut()
    waits: list[float] = []
    with pytest.raises(Failed, match="antwortet nicht"):
        handover.run(enrolled, quiet, wait=waits.append)
    assert len(waits) == 2
    assert 1 <= waits[0] < 2 < 4 <= waits[1] < 5


def test_a_revoked_kit_is_told_so_and_not_asked_to_try_again(
    enrolled: House, hub: Central, idea: Callable[..., str], reader: Any
) -> None:
    idea()
    reader.post(f"/kits/{enrolled.kit.id}/revocation")
    with pytest.raises(Failed, match="gesperrt"):
        handover.run(enrolled, quiet, wait=lambda _: pytest.fail("tried again"))
    assert held(hub)["seq"] == 0


def test_a_kit_nobody_enrolled_says_so(kit: House) -> None:
    with pytest.raises(Failed, match="bei keinem Hub angemeldet"):
        sync(kit)


def test_a_copied_kit_that_went_on_differently_is_noticed_and_nothing_is_overwritten(
    enrolled: House, hub: Central, idea: Callable[..., str], reader: Any
) -> None:
    idea("Vor der Kopie")
    sync(enrolled)
    before = held(hub)["digest"]

    def go_on_differently(conn: Any) -> None:
        row = dict(conn.execute("SELECT * FROM journal WHERE seq = 3").fetchone())
        row["digest"] = "f" * 64
        conn.execute("UPDATE journal SET digest = :digest WHERE seq = 3", row)

    enrolled.db.write(go_on_differently)
    with pytest.raises(Failed, match="Kopie dieses Kits"):
        sync(enrolled)
    assert held(hub)["digest"] == before


def test_a_restored_kit_hands_over_its_new_epoch_with_the_same_records_and_all_erasures(
    enrolled: House, hub: Central, idea: Callable[..., str]
) -> None:
    idea("Bleibt")
    sync(enrolled)
    idea("Geht wieder")
    gone = enrolled.db.read().execute("SELECT id FROM ideas WHERE title = 'Geht wieder'").fetchone()[0]
    sync(enrolled)
    enrolled.db.write(ideas.withdraw, gone)
    enrolled.db.write(journal.new_epoch)
    outcome = sync(enrolled)
    assert (outcome["pending"], outcome["epoch"][:4]) == (0, "0002")
    with hub.db.read() as conn:
        assert [found["title"] for found in reading.listing(conn, reading.Question())[0]] == ["Bleibt"]
    assert (held(hub)["epoch"], held(hub)["seq"]) == (outcome["epoch"], outcome["seq"])


def test_an_answer_from_the_hub_reaches_the_kit_once(enrolled: House, hub: Central, idea: Callable[..., str]) -> None:
    idea()
    sync(enrolled)
    words = {"status": "doing", "body": "Die Bänke kommen im März.", "office": "Grünflächenamt"}
    hub.db.write(outbox.answer, hub.signing_key, enrolled.kit.id, the_idea(enrolled), words, "Frau Krüger")
    assert sync(enrolled)["answers"] == 1
    shown = ideas.one(enrolled.db.read(), the_idea(enrolled))
    assert (shown["status"], shown["answer"], shown["office"]) == ("doing", "Die Bänke kommen im März.", "Grünflächenamt")
    assert sync(enrolled)["answers"] == 0


def test_an_answer_with_a_forged_word_is_not_taken(enrolled: House, hub: Central, idea: Callable[..., str], line: Any) -> None:
    idea()
    sync(enrolled)
    words = {"status": "doing", "body": "Die Bänke kommen im März.", "office": "Grünflächenamt"}
    hub.db.write(outbox.answer, hub.signing_key, enrolled.kit.id, the_idea(enrolled), words, "Frau Krüger")

    def forge(environ: dict[str, Any], start: Any) -> list[bytes]:
        answer = b"".join(line.hub(environ, lambda status, headers, exc_info=None: start(status, headers)))
        return [answer.replace(b"kommen im", b"kamen im ")]

    line.app = forge
    with pytest.raises(Failed, match="Unterschrift"):
        sync(enrolled)
    assert ideas.one(enrolled.db.read(), the_idea(enrolled))["answer"] is None


CANARY = "Kanarienvogel"


def on_disk(folder: Path) -> bytes:
    """Every byte of a database and what lies beside it."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.db*")))


@pytest.mark.parametrize("hub_database", ["sqlite"], indirect=True)  # PostgreSQL overwrites it at its next VACUUM
def test_what_a_visitor_withdraws_is_gone_from_the_hub_after_the_next_hand_over(
    enrolled: House, hub: Central, idea: Callable[..., str]
) -> None:
    idea(CANARY, body=f"{CANARY} im Text")
    sync(enrolled)
    rid = the_idea(enrolled)
    words = {"status": "doing", "body": f"Zu «{CANARY}»: gern.", "office": "Grünflächenamt"}
    hub.db.write(outbox.answer, hub.signing_key, enrolled.kit.id, rid, words, "Frau Krüger")
    sync(enrolled)
    assert CANARY.encode() in on_disk(hub.home)
    enrolled.db.write(ideas.withdraw, rid)
    assert sync(enrolled)["pending"] == 0
    for folder in (hub.home, enrolled.config.home):
        content = on_disk(folder)
        assert CANARY.encode() not in content
        assert CANARY.lower().encode() not in content


def test_a_corrected_idea_leaves_no_old_words_at_the_hub(enrolled: House, hub: Central, idea: Callable[..., str]) -> None:
    idea(CANARY)
    sync(enrolled)
    enrolled.db.write(ideas.correct, the_idea(enrolled), {"title": "Neu gesagt", "body": "", "category": "", "place": ""})
    sync(enrolled)
    assert CANARY.encode() not in on_disk(hub.home)
    with hub.db.read() as conn:
        assert reading.listing(conn, reading.Question())[0][0]["title"] == "Neu gesagt"


def test_an_answer_to_something_withdrawn_meanwhile_is_passed_over(
    enrolled: House, hub: Central, idea: Callable[..., str]
) -> None:
    idea()
    sync(enrolled)
    rid = the_idea(enrolled)
    words = {"status": "doing", "body": "Gern.", "office": "Amt"}
    hub.db.write(outbox.answer, hub.signing_key, enrolled.kit.id, rid, words, "Frau Krüger")
    enrolled.db.write(ideas.withdraw, rid)
    assert sync(enrolled)["answers"] == 0
    assert enrolled.db.read().execute("SELECT count(*) FROM answers").fetchone()[0] == 0
