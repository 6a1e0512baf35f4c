"""Mrs Krüger edits a card, publishes what runs already, takes it back; the kits on the squares show it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from fieldkit import clock
from fieldkit.doors import HUB_ANSWER, HUB_READ
from fieldkit.house import House
from fieldkit.hub import ingest, intake, outbox, tables
from fieldkit.hub.central import Central
from fieldkit.hub.kits import settling
from fieldkit.methods import catalogue
from fieldkit.sync import handover
from tests.conftest import Browser

DOTS = catalogue.shipped()["punktabfrage"]
RENAMED = DOTS.replace('de: "Punktabfrage"', 'de: "Klebepunkt-Wahl"', 1)
BROKEN = DOTS.replace("niveau: 1", "niveau: 9", 1)
HAUSHALT = {
    "title": "Bürgerhaushalt Neukölln",
    "body": "Bis Ende März.",
    "url": "https://mein.berlin.de/",
    "district": "Neukölln",
}
CARD = "/methods/punktabfrage"


def quiet(*_: Any, **__: Any) -> None:
    """Nobody watches."""


@pytest.fixture
def sync(enrolled: House) -> Callable[[], Any]:
    """The kit hands over and hears what is new."""
    return lambda: handover.run(enrolled, quiet, wait=quiet)


@pytest.fixture
def staff(colleague: Callable[..., Browser]) -> Browser:
    """Mrs Krüger, who may answer and publish."""
    return colleague("Frau Krüger", HUB_ANSWER)


def version(page: str) -> str:
    return re.search(r'name="version" value="(\d*)"', page)[1]


def send(browser: Browser, verb: str, path: str = CARD, **fields: str) -> TestResponse:
    """Open the editor and press one of its buttons."""
    return browser.post(f"{path}/{verb}", data={"version": version(browser.get(path).text), **fields})


def offer(browser: Browser, kind: str = "offer", **said: str) -> str:
    """Publish an offer; its address."""
    page = browser.get(f"/offers/{kind}/new").text
    path = re.search(rf'action="(/offers/{kind}/[^"]+)"', page)[1]
    answer = browser.post(path, data={"version": version(page), **said})
    assert answer.status_code == 303, answer.text
    return path


def pieces(hub: Central, kit: str) -> list[tuple[str, str]]:
    """What is on its way to a kit: kinds and records."""
    with hub.db.read() as conn:
        return [
            (row.kind, row.rid) for row in conn.execute(select(tables.outbox).filter_by(kit=kit).order_by(tables.outbox.c.seq))
        ]


def protocol(hub: Central) -> list[tuple[str, str, str]]:
    with hub.db.read() as conn:
        return [tuple(row) for row in conn.execute(select(tables.audit.c.who, tables.audit.c.act, tables.audit.c.note))]


# Cards


def test_a_changed_card_is_on_the_square_after_the_next_hand_over(
    staff: Browser, enrolled: House, sync: Callable[[], Any], visitor: Browser, hub: Central
) -> None:
    assert send(staff, "publication", text=RENAMED).status_code == 303
    assert "Klebepunkt-Wahl" not in visitor.get(CARD).text
    sync()
    assert "Klebepunkt-Wahl" in visitor.get(CARD).text
    assert ("Frau Krüger", "publish", "punktabfrage") in protocol(hub)


def test_a_withdrawn_card_is_gone_and_comes_back_as_it_was(
    staff: Browser, enrolled: House, sync: Callable[[], Any], visitor: Browser
) -> None:
    send(staff, "publication", text=RENAMED)
    assert send(staff, "withdrawal").status_code == 303
    sync()
    assert visitor.get(CARD).status_code == 404
    assert "Klebepunkt-Wahl" in staff.get(CARD).text  # here it stays
    assert send(staff, "restoration").status_code == 303
    sync()
    page = visitor.get(CARD).text
    assert "Punktabfrage" in page
    assert "Klebepunkt-Wahl" not in page
    assert "Mitgeliefert" in staff.get(CARD).text


def test_a_shipped_card_nobody_touched_can_be_withdrawn(
    staff: Browser, enrolled: House, sync: Callable[[], Any], visitor: Browser
) -> None:
    send(staff, "withdrawal")
    sync()
    assert visitor.get(CARD).status_code == 404


def test_a_draft_stays_at_the_hub_and_kits_keep_what_they_were_told(
    staff: Browser, enrolled: House, sync: Callable[[], Any], visitor: Browser, hub: Central
) -> None:
    send(staff, "publication", text=RENAMED)
    assert send(staff, "draft", text=BROKEN).status_code == 303
    sync()
    assert "Klebepunkt-Wahl" in visitor.get(CARD).text
    assert "niveau: 9" in staff.get(CARD).text
    hub.db.write(ingest.invite, b"second", "Kit 8")
    intake.enrol(hub, b"second", "k" * 16, b"k" * 32)
    with hub.db.read() as conn:
        assert "Klebepunkt-Wahl" in conn.scalar(select(tables.outbox.c.payload).filter_by(kit="k" * 16))


def test_a_broken_card_is_never_published_and_says_where_it_is_broken(staff: Browser, enrolled: House, hub: Central) -> None:
    answer = send(staff, "publication", text=BROKEN)
    line = BROKEN.splitlines().index("niveau: 9") + 1
    assert answer.status_code == 422
    assert f"Zeile {line}" in answer.text
    assert "ganze Zahl von 1 bis 3" in answer.text
    assert "niveau: 9" in answer.text  # the text is kept
    assert pieces(hub, enrolled.kit.id) == []


@pytest.mark.parametrize(
    "text", ["", " ", "Nur ein Satz.", "---\n", "---\n---\n", "---\n- a\n---\n", "---\n{\n---\n", "x" * 40_001,
     "---\nid: &a [x]\ntitel: *a\n---\n", "---\nid: " + "[" * 19_000 + "\n---\n", "---\nid: !!bool x\n---\n"],
)  # fmt: skip
def test_no_text_is_too_strange(staff: Browser, hub: Central, text: str) -> None:
    for verb in ("publication", "preview"):
        assert send(staff, verb, text=text).status_code == 422
    assert send(staff, "draft", text=text).status_code == (303 if text.strip() and len(text) < 40_001 else 422)
    assert staff.get(CARD).status_code == 200


def test_the_preview_shows_the_card_as_visitors_see_it_and_stores_nothing(staff: Browser, hub: Central) -> None:
    answer = send(staff, "preview", text=RENAMED)
    assert answer.status_code == 200
    for words in ('<h2 lang="de">Klebepunkt-Wahl</h2>', 'class="timeline"', "Ist jeder Vorschlag verständlich?", "10–15 Minuten"):
        assert words in answer.text
    assert "Klebepunkt-Wahl" not in staff.get(CARD).text
    part = staff.post(f"{CARD}/preview", data={"version": "0", "text": RENAMED}, headers={"HX-Request": "true"}).text
    assert "Klebepunkt-Wahl" in part
    assert "<html" not in part


def test_a_new_card_begins_as_a_list_of_what_is_missing_and_ends_on_the_square(
    staff: Browser, enrolled: House, sync: Callable[[], Any], visitor: Browser
) -> None:
    assert staff.post("/methods", data={"title": "Größe schätzen"}).headers["Location"].startswith("/methods/groesse-schaetzen")
    page = staff.get("/methods/groesse-schaetzen").text
    assert "Stellen sind noch offen" in page
    assert "Größe schätzen" in page
    text = DOTS.replace("id: punktabfrage", "id: groesse-schaetzen", 1).replace("danach: [", "danach: [punktabfrage, ", 1)
    text = text.replace(", testkarte]", "]", 1)
    assert send(staff, "publication", "/methods/groesse-schaetzen", text=text).status_code == 303
    sync()
    assert visitor.get("/methods/groesse-schaetzen").status_code == 200
    send(staff, "withdrawal", "/methods/groesse-schaetzen")
    sync()
    assert visitor.get("/methods/groesse-schaetzen").status_code == 404


@pytest.mark.parametrize("title", ["", "Punktabfrage", "!!!", "x" * 61])
def test_a_new_card_needs_a_title_of_its_own(staff: Browser, hub: Central, title: str) -> None:
    answer = staff.post("/methods", data={"title": title})
    assert answer.status_code == 422
    assert title in answer.text


def test_a_published_card_may_not_name_one_that_kits_do_not_have(staff: Browser, hub: Central) -> None:
    staff.post("/methods", data={"title": "Nur Entwurf"})
    assert (
        send(
            staff, "publication", text=DOTS.replace("danach: [", "danach: [nur-entwurf, ").replace(", testkarte]", "]")
        ).status_code
        == 422
    )


def test_the_catalogue_shows_how_it_stands_with_each_card_and_is_searched(staff: Browser, hub: Central) -> None:
    send(staff, "publication", text=RENAMED)
    send(staff, "withdrawal", "/methods/check-in")
    page = staff.get("/methods?q=klebepunkt-wahl").text
    assert "Klebepunkt-Wahl" in page
    assert "Veröffentlicht" in page
    assert "Frau Krüger" in page
    assert "/methods/check-in" not in page
    assert "Zurückgezogen" in staff.get("/methods?q=check-in").text
    assert "1 von" not in staff.get("/methods").text
    assert "In keiner Karte" in staff.get("/methods?q=xyzzy").text


def test_whoever_comes_second_sees_both_texts(staff: Browser, colleague: Callable[..., Browser], hub: Central) -> None:
    other = colleague("Herr Yılmaz", HUB_ANSWER)
    before = version(other.get(CARD).text)
    send(staff, "publication", text=RENAMED)
    mine = DOTS.replace('de: "Punktabfrage"', 'de: "Mein Titel"', 1)
    answer = other.post(f"{CARD}/publication", data={"version": before, "text": mine})
    assert answer.status_code == 409
    assert all(words in answer.text for words in ("Klebepunkt-Wahl", "Mein Titel", "Frau Krüger"))
    assert answer.text.count('<li class="mine">') == 1  # the line in which they differ
    assert other.post(f"{CARD}/withdrawal", data={"version": before}).status_code == 409
    again = other.post(f"{CARD}/draft", data={"version": version(answer.text), "text": mine})
    assert again.status_code == 303


def test_a_double_click_publishes_once(staff: Browser, enrolled: House, hub: Central) -> None:
    before = version(staff.get(CARD).text)
    for _ in range(2):
        assert staff.post(f"{CARD}/publication", data={"version": before, "text": RENAMED}).status_code == 303
    assert [act for _, act, _ in protocol(hub)].count("publish") == 1


# Offers and announcements


def test_an_offer_is_shown_changed_and_withdrawn_on_the_square(
    staff: Browser, enrolled: House, sync: Callable[[], Any], visitor: Browser, stop: dict[str, Any], hub: Central
) -> None:
    path = offer(staff, **HAUSHALT)
    sync()
    assert HAUSHALT["title"] in visitor.get("/offers").text
    staff.post(path, data={"version": version(staff.get(path).text), **HAUSHALT, "title": "Verlängert"})
    sync()
    assert "Verlängert" in visitor.get("/offers").text
    assert send(staff, "withdrawal", path).status_code == 303
    sync()
    assert "Verlängert" not in visitor.get("/offers").text
    assert "Verlängert" in staff.get("/offers").text
    assert [act for _, act, _ in protocol(hub)][-1] == "unpublish"


def test_an_announcement_reaches_the_front_page(
    staff: Browser, enrolled: House, sync: Callable[[], Any], visitor: Browser, stop: dict[str, Any]
) -> None:
    offer(staff, "announcement", title="Morgen erst ab 14 Uhr", district="Neukölln")
    offer(staff, "announcement", title="Nur für Spandau", district="Spandau")
    sync()
    page = visitor.get("/").text
    assert "Morgen erst ab 14 Uhr" in page
    assert "Nur für Spandau" not in page


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"title": "x" * 121}, {"body": "x" * 601}, {"url": ""}, {"url": "http://mein.berlin.de/"}, {"url": "javascript:alert(1)"},
     {"url": "https://"}, {"url": "https://a b.de/"}, {"url": "https://[x/"}, {"url": "https://berlin.de@boese.example/"}, {"district": "Potsdam"},
     {"until": (clock.today() - timedelta(days=1)).isoformat()}, {"until": "morgen"}, {"version": "x"}],
)  # fmt: skip
def test_an_offer_with_a_mistake_is_refused_with_a_sentence_and_kept(staff: Browser, hub: Central, wrong: dict[str, str]) -> None:
    page = staff.get("/offers/offer/new").text
    path = re.search(r'action="(/offers/offer/[^"]+)"', page)[1]
    answer = staff.post(path, data={"version": "0", **HAUSHALT, "body": "Meine Worte.", **wrong})
    assert answer.status_code == 422
    assert wrong.get("body", "Meine Worte.") in answer.text
    assert "Bitte" in answer.text
    assert staff.get(path).status_code == 404


def test_an_offer_that_two_change_is_shown_with_both_texts(
    staff: Browser, colleague: Callable[..., Browser], hub: Central
) -> None:
    path, other = offer(staff, **HAUSHALT), colleague("Herr Yılmaz", HUB_ANSWER)
    before = version(other.get(path).text)
    staff.post(path, data={"version": before, **HAUSHALT, "title": "Ihre Worte"})
    answer = other.post(path, data={"version": before, **HAUSHALT, "title": "Seine Worte"})
    assert answer.status_code == 409
    assert all(words in answer.text for words in ("Ihre Worte", "Seine Worte", "Frau Krüger"))
    assert other.post(f"{path}/withdrawal", data={"version": before}).status_code == 409
    assert other.post(path, data={"version": version(answer.text), **HAUSHALT, "title": "Seine Worte"}).status_code == 303


@pytest.mark.parametrize(
    "path", ["/methods/gibt-es-nicht", "/offers/offer/gibtesnicht", "/offers/announcement/0", "/offers/quatsch/new"]
)
def test_what_does_not_exist_is_not_found(staff: Browser, hub: Central, path: str) -> None:
    assert staff.get(path).status_code == 404
    assert staff.post(f"{path}/withdrawal", data={"version": "0"}).status_code == 404


def test_who_may_only_read_publishes_nothing(colleague: Callable[..., Browser], hub: Central) -> None:
    reader = colleague("Herr Lange", HUB_READ)
    assert reader.get("/methods").status_code == 403
    assert reader.post(f"{CARD}/publication", data={"version": "0", "text": RENAMED}).status_code == 403
    assert reader.post("/offers/offer/abcdefghjkmnpqrs", data={"version": "0", **HAUSHALT}).status_code == 403
    assert 'href="/methods"' not in reader.get("/ideas").text


# Kits that come later, come back, or know more than the hub


def test_a_kit_that_enrols_later_gets_everything_that_counts(
    staff: Browser, hub: Central, request: Any, visitor: Browser
) -> None:
    send(staff, "publication", text=RENAMED)
    send(staff, "withdrawal", "/methods/check-in")
    offer(staff, **HAUSHALT)
    later: House = request.getfixturevalue("enrolled")
    handover.run(later, quiet, wait=quiet)
    assert "Klebepunkt-Wahl" in visitor.get(CARD).text
    assert visitor.get("/methods/check-in").status_code == 404
    assert HAUSHALT["title"] in visitor.get("/offers").text


def test_a_kit_that_is_readmitted_hears_what_it_missed(
    staff: Browser, hub: Central, enrolled: House, sync: Callable[[], Any], visitor: Browser
) -> None:
    kit = enrolled.kit.id
    hub.db.write(lambda conn: conn.execute(update(tables.kits).values(revoked=1)))
    send(staff, "publication", text=RENAMED)
    assert pieces(hub, kit) == []
    hub.db.write(ingest.note, kit, "revoked", "", 0)
    hub.db.write(settling.settle, hub.signing_key, 1, settling.READMIT, "Frau Krüger")
    sync()
    assert "Klebepunkt-Wahl" in visitor.get(CARD).text


def test_a_kit_hears_all_of_it_however_long_it_is(hub: Central, enrolled: House, sync: Callable[[], Any]) -> None:
    for number in range(12):
        piece = (outbox.say_to_all, hub.signing_key, "card", "methods", f"karte-{number}", {"text": "я" * 40_000})
        hub.db.write(*piece)
    sync()
    assert enrolled.db.read().execute("SELECT count(*) FROM published_cards").fetchone()[0] == 12


def test_a_hub_restored_from_a_backup_does_not_take_back_what_it_published(
    staff: Browser, hub: Central, enrolled: House, sync: Callable[[], Any], visitor: Browser
) -> None:
    offer(staff, **HAUSHALT)
    with hub.db.read() as conn:
        backup = {
            table: [dict(row) for row in conn.execute(select(table)).mappings()] for table in (tables.outbox, tables.publications)
        }
        heard = outbox.last_number(conn, enrolled.kit.id)
    send(staff, "publication", text=RENAMED)
    sync()

    def restore(conn: Any) -> None:
        for table, rows in backup.items():
            conn.execute(table.delete())
            conn.execute(table.insert(), rows)
        conn.execute(update(tables.kits).values(outbox_seq=heard))

    hub.db.write(restore)
    sync()
    assert "Klebepunkt-Wahl" in visitor.get(CARD).text
    assert HAUSHALT["title"] in visitor.get("/offers").text
    send(
        staff, "publication", text=RENAMED.replace("Klebepunkt-Wahl", "Punkte-Wahl")
    )  # and it is heard, under a number the kit has not seen
    sync()
    assert "Punkte-Wahl" in visitor.get(CARD).text
